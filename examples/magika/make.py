"""A network that a package brings along: what kind of file bytes are, with the answers of the package itself."""

import json
import shutil
from importlib.metadata import version
from pathlib import Path

import magika

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

# As it lies in the package, with nothing but the names of its classes beside it.
identifier = magika.Magika()
brought = Path(magika.__file__).parent / "models" / identifier.get_model_name()
shutil.copy(brought / "model.onnx", FOLDER / "model")
config = json.loads((brought / "config.min.json").read_text())
(FOLDER / "model" / "labels.json").write_text(json.dumps(config["target_labels_space"]))
(FOLDER / "model" / "serving.yaml").write_text("labels: labels.json\npostprocess: { topK: 1 }\n")


def features(content):
    """The first and the last 1024 bytes, as the package takes them; 256 stands for none."""
    first, last = content.lstrip()[:1024], content.rstrip()[-1024:]
    return [*first, *[256] * (1024 - len(first)), *[256] * (1024 - len(last)), *last]


CONTENTS = [
    b"import json\n\n\ndef main():\n    for name in sorted(names):\n        print(f'{name}: {len(name)}')\n",
    b"<!doctype html>\n<html><head><title>A page</title></head><body><p>With <a href='/'>a link</a>.</p></body></html>\n",
    b"name,age,city\nAda,36,London\nGrace,85,New York\nEdsger,72,Nuenen\nBarbara,86,Boston\n",
]


def answer(content):
    result = identifier.identify_bytes(content)
    return [{"label": str(result.prediction.dl.label), "probability": result.prediction.score}]


requests = [
    {
        "name": "three files",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"instances": [features(content) for content in CONTENTS]}),
        "status": 200,
        "answer": {"predictions": [answer(content) for content in CONTENTS]},
        "tolerance": 1e-4,
    }
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"magika": version("magika")}, "requests": requests}, indent=1) + "\n"
)
