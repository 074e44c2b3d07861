"""A runtime of MLServer's, and its settings. It speaks the Open Inference Protocol: bytes are sent as base64."""

import json
import os

from common import BATCH, SENDS_JSON, Model, decode
from mlserver import MLModel
from mlserver.codecs import Base64Codec, NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse



class Predict(MLModel):
    async def load(self) -> bool:
        self.model = Model()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        first = payload.inputs[0]
        if SENDS_JSON:
            rows = NumpyCodec.decode_input(first)
        else:
            rows = decode(Base64Codec.decode_input(first)[0])
        output = NumpyCodec.encode_output("predictions", self.model(rows))
        return InferenceResponse(model_name=self.name, outputs=[output])


if __name__ == "__main__":
    scratch, port = os.environ["SCRATCH"], int(os.environ["PORT"])
    settings = {"host": "127.0.0.1", "http_port": port, "grpc_port": port + 1, "metrics_port": port + 2}
    if "WORKERS" in os.environ:
        settings |= {"parallel_workers": int(os.environ["WORKERS"]), "metrics_endpoint": None}
    model = {"name": "model", "implementation": "mlserver_app.Predict"}
    if BATCH > 1:
        model |= {"max_batch_size": BATCH, "max_batch_time": 0.001}
    for name, content in {"settings": settings, "model-settings": model}.items():
        with open(f"{scratch}/{name}.json", "w") as file:
            json.dump(content, file)
    os.execvp("mlserver", ["mlserver", "start", scratch])
