"""A network on a table of numbers: torch, exported by torch.onnx.export as its documentation shows it."""

import json
from pathlib import Path

import torch
from torch import nn

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

torch.manual_seed(0)
model = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3), nn.Softmax(dim=1))
model[0].running_mean = torch.tensor([5.8, 3.1, 3.8, 1.2])
model.eval()

rows = torch.tensor([[5.1, 3.5, 1.4, 0.2], [6.3, 2.5, 5.0, 1.9], [0.0, -1.0, 1e6, 3.25]])
torch.onnx.export(
    model,
    (rows,),
    FOLDER / "model" / "model.onnx",
    input_names=["features"],
    output_names=["probabilities"],
    dynamic_shapes=[{0: torch.export.Dim("batch")}],
    external_data=False,
)

(FOLDER / "model" / "serving.yaml").write_text("labels: [setosa, versicolor, virginica]\n")

LABELS = ["setosa", "versicolor", "virginica"]


def ranked(probabilities):
    return [
        {"label": LABELS[index], "probability": value}
        for value, index in zip(*(x.tolist() for x in probabilities.sort(descending=True)))
    ]


with torch.no_grad():
    expected = model(rows)

JSON = {"content-type": "application/json"}
requests = [
    {
        "name": "rows as JSON",
        "headers": JSON,
        "body": json.dumps({"instances": rows.tolist()}),
        "status": 200,
        "answer": {"predictions": [ranked(row) for row in expected]},
        "tolerance": 1e-5,
    },
    {
        "name": "a row as CSV",
        "headers": {"content-type": "text/csv", "accept": "application/jsonlines"},
        "body": "5.1,3.5,1.4,0.2\n",
        "status": 200,
        "answer": [ranked(expected[0])],
        "tolerance": 1e-5,
    },
    {
        "name": "a row that is too short",
        "headers": JSON,
        "body": "[[1,2,3]]",
        "status": 400,
        "answer": {"code": "ERR_INVALID_INPUT", "message": "features"},
    },
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"torch": torch.__version__}, "requests": requests}, indent=1) + "\n"
)
