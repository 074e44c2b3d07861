"""A network of torch in 8 bits, by ONNX Runtime's static quantisation (QDQ), with the answers of ONNX Runtime in Python."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import CalibrationDataReader, quant_pre_process, quantize_static
from torch import nn

FOLDER = Path(__file__).parent
MODEL = FOLDER / "model" / "model.onnx"
MODEL.parent.mkdir(exist_ok=True)

torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 16, 3, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(64, 10)
).eval()
images = torch.rand(64, 1, 8, 8)
full = FOLDER / "full.onnx"
torch.onnx.export(
    model,
    (images[:2],),
    full,
    input_names=["image"],
    output_names=["scores"],
    dynamic_shapes=[{0: torch.export.Dim("batch")}],
    external_data=False,
)


class Calibration(CalibrationDataReader):
    def __init__(self):
        self.batches = iter([{"image": images.numpy()}])

    def get_next(self):
        return next(self.batches, None)


quant_pre_process(full, full)
quantize_static(full, MODEL, Calibration(), per_channel=True)
full.unlink()

asked = images[:3].numpy()
(expected,) = onnxruntime.InferenceSession(MODEL).run(None, {"image": asked})
with torch.no_grad():
    assert np.abs(expected - model(images[:3]).numpy()).max() < 0.05, "it is still the same network"

requests = [
    {
        "name": "three images as numbers",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"instances": asked.tolist()}),
        "status": 200,
        "answer": {"predictions": expected.tolist()},
        # A step of the output's scale: processors without VNNI add up in 16 bits.
        "tolerance": 0.02,
    }
]
versions = {"torch": torch.__version__, "onnxruntime": onnxruntime.__version__}
(FOLDER / "requests.json").write_text(json.dumps({"python": versions, "requests": requests}, indent=1) + "\n")
