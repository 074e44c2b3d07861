"""A detector that needs no training, whose output has the form of Ultralytics' YOLO: [rows, 4 + classes, boxes]."""

import base64
import io
import json
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import nn
from torch.nn.functional import conv2d

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

LABELS = ["cherry", "lemon", "plum"]
COLOURS = ["#c81e32", "#f0dc3c", "#5a328c"]
SIDE, CELL, WINDOW = 96, 8, 41


class Detector(nn.Module):
    """Finds discs by colour: at each cell of 8 × 8 pixels a box for each class, of the colour's mean and spread around."""

    def __init__(self):
        super().__init__()
        # Red above green, green above blue, blue above green; of grey it is none.
        self.register_buffer("colours", torch.tensor([[1.0, -1, 0], [0, 1, -1], [0, -1, 1]])[:, :, None, None])
        steps = torch.arange(WINDOW) - WINDOW // 2
        y, x = torch.meshgrid(steps, steps, indexing="ij")
        moments = torch.stack([torch.ones_like(x), x, y, x * x, y * y]).float()
        self.register_buffer("moments", moments.repeat(len(LABELS), 1, 1)[:, None])
        cells = torch.arange(SIDE // CELL) * CELL + 0.5
        self.register_buffer("cells", torch.stack(torch.meshgrid(cells, cells, indexing="xy")).flatten(1))
        self.register_buffer("classes", torch.eye(len(LABELS))[:, :, None])

    def forward(self, images):
        found = (8 * (conv2d(images, self.colours) - 0.2)).clamp(0, 1)
        sums = conv2d(found, self.moments, stride=CELL, padding=WINDOW // 2, groups=len(LABELS))
        count, first, second = sums.unflatten(1, (len(LABELS), 5)).flatten(3).split([1, 2, 2], 2)
        mean, square = first / count.clamp(min=1), second / count.clamp(min=1)
        # A disc's radius is twice its standard deviation.
        size = 4 * (square - mean**2).clamp(min=0).sqrt()
        scores = (count[:, :, 0] / 100).clamp(max=1) * (-(mean**2).sum(2) / CELL**2).exp()
        boxes = torch.cat([self.cells + mean, size], 2).transpose(1, 2)
        return torch.cat([boxes, self.classes * scores[:, None]], 1).flatten(2)


def picture(seed, width, height):
    """A disc of each colour on grey, some of them hidden in part."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), (int(random.integers(100, 256)),) * 3)
    for colour in COLOURS:
        size = int(random.uniform(0.15, 0.4) * max(width, height))
        left, top = (int(random.integers(0, max(1, side - size))) for side in (width, height))
        ImageDraw.Draw(image).ellipse((left, top, left + size, top + size), fill=colour)
    return image


def letterbox(image):
    """As Ultralytics' LetterBox. Returns the pixels, the scale of each side, and where the picture begins."""
    longest = max(image.size)
    width, height = (round(side * SIDE / longest) for side in image.size)
    left, top = (round((SIDE - side) / 2 - 0.1) for side in (width, height))
    canvas = np.full((SIDE, SIDE, 3), 114, np.uint8)
    canvas[top : top + height, left : left + width] = cv2.resize(np.asarray(image), (width, height))
    pixels = torch.from_numpy(canvas).permute(2, 0, 1).float() / 255
    return pixels, torch.tensor([width / image.width, height / image.height]), torch.tensor([left, top])


model = Detector().eval()
torch.onnx.export(
    model,
    (torch.rand(2, 3, SIDE, SIDE),),
    FOLDER / "model" / "model.onnx",
    input_names=["images"],
    output_names=["output0"],
    dynamic_shapes=[{0: torch.export.Dim("batch")}],
    external_data=False,
)

(FOLDER / "model" / "serving.yaml").write_text(
    """\
preprocess:
  resize: { letterbox: { width: 96, height: 96 } }
labels: [cherry, lemon, plum]
postprocess:
  boxes: { format: yolo, confidence: 0.25, iou: 0.45 }
"""
)


def detect(image):
    """OpenCV drops boxes that overlap a better one of their class; those left are in the picture's pixels."""
    pixels, scale, start = letterbox(image)
    with torch.no_grad():
        middle, size, scores = model(pixels[None])[0].split([2, 2, len(LABELS)])
    best, classes = scores.max(0)
    first = middle - size / 2
    boxes = torch.cat([first, size]).T.tolist()
    kept = cv2.dnn.NMSBoxesBatched(boxes, best.tolist(), classes.tolist(), 0.25, 0.45)
    corners = (torch.stack([first, first + size]) - start[:, None]) / scale[:, None]
    corners = corners.clamp(torch.zeros(2, 1), torch.tensor(image.size)[:, None]).flatten(0, 1).T.tolist()
    return [
        {
            "label": LABELS[classes[index]],
            "score": best[index].item(),
            "box": dict(zip(("xmin", "ymin", "xmax", "ymax"), corners[index])),
        }
        for index in kept
    ]


def png(image):
    file = io.BytesIO()
    image.save(file, "png")
    return file.getvalue()


images = [picture(4, 150, 100), picture(2, 64, 200), picture(3, 320, 240)]
form = b"".join(
    b'--boundary\r\nContent-Disposition: form-data; name="file"; filename="%d.png"\r\nContent-Type: image/png\r\n\r\n%s\r\n'
    % (number, png(image))
    for number, image in enumerate(images)
)
requests = [
    {
        "name": name,
        "headers": {"content-type": media_type},
        "body": {"base64": base64.b64encode(body).decode()},
        "status": 200,
        "answer": {"predictions": [detect(image) for image in sent]},
        "tolerance": 1e-4,
    }
    for name, media_type, body, sent in [
        ("a picture", "image/png", png(images[0]), images[:1]),
        ("a form with three", "multipart/form-data; boundary=boundary", form + b"--boundary--\r\n", images),
    ]
]
versions = {"torch": torch.__version__, "opencv-python": version("opencv-python")}
(FOLDER / "requests.json").write_text(json.dumps({"python": versions, "requests": requests}, indent=1) + "\n")
