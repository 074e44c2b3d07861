"""Text classification with several labels at once (problem_type): each label its own sigmoid. Random weights."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hugging_face import Example, fill, word_pieces  # noqa: E402

from transformers import DistilBertConfig, DistilBertForSequenceClassification  # noqa: E402

example = Example(__file__)
tokenizer = word_pieces(
    example.made,
    "the parcel is late broken and you were kind thank ##s refund please",
    most=64,
    tokenizer_class="DistilBertTokenizer",
    model_input_names=["input_ids", "attention_mask"],
)
labels = ["delivery", "damage", "praise", "refund"]
config = DistilBertConfig(
    vocab_size=len(tokenizer),
    dim=16,
    hidden_dim=32,
    n_layers=1,
    n_heads=2,
    max_position_embeddings=64,
    problem_type="multi_label_classification",
    id2label=dict(enumerate(labels)),
    label2id={label: index for index, label in enumerate(labels)},
)
example.export(
    fill(DistilBertForSequenceClassification(config), classifier=0.8),
    "text-classification",
    tokenizer(["the parcel", "you were kind, thanks"], padding=True, return_tensors="pt"),
    ["logits"],
)
example.pipeline("text-classification")

ask = example.ask
TEXTS = ["The parcel is late and broken.", "thanks, you were kind 🙂", "refund please"]
ask("the best label", TEXTS[0])
ask("every label", TEXTS[0], top_k=None)
ask("every label of several texts", TEXTS, top_k=None)
ask("softmax instead", TEXTS[0], top_k=2, function_to_apply="softmax")
example.save()
