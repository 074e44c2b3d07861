"""sagemaker-inference's functions of a model, its handler for Multi Model Server, and the files that both want.

`sagemaker_inference.model_server.start_model_server` writes the same into /etc and /opt/ml, which is a container's business.
"""

import json
import os

from common import Model, decode, encode
from sagemaker_inference.default_handler_service import DefaultHandlerService
from sagemaker_inference.default_inference_handler import DefaultInferenceHandler
from sagemaker_inference.transformer import Transformer


class Handler(DefaultInferenceHandler):
    def default_model_fn(self, model_dir, context=None):
        return Model()

    def default_input_fn(self, input_data, content_type, context=None):
        return decode(input_data.encode() if isinstance(input_data, str) else input_data)

    def default_predict_fn(self, data, model, context=None):
        return model(data)

    def default_output_fn(self, prediction, accept, context=None):
        return encode(prediction)


service = DefaultHandlerService(Transformer(Handler()))


def handle(data, context):
    if data is None:
        return service.initialize(context)
    return service.handle(data, context)


if __name__ == "__main__":
    scratch = os.environ["SCRATCH"]
    os.makedirs(f"{scratch}/store/model/MAR-INF")
    manifest = {"specificationVersion": "1.0", "runtime": "python3", "model": {"modelName": "model", "handler": "mms_app:handle"}}
    with open(f"{scratch}/store/model/MAR-INF/MANIFEST.json", "w") as file:
        json.dump(manifest, file)
    settings = {
        # As in etc/mme-mms.properties and etc/default-mms.properties of sagemaker-inference.
        "inference_address": f"http://127.0.0.1:{os.environ['PORT']}",
        "management_address": f"http://127.0.0.1:{os.environ['PORT']}",
        "enable_envvars_config": "true",
        "decode_input_request": "false",
        "async_logging": "true",
        "default_workers_per_model": os.environ["WORKERS"],
    }
    if "TUNED" in os.environ:
        settings |= {"job_queue_size": 1000, "number_of_netty_threads": 1, "netty_client_threads": 1}
    with open(f"{scratch}/config.properties", "w") as file:
        file.writelines(f"{key}={value}\n" for key, value in settings.items())
    # It keeps one process identifier for each temporary folder.
    os.environ |= {"TMPDIR": scratch, "TEMP": scratch, "LOG_LOCATION": scratch, "METRICS_LOCATION": scratch}
    files = ["--mms-config", f"{scratch}/config.properties", "--model-store", f"{scratch}/store"]
    os.execvp("multi-model-server", ["multi-model-server", "--start", "--foreground", "--models", "model=model", *files])
