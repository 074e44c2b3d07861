"""A handler of TorchServe's, and its model archive, as a folder."""

import json
import os

import numpy as np
from common import BATCH, WORKERS, Model, decode, encode, run_together

model = None


def handle(data, context):
    global model
    if model is None:
        model = Model()
    if data is None:
        return None
    # TorchServe has parsed what is JSON.
    bodies = (row["body"] for row in data)
    inputs = [np.asarray(body["instances"], np.float32) if isinstance(body, dict) else decode(bytes(body)) for body in bodies]
    context.set_all_response_status(200)
    return [encode(rows) for rows in run_together(model, inputs)]


if __name__ == "__main__":
    scratch, port = os.environ["SCRATCH"], int(os.environ["PORT"])
    os.makedirs(f"{scratch}/store/model/MAR-INF")
    manifest = {
        "archiverVersion": "0.12.0",
        "runtime": "python",
        "model": {"modelName": "model", "handler": "torchserve_app:handle", "modelVersion": "1.0"},
    }
    if "WORKERS" in os.environ:
        manifest["model"]["configFile"] = "model.yaml"
    with open(f"{scratch}/store/model/MAR-INF/MANIFEST.json", "w") as file:
        json.dump(manifest, file)
    with open(f"{scratch}/store/model/torchserve_app.py", "w") as file:
        file.write(open(__file__).read())
    with open(f"{scratch}/store/model/model.yaml", "w") as file:
        file.write(f"minWorkers: {WORKERS}\nmaxWorkers: {WORKERS}\njobQueueSize: 1000\n")
        file.write(f"batchSize: {BATCH}\nmaxBatchDelay: 1\n")
    addresses = {"inference_address": port, "management_address": port + 1, "metrics_address": port + 2}
    with open(f"{scratch}/config.properties", "w") as file:
        file.writelines(f"{name}=http://127.0.0.1:{number}\n" for name, number in addresses.items())
        file.write(f"grpc_inference_port={port + 3}\ngrpc_management_port={port + 4}\n")
        file.write("enable_envvars_config=true\ndisable_token_authorization=true\n")
    os.environ["PYTHONPATH"] += f":{os.path.dirname(__file__)}/torch_stand_in"
    os.environ |= {"TMPDIR": scratch, "TEMP": scratch, "LOG_LOCATION": scratch, "METRICS_LOCATION": scratch}
    files = ["--ts-config", f"{scratch}/config.properties", "--model-store", f"{scratch}/store"]
    os.execvp("torchserve", ["torchserve", "--start", "--foreground", "--ncs", "--models", "model=model", *files])
