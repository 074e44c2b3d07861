"""A pickle that somebody left, and nothing else: no training data, no code. Probabilities as an array, without a ZipMap."""

import json
from pathlib import Path

import joblib
import numpy as np
import sklearn
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

data, target = load_wine(return_X_y=True)
pickled = FOLDER / "model.joblib"
joblib.dump(RandomForestClassifier(10, max_depth=4, random_state=0).fit(data, target), pickled)

model = joblib.load(pickled)
pickled.unlink()
(FOLDER / "model" / "model.onnx").write_bytes(
    to_onnx(
        model,
        initial_types=[("features", FloatTensorType([None, model.n_features_in_]))],
        options={"zipmap": False},
    ).SerializeToString()
)

# float32, as the model gets them: a forest compares with thresholds, and a number beside one may fall to the other side.
rows = data[[0, 70, 150]].astype("float32")
labels = model.predict(rows).tolist()
probabilities = model.predict_proba(rows).tolist()
assert np.allclose(model.predict_proba(data[[0, 70, 150]]), probabilities)

requests = [
    {
        "name": "rows as JSON",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"instances": rows.tolist()}),
        "status": 200,
        "answer": {"predictions": [{"label": one, "probabilities": row} for one, row in zip(labels, probabilities)]},
        "tolerance": 1e-5,
    }
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"scikit-learn": sklearn.__version__}, "requests": requests}, indent=1) + "\n"
)
