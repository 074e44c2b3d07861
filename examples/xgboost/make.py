"""A classifier of XGBoost, exported by onnxmltools; labels in serving.yaml name its classes, which are numbers."""

import json
from pathlib import Path

import onnxmltools
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.datasets import load_iris

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

iris = load_iris()
features = iris.data.astype("float32")
model = xgboost.XGBClassifier(n_estimators=10, max_depth=3, random_state=0, n_jobs=1).fit(features, iris.target)
exported = onnxmltools.convert_xgboost(model, initial_types=[("features", FloatTensorType([None, 4]))])
(FOLDER / "model" / "model.onnx").write_bytes(exported.SerializeToString())
(FOLDER / "model" / "serving.yaml").write_text("labels: [setosa, versicolor, virginica]\n")

rows = features[[0, 60, 120]]
names = iris.target_names.tolist()


def ranking(row):
    entries = [{"label": name, "probability": value} for name, value in zip(names, row)]
    return sorted(entries, key=lambda entry: -entry["probability"])


answer = [
    {"label": names[label], "probabilities": ranking(row)}
    for label, row in zip(model.predict(rows), model.predict_proba(rows).tolist())
]
requests = [
    {
        "name": "rows as JSON",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"instances": rows.tolist()}),
        "status": 200,
        "answer": {"predictions": answer},
        "tolerance": 1e-5,
    },
    {
        "name": "a row as CSV",
        "headers": {"content-type": "text/csv", "accept": "application/jsonlines"},
        "body": ",".join(map(str, rows[0].tolist())) + "\n",
        "status": 200,
        "answer": answer[:1],
        "tolerance": 1e-5,
    },
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"xgboost": xgboost.__version__}, "requests": requests}, indent=1) + "\n"
)
