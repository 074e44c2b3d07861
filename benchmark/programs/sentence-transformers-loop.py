"""
sentence-transformers in a bare loop, without a server: all texts once, so many at a time. Prints as JSON texts in each second and
the CPU seconds of each text; a tenth of them goes before, which does not count.

    sentence-transformers-loop.py MODEL_FOLDER torch|onnx TEXTS_FILE THREADS BATCH
"""

import json
import sys
import time
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

folder, backend, file, threads, size = sys.argv[1:]
torch.set_num_threads(int(threads))
options = {"model_kwargs": {"file_name": "onnx/model.onnx"}} if backend == "onnx" else {}
model = SentenceTransformer(folder, device="cpu", backend=backend, **options)
texts = json.loads(Path(file).read_text())


def encode(those):
    if int(size) == 1:
        for text in those:
            model.encode(text, show_progress_bar=False)
    else:
        model.encode(those, batch_size=int(size), show_progress_bar=False)


encode(texts[: len(texts) // 10])
start, cpu = time.perf_counter(), time.process_time()
encode(texts)
seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
print(json.dumps({"perSecond": len(texts) / seconds, "cpuSeconds": cpu / len(texts)}))
