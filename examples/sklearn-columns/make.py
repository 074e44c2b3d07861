"""A pipeline on columns of numbers and of text, with gaps: ColumnTransformer, SimpleImputer and a strict OneHotEncoder."""

import json
from pathlib import Path

import numpy
import pandas
import sklearn
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

random = numpy.random.default_rng(0)
customers = pandas.DataFrame(
    {
        "age": random.integers(18, 90, 300).astype("float32"),
        "income": random.normal(40_000, 12_000, 300).astype("float32"),
        "city": random.choice(["Bonn", "Kiel", "Ulm"], 300),
        "plan": random.choice(["basic", "plus"], 300),
    }
)
stays = (customers.age / 90 + (customers.plan == "plus") + (customers.city == "Ulm") * 0.5 > 1.1).astype(int)
customers.loc[::7, "income"] = numpy.nan

model = make_pipeline(
    ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["age", "income"]),
            ("texts", OneHotEncoder(), ["city", "plan"]),
        ]
    ),
    RandomForestClassifier(n_estimators=10, max_depth=4, random_state=0),
).fit(customers, stays)

types = [(name, (StringTensorType if name in ("city", "plan") else FloatTensorType)([None, 1])) for name in customers]
(FOLDER / "model" / "model.onnx").write_bytes(to_onnx(model, initial_types=types).SerializeToString())
(FOLDER / "model" / "serving.yaml").write_text("labels: [leaves, stays]\n")

rows = customers.iloc[[0, 1, 2, 3]]
probabilities = model.predict_proba(rows)
answer = [
    {
        "output_label": ["leaves", "stays"][label],
        "output_probability": sorted(
            ({"label": name, "probability": value} for name, value in zip(["leaves", "stays"], row)),
            key=lambda entry: -entry["probability"],
        ),
    }
    for label, row in zip(model.predict(rows), probabilities.tolist())
]


def value(cell):
    return "NaN" if cell != cell else cell


requests = [
    {
        "name": "records, as they come; a gap is null",
        "headers": {"content-type": "application/json"},
        "body": f'{{"instances": {rows.to_json(orient="records")}}}',
        "status": 200,
        "answer": {"predictions": answer},
        "tolerance": 1e-5,
    },
    {
        "name": "CSV with a header, columns in another order; a gap is empty",
        "headers": {"content-type": "text/csv", "accept": "application/jsonlines"},
        "body": rows[["plan", "income", "city", "age"]].to_csv(index=False),
        "status": 200,
        "answer": answer,
        "tolerance": 1e-5,
    },
    {
        "name": "rows by column, as JSON; a gap is NaN",
        "headers": {"content-type": "application/json"},
        "body": json.dumps(
            {"instances": [{name: [value(cell)] for name, cell in row.items()} for row in rows.to_dict("records")]}
        ),
        "status": 200,
        "answer": {"predictions": answer},
        "tolerance": 1e-5,
    },
    {
        "name": "rows as CSV, in the order of the columns",
        "headers": {"content-type": "text/csv", "accept": "application/jsonlines"},
        "body": rows.to_csv(header=False, index=False, na_rep="NaN"),
        "status": 200,
        "answer": answer,
        "tolerance": 1e-5,
    },
    {
        "name": "a city that the encoder has not seen",
        "headers": {"content-type": "text/csv"},
        "body": "30,40000,Rome,plus\n",
        "status": 400,
        "answer": {"code": "ERR_REJECTED_BY_MODEL", "message": "Unknown Category"},
    },
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"scikit-learn": sklearn.__version__}, "requests": requests}, indent=1) + "\n"
)
