"""LitServe. A request is the bytes of its body, as FastAPI reads them, except JSON."""

import os
from typing import Annotated

import litserve
import numpy as np
from common import BATCH, SENDS_JSON, WORKERS, Model, decode, run_together
from fastapi import Body


class Predict(litserve.LitAPI):
    def setup(self, device):
        self.model = Model()

    def predict(self, rows):
        return self.model(rows)

    def encode_response(self, output):
        return {"predictions": output.tolist()}


class Json(Predict):
    def decode_request(self, request):
        return np.asarray(request["instances"], np.float32)


class Bytes(Predict):
    def decode_request(self, request: Annotated[bytes, Body()]):
        return decode(request)


class Together:
    def batch(self, inputs):
        return inputs

    def predict(self, inputs):
        return run_together(self.model, inputs)

    def unbatch(self, output):
        return output


class JsonTogether(Together, Json):
    pass


if __name__ == "__main__":
    options = {"max_batch_size": BATCH, "batch_timeout": 0.001} if BATCH > 1 else {}
    api = (JsonTogether if BATCH > 1 else Json if SENDS_JSON else Bytes)(api_path="/invocations", **options)
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=WORKERS, timeout=60)
    server.run(host="127.0.0.1", port=int(os.environ["PORT"]), generate_client_file=False, log_level="warning")
