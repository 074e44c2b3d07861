"""A classifier trained on float64, as NumPy has it, and exported by a row of that. ONNX Runtime in Python does not load the ZipMap."""

import json
from pathlib import Path

import sklearn
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

features, target = load_iris(return_X_y=True)
# The last digits hang on the machine's arithmetic, and where the search for the minimum stops on them: searched closely, and rounded,
# the coefficients are the same on all machines.
model = LogisticRegression(max_iter=10_000, tol=1e-10).fit(features, target)
model.coef_, model.intercept_ = model.coef_.round(2), model.intercept_.round(2)
(FOLDER / "model" / "model.onnx").write_bytes(to_onnx(model, features[:1]).SerializeToString())

rows = features[[0, 60, 120]]
requests = [
    {
        "name": "rows as JSON",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"instances": rows.tolist()}),
        "status": 200,
        "answer": {
            "predictions": [
                {"output_label": label, "output_probability": {str(name): value for name, value in enumerate(row)}}
                for label, row in zip(model.predict(rows).tolist(), model.predict_proba(rows).tolist())
            ]
        },
        "tolerance": 1e-12,
    }
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"scikit-learn": sklearn.__version__}, "requests": requests}, indent=1) + "\n"
)
