"""A network with a state, as detectors of speech have one: torch's GRU, exported by torch.onnx.export as its documentation
shows it. The answers are those of torch to one long signal, of which the requests send a part each."""

import json
from pathlib import Path

import torch
from torch import nn

FOLDER = Path(__file__).parent
HIDDEN = 8


class Level(nn.Module):
    """A level between 0 and 1 for each of some samples."""

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(1, HIDDEN, batch_first=True)
        self.out = nn.Linear(HIDDEN, 1)

    def forward(self, samples, state):
        hidden, state = self.gru(samples.unsqueeze(-1), state)
        return torch.sigmoid(self.out(hidden)).squeeze(-1), state


torch.manual_seed(0)
model = Level().eval()
signal = torch.randn(1, 12)
zero = torch.zeros(1, 1, HIDDEN)
(FOLDER / "model").mkdir(exist_ok=True)
torch.onnx.export(
    model,
    (signal[:, :4], zero),
    FOLDER / "model" / "model.onnx",
    input_names=["samples", "state"],
    output_names=["levels", "next_state"],
    external_data=False,
)

with torch.no_grad():
    levels, _ = model(signal, zero)

parts, expected = signal.reshape(3, 4).tolist(), levels.reshape(3, 4).tolist()
python = {"torch": torch.__version__}
(FOLDER / "expected.json").write_text(json.dumps({"python": python, "parts": parts, "levels": expected}, indent=1) + "\n")

JSON = {"content-type": "application/json"}
requests = [
    {
        "name": "the first part",
        "headers": JSON,
        "body": json.dumps(parts[0]),
        "status": 200,
        "answer": {"levels": expected[0]},
        "tolerance": 1e-5,
    },
    {
        "name": "a session that is not known",
        "headers": {**JSON, "x-amzn-sagemaker-custom-attributes": "session=7"},
        "body": json.dumps(parts[1]),
        "status": 410,
        "answer": {"code": "ERR_HANDLER_REFUSED", "message": "begin again"},
    },
]
(FOLDER / "requests.json").write_text(json.dumps({"python": python, "requests": requests}, indent=1) + "\n")
