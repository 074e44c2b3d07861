"""A classifier of CatBoost with classes of text, written as ONNX by CatBoost itself, which ends it in a ZipMap."""

import json
from pathlib import Path

import catboost
from sklearn.datasets import load_iris

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

iris = load_iris()
features = iris.data.astype("float32")
model = catboost.CatBoostClassifier(
    iterations=10, depth=3, random_seed=0, thread_count=1, verbose=False, allow_writing_files=False
)
model.fit(features, iris.target_names[iris.target])
model.save_model(str(FOLDER / "model" / "model.onnx"), format="onnx")

rows = features[[0, 60, 120]]
answer = [
    {"label": label, "probabilities": dict(zip(model.classes_, row))}
    for [label], row in zip(model.predict(rows).tolist(), model.predict_proba(rows).tolist())
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
    json.dumps({"python": {"catboost": catboost.__version__}, "requests": requests}, indent=1) + "\n"
)
