"""A folder as save_pretrained writes it, exported by Hugging Face's optimum. Few and random weights, so that nothing is fetched."""

import json
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

try:
    import torchvision  # noqa: F401, transformers imports it where it is installed
except RuntimeError:
    # PyPI's torchvision finds none of its compiled operators beside a torch without CUDA; nothing here needs one.
    for operator in ("nms", "qnms"):
        torch.library.define(f"torchvision::{operator}", "() -> ()")

from optimum.exporters.onnx import main_export
from transformers import AutoModelForSequenceClassification, AutoTokenizer, BertConfig
from transformers import BertForSequenceClassification, BertTokenizerFast

FOLDER = Path(__file__).parent
TEXTS = ["the sea is calm", "the storm is over the sea"]


def save(folder):
    """Stands in for a name on the hub, or for a folder of one's own."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(" ".join(TEXTS).split()))]
    (Path(folder) / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(vocab_file=str(Path(folder) / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.5,
        id2label={0: "calm", 1: "rough"},
        label2id={"calm": 0, "rough": 1},
    )
    BertForSequenceClassification(config).save_pretrained(folder)


with TemporaryDirectory() as name:
    save(name)
    with TemporaryDirectory() as exported:
        main_export(name, output=exported, task="text-classification", do_validation=False)
        (FOLDER / "model").mkdir(exist_ok=True)
        (FOLDER / "model" / "model.onnx").write_bytes((Path(exported) / "model.onnx").read_bytes())
    tokenizer = AutoTokenizer.from_pretrained(name)
    model = AutoModelForSequenceClassification.from_pretrained(name).eval()

(FOLDER / "model" / "serving.yaml").write_text("labels: [calm, rough]\npostprocess: { softmax: true }\n")

tokens = tokenizer(TEXTS, padding=True, return_tensors="pt")
with torch.no_grad():
    probabilities = model(**tokens).logits.softmax(dim=1)


def ranked(row):
    values, indices = row.sort(descending=True)
    return [
        {"label": model.config.id2label[index], "probability": value}
        for value, index in zip(values.tolist(), indices.tolist())
    ]


inputs = {name: value.tolist() for name, value in tokens.items()}
rows = [dict(zip(inputs, row)) for row in zip(*inputs.values())]
requests = [
    {
        "name": "tokens of two texts",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"instances": rows}),
        "status": 200,
        "answer": {"predictions": [ranked(row) for row in probabilities]},
        "tolerance": 1e-5,
    },
    {
        "name": "a column for each input, as the tokenizer gives them",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"inputs": inputs}),
        "status": 200,
        "answer": {"outputs": [ranked(row) for row in probabilities]},
        "tolerance": 1e-5,
    },
]
versions = {name: version(name) for name in ("torch", "transformers", "optimum-onnx")}
(FOLDER / "requests.json").write_text(json.dumps({"python": versions, "requests": requests}, indent=1) + "\n")
