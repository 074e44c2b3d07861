"""A Keras model, exported by Keras itself: model.export(…, format="onnx"). PyTorch computes it here; TensorFlow need not be there."""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import torch

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input((8, 8, 1), name="image"),
        keras.layers.Rescaling(1 / 16),
        keras.layers.Conv2D(8, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
images = np.random.default_rng(0).integers(0, 17, (3, 8, 8, 1)).astype("float32")
# Before the export: a model that has never been called is not exported.
expected = model.predict(images, verbose=0).tolist()

model.export(FOLDER / "model" / "model.onnx", format="onnx", verbose=False)

requests = [
    {
        "name": "the body that TensorFlow Serving takes",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"instances": images.tolist()}),
        "status": 200,
        "answer": {"predictions": expected},
        "tolerance": 1e-5,
    }
]
versions = {"keras": keras.__version__, "torch": torch.__version__}
(FOLDER / "requests.json").write_text(json.dumps({"python": versions, "requests": requests}, indent=1) + "\n")
