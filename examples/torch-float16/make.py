"""A network in half precision (model.half()), as it comes out of torch: float16 in, float16 out."""

import json
from pathlib import Path

import torch
from torch import nn

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(5, 32), nn.GELU(), nn.Linear(32, 4)).half().eval()

rows = torch.tensor([[0.5, -1.25, 3, 100, 0], [1e-3, 2, -2, 60, 1]]).half()
torch.onnx.export(
    model,
    (rows,),
    FOLDER / "model" / "model.onnx",
    input_names=["x"],
    output_names=["y"],
    dynamic_shapes=[{0: torch.export.Dim("batch")}],
    external_data=False,
)

with torch.no_grad():
    expected = model(rows).tolist()

JSON = {"content-type": "application/json"}
requests = [
    {
        "name": "numbers",
        "headers": JSON,
        "body": json.dumps({"instances": rows.tolist()}),
        "status": 200,
        "answer": {"predictions": expected},
        # Half precision has eleven bits, and the libraries round between operators in different places.
        "tolerance": 4e-3,
    },
    {
        "name": "a number that half precision does not have",
        "headers": JSON,
        "body": "[[0, 0, 0, 70000, 0]]",
        "status": 400,
        "answer": {"code": "ERR_INVALID_INPUT", "message": "float16"},
    },
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"torch": torch.__version__}, "requests": requests}, indent=1) + "\n"
)
