"""What every adaptor does with a request, so that only the servers differ: bytes to an array, the model, an array to JSON."""

import io
import json
import os

import numpy as np
import onnxruntime
from PIL import Image

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)
SCALE = (1 / (255 * STD)).astype(np.float32)
SHIFT = (-MEAN / STD).astype(np.float32)

WORKERS = int(os.environ.get("WORKERS", "1"))
BATCH = int(os.environ.get("BATCH", "1"))
# What is sent: rows as JSON, or else files.
SENDS_JSON = os.environ.get("SENDS") == "json"


class Model:
    """The model at $MODEL; $THREADS unset leaves the number of threads to ONNX Runtime."""

    def __init__(self):
        options = onnxruntime.SessionOptions()
        if "THREADS" in os.environ:
            options.intra_op_num_threads = int(os.environ["THREADS"])
        self.session = onnxruntime.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name

    def __call__(self, rows):
        return self.session.run(None, {self.input: rows})[0]


def picture(source):
    """A PIL image as torchvision's transforms for ImageNet make of it: resized to 256, cropped to 224, normalised; NCHW."""
    image = source.convert("RGB")
    scale = 256 / min(image.size)
    width, height = (int(side * scale) for side in image.size)
    left, top = round((width - 224) / 2), round((height - 224) / 2)
    image = image.resize((width, height), Image.BILINEAR).crop((left, top, left + 224, top + 224))
    return (np.asarray(image, np.float32) * SCALE + SHIFT).transpose(2, 0, 1)[None]


def decode(body):
    """A body of JSON, NPY or JPEG, told by its first bytes, since not every server tells the Content-Type."""
    if body[:1] == b"{":
        return np.asarray(json.loads(body)["instances"], np.float32)
    if body[:6] == b"\x93NUMPY":
        return np.load(io.BytesIO(body))
    return picture(Image.open(io.BytesIO(body)))


def encode(rows):
    return json.dumps({"predictions": rows.tolist()})


def run_together(model, inputs):
    """Several requests' rows in one run."""
    if len(inputs) == 1:
        return [model(inputs[0])]
    ends = np.cumsum([len(rows) for rows in inputs])
    return np.split(model(np.concatenate(inputs)), ends[:-1])
