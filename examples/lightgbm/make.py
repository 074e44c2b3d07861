"""A classifier of LightGBM with classes of text, exported by onnxmltools, ZipMap included; only the probabilities are answered."""

import json
from pathlib import Path

import lightgbm
import onnxmltools
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.datasets import load_iris

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

iris = load_iris()
features = iris.data.astype("float32")
model = lightgbm.LGBMClassifier(n_estimators=10, num_leaves=7, random_state=0, n_jobs=1, deterministic=True, verbose=-1)
model.fit(features, iris.target_names[iris.target])
exported = onnxmltools.convert_lightgbm(model, initial_types=[("features", FloatTensorType([None, 4]))])
(FOLDER / "model" / "model.onnx").write_bytes(exported.SerializeToString())
(FOLDER / "model" / "serving.yaml").write_text("postprocess: { output: probabilities }\n")

rows = features[[0, 60, 120]]
answer = [dict(zip(model.classes_, row)) for row in model.predict_proba(rows).tolist()]
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
    json.dumps({"python": {"lightgbm": lightgbm.__version__}, "requests": requests}, indent=1) + "\n"
)
