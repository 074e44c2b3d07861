"""A text classifier: TfidfVectorizer and LogisticRegression. Needs the locale en_US.UTF-8, which the images have."""

import json
from pathlib import Path

import sklearn
from skl2onnx import to_onnx
from skl2onnx.common.data_types import StringTensorType
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

texts = [
    "a good film with great acting",
    "great fun from start to end",
    "the best acting of the year",
    "a bad film and a boring plot",
    "boring from start to end",
    "the worst plot of the year",
]
model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10)).fit(texts, ["positive"] * 3 + ["negative"] * 3)
(FOLDER / "model" / "model.onnx").write_bytes(
    to_onnx(model, initial_types=[("text", StringTensorType([None, 1]))]).SerializeToString()
)

rows = ["Great plot!", "what a BORING film", "nothing that it knows"]
answer = [
    {"output_label": label, "output_probability": dict(zip(model.classes_, row))}
    for label, row in zip(model.predict(rows).tolist(), model.predict_proba(rows).tolist())
]
requests = [
    {
        "name": "texts as JSON",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"instances": [[text] for text in rows]}),
        "status": 200,
        "answer": {"predictions": answer},
        "tolerance": 1e-5,
    },
    {
        "name": "a text a line",
        "headers": {"content-type": "text/csv", "accept": "application/jsonlines"},
        "body": "".join(f"{text}\n" for text in rows),
        "status": 200,
        "answer": answer,
        "tolerance": 1e-5,
    },
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"scikit-learn": sklearn.__version__}, "requests": requests}, indent=1) + "\n"
)
