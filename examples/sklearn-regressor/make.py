"""A regressor on numbers: scikit-learn, exported by skl2onnx."""

import json
from pathlib import Path

import sklearn
from skl2onnx import to_onnx
from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

features, target = load_diabetes(return_X_y=True)
features = features.astype("float32")
model = GradientBoostingRegressor(n_estimators=30, random_state=0).fit(features, target)
(FOLDER / "model" / "model.onnx").write_bytes(to_onnx(model, features[:1]).SerializeToString())

rows = features[:3]
answer = [[value] for value in model.predict(rows).tolist()]
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
    json.dumps({"python": {"scikit-learn": sklearn.__version__}, "requests": requests}, indent=1) + "\n"
)
