"""BentoML. An argument that is positional only is the whole body."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import bentoml
import numpy as np
from bentoml.validators import ContentType
from common import BATCH, SENDS_JSON, WORKERS, Model, decode

batching = {"batchable": True, "max_batch_size": BATCH} if BATCH > 1 else {}


@bentoml.service(workers=WORKERS, traffic={"timeout": 60})
class Predict:
    def __init__(self):
        self.model = Model()

    if SENDS_JSON:

        @bentoml.api(route="/invocations", **batching)
        def invocations(self, instances: np.ndarray) -> np.ndarray:
            return self.model(np.asarray(instances, np.float32))

    else:

        @bentoml.api(route="/invocations")
        def invocations(self, file: Annotated[Path, ContentType("*/*")], /) -> np.ndarray:
            return self.model(decode(file.read_bytes()))
