"""A network on grey digits, exported by the older exporter of torch.onnx (dynamo=False), which most models were made by."""

import json
from pathlib import Path

import torch
from torch import nn

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(), nn.Linear(36, 10), nn.LogSoftmax(dim=1)
).eval()

images = torch.rand(3, 1, 8, 8)
torch.onnx.export(
    model,
    (images[:1],),
    FOLDER / "model" / "model.onnx",
    dynamo=False,
    input_names=["input"],
    output_names=["output"],
    dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}},
)

with torch.no_grad():
    expected = model(images).tolist()

requests = [
    {
        "name": "instances",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"instances": images.tolist()}),
        "status": 200,
        "answer": {"predictions": expected},
        "tolerance": 1e-5,
    },
    {
        "name": "inputs by name, as TensorFlow Serving has them",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"inputs": {"input": images.tolist()}}),
        "status": 200,
        "answer": {"outputs": expected},
        "tolerance": 1e-5,
    },
    {
        "name": "pixels in a line of CSV",
        "headers": {"content-type": "text/csv", "accept": "text/csv"},
        "body": ",".join(map(str, images[0].flatten().tolist())) + "\n",
        "status": 200,
        "answer": expected[:1],
        "tolerance": 1e-5,
    },
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"torch": torch.__version__}, "requests": requests}, indent=1) + "\n"
)
