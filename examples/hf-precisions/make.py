"""Several precisions beside each other, as folders on the hub have them: onnx/model.onnx is the one that is served.
Random weights, so that nothing is fetched."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import onnx  # noqa: E402
from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: E402
from onnxruntime.transformers.float16 import convert_float_to_float16  # noqa: E402
from transformers import DistilBertConfig, DistilBertForSequenceClassification  # noqa: E402

from hugging_face import Example, fill, word_pieces  # noqa: E402

example = Example(__file__)
tokenizer = word_pieces(
    example.made,
    "the parcel is late broken and you were kind thank ##s refund please",
    most=64,
    tokenizer_class="DistilBertTokenizer",
    model_input_names=["input_ids", "attention_mask"],
)
config = DistilBertConfig(vocab_size=len(tokenizer), dim=16, hidden_dim=32, n_layers=1, n_heads=2, max_position_embeddings=64)
example.export(
    fill(DistilBertForSequenceClassification(config), classifier=0.8),
    "text-classification",
    tokenizer(["the parcel", "you were kind, thanks"], padding=True, return_tensors="pt"),
    ["logits"],
    at="onnx/model.onnx",
)
plain = example.served / "onnx" / "model.onnx"
onnx.save(convert_float_to_float16(onnx.load(plain), keep_io_types=True), plain.with_name("model_fp16.onnx"))
quantize_dynamic(plain, plain.with_name("model_quantized.onnx"), weight_type=QuantType.QInt8)
example.pipeline("text-classification")
example.ask("the plain model answers: LABEL_0 and LABEL_1, where config.json names none", "the parcel is late", top_k=None)
example.ask("a list of texts", ["thanks, you were kind", "refund please"])
example.save()
