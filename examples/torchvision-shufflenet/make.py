"""A network of torchvision with the transforms that it was trained with, on a photograph. Few channels, so that it is small."""

import json
import shutil
from pathlib import Path

import sklearn.datasets
import torch
from PIL import Image

try:
    from torchvision import transforms
except RuntimeError:
    # PyPI's torchvision finds none of its compiled operators beside a torch without CUDA; networks like this one need none.
    for operator in ("nms", "qnms"):
        torch.library.define(f"torchvision::{operator}", "() -> ()")
    from torchvision import transforms

import torchvision

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

torch.manual_seed(0)
LABELS = ["flower", "temple", "coffee", "rocket"]
model = torchvision.models.ShuffleNetV2([1, 1, 1], [4, 8, 16, 16, 32], num_classes=len(LABELS)).eval()
# Random weights give nearly the same for all images: here their differences are made as large as those of trained ones.
with torch.no_grad():
    model.fc.weight *= 20

transform = transforms.Compose(
    [
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
    ]
)
(FOLDER / "model" / "serving.yaml").write_text(
    """\
preprocess:
  resize: { shortest: 256 }
  crop: { width: 224, height: 224 }
  mean: [0.485, 0.456, 0.406]
  std: [0.229, 0.224, 0.225]
labels: labels.txt
postprocess: { softmax: true }
"""
)
(FOLDER / "model" / "labels.txt").write_text("".join(f"{label}\n" for label in LABELS))

torch.onnx.export(
    model,
    (torch.rand(2, 3, 224, 224),),
    FOLDER / "model" / "model.onnx",
    input_names=["image"],
    output_names=["logits"],
    dynamic_shapes=[{0: torch.export.Dim("batch")}],
    external_data=False,
)

PHOTOGRAPHS = Path(sklearn.datasets.__file__).parent / "images"


def predictions(*names):
    images = [transform(Image.open(PHOTOGRAPHS / name).convert("RGB")) for name in names]
    with torch.no_grad():
        ranking = model(torch.stack(images)).softmax(dim=1).sort(descending=True)
    return [
        [{"label": LABELS[index], "probability": value} for value, index in zip(*row)]
        for row in zip(ranking.values.tolist(), ranking.indices.tolist())
    ]


shutil.copy(PHOTOGRAPHS / "flower.jpg", FOLDER)
requests = [
    {
        "name": "a photograph",
        "headers": {"content-type": "image/jpeg"},
        "body": {"file": "flower.jpg"},
        "status": 200,
        "answer": {"predictions": predictions("flower.jpg")},
        "tolerance": 1e-5,
    },
    {
        "name": "bytes that the client does not name",
        "headers": {"content-type": "application/x-image"},
        "body": {"file": "flower.jpg"},
        "status": 200,
        "answer": {"predictions": predictions("flower.jpg")},
        "tolerance": 1e-5,
    },
    {
        "name": "no image",
        "headers": {"content-type": "image/jpeg"},
        "body": "<html>",
        "status": 400,
        "answer": {"code": "ERR_INVALID_IMAGE", "message": ""},
    },
]
versions = {"torch": torch.__version__, "torchvision": torchvision.__version__}
(FOLDER / "requests.json").write_text(json.dumps({"python": versions, "requests": requests}, indent=1) + "\n")
