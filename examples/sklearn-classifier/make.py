"""A classifier on numbers with classes of text: scikit-learn, exported by skl2onnx as its documentation shows it, ZipMap included."""

import json
from pathlib import Path

import sklearn
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

iris = load_iris()
features = iris.data.astype("float32")
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(features, iris.target_names[iris.target])
(FOLDER / "model" / "model.onnx").write_bytes(to_onnx(model, features[:1]).SerializeToString())

rows = features[[0, 60, 120]]
labels = model.predict(rows).tolist()
probabilities = model.predict_proba(rows).tolist()
answer = [
    {"output_label": label, "output_probability": dict(zip(model.classes_, row))}
    for label, row in zip(labels, probabilities)
]

requests = [
    {
        "name": "rows as JSON: label and probabilities, as predict and predict_proba give them",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"instances": rows.tolist()}),
        "status": 200,
        "answer": {"predictions": answer},
        "tolerance": 1e-5,
    },
    {
        "name": "the same by output",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"inputs": rows.tolist()}),
        "status": 200,
        "answer": {
            "outputs": {"output_label": labels, "output_probability": [row["output_probability"] for row in answer]}
        },
        "tolerance": 1e-5,
    },
    {
        "name": "rows as CSV",
        "headers": {"content-type": "text/csv", "accept": "application/jsonlines"},
        "body": "".join(f"{','.join(map(str, row))}\n" for row in rows.tolist()),
        "status": 200,
        "answer": answer,
        "tolerance": 1e-5,
    },
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"scikit-learn": sklearn.__version__}, "requests": requests}, indent=1) + "\n"
)
