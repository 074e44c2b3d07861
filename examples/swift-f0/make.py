"""Another one from a package: the pitch of a sound, a value for each frame. Its inputs are a signal and two scalars, not rows."""

import json
import shutil
from importlib.metadata import version
from pathlib import Path

import numpy as np
import swift_f0

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)
shutil.copy(Path(swift_f0.__file__).parent / "model.onnx", FOLDER / "model")

seconds = np.arange(1600) / 16000
sound = (0.5 * np.sin(2 * np.pi * 220 * seconds) + 0.2 * np.sin(2 * np.pi * 440 * seconds)).astype(np.float32)
expected = swift_f0.SwiftF0(threads=1).detect(sound, 16000)

requests = [
    {
        "name": "a tenth of a second of the note A",
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"inputs": {"audio": [sound.tolist()], "fmin": swift_f0.core.FMIN, "fmax": swift_f0.core.FMAX}}),
        "status": 200,
        "answer": {
            "outputs": {"pitch": [expected.pitch_hz.tolist()], "confidence": [expected.confidence.tolist()]},
        },
        "tolerance": 1e-4,
    }
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"swift-f0": version("swift-f0")}, "requests": requests}, indent=1) + "\n"
)
