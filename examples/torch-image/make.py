"""A network on images, exported by torch.onnx.export with its defaults (dynamo); images of any size, several in a batch."""

import io
import json
import base64
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(3, 8, 3, stride=2, padding=1),
    nn.BatchNorm2d(8),
    nn.ReLU(),
    nn.Conv2d(8, 16, 3, stride=2, padding=1),
    nn.ReLU(),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(16, 3),
).eval()

batch, height, width = (torch.export.Dim(name) for name in ("batch", "height", "width"))
torch.onnx.export(
    model,
    (torch.rand(2, 3, 32, 40),),
    FOLDER / "model" / "model.onnx",
    input_names=["image"],
    output_names=["scores"],
    dynamic_shapes=[{0: batch, 2: height, 3: width}],
    external_data=False,
)

(FOLDER / "model" / "serving.yaml").write_text(
    """\
preprocess:
  resize: { width: 48, height: 32 }
  mean: [0.5, 0.5, 0.5]
  std: [0.25, 0.25, 0.25]
labels: [sky, water, wall]
postprocess: { softmax: true, topK: 2 }
"""
)

LABELS = ["sky", "water", "wall"]


def picture(seed):
    smooth = np.random.default_rng(seed).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    return Image.fromarray(smooth).resize((70, 50), Image.Resampling.BICUBIC)


def png(image):
    file = io.BytesIO()
    image.save(file, "png")
    return file.getvalue()


def pixels(image):
    values = np.asarray(image.resize((48, 32), Image.Resampling.BILINEAR), dtype=np.float32) / 255
    return torch.from_numpy((values - 0.5) / 0.25).permute(2, 0, 1)


def predictions(images):
    with torch.no_grad():
        ranking = model(torch.stack(images)).softmax(dim=1).topk(2)
    return [
        [{"label": LABELS[index], "probability": value} for value, index in zip(*row)]
        for row in zip(ranking.values.tolist(), ranking.indices.tolist())
    ]


pictures = [picture(seed) for seed in (1, 2)]
form = b"".join(
    b'--boundary\r\nContent-Disposition: form-data; name="file"; filename="%d.png"\r\nContent-Type: image/png\r\n\r\n%s\r\n'
    % (number, png(image))
    for number, image in enumerate(pictures)
)
tensor = torch.full((1, 3, 20, 24), 0.5)

requests = [
    {
        "name": "a PNG",
        "headers": {"content-type": "image/png"},
        "body": {"base64": base64.b64encode(png(pictures[0])).decode()},
        "status": 200,
        "answer": {"predictions": predictions([pixels(pictures[0])])},
        "tolerance": 1e-5,
    },
    {
        "name": "a form with two",
        "headers": {"content-type": "multipart/form-data; boundary=boundary"},
        "body": {"base64": base64.b64encode(form + b"--boundary--\r\n").decode()},
        "status": 200,
        "answer": {"predictions": predictions([pixels(image) for image in pictures])},
        "tolerance": 1e-5,
    },
    {
        "name": "a tensor of another size",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"instances": tensor.tolist()}),
        "status": 200,
        "answer": {"predictions": predictions(list(tensor))},
        "tolerance": 1e-5,
    },
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"torch": torch.__version__}, "requests": requests}, indent=1) + "\n"
)
