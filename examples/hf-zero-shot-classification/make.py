"""Zero-shot classification by a model for inference between sentences: RoBERTa with pairs of bytes. Random weights."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hugging_face import Example, byte_pairs, fill  # noqa: E402

from transformers import RobertaConfig, RobertaForSequenceClassification  # noqa: E402

TEXTS = [
    "This example is calm.",
    "This text is about storms.",
    "the sea is calm and the ship is in the harbour",
    "the storm is over the sea, politics and economics are about the future",
    "my parcel is late and I want a refund",
] * 2

example = Example(__file__)
tokenizer = byte_pairs(example.made, TEXTS, most=48, merges=60)
labels = ["contradiction", "neutral", "entailment"]
config = RobertaConfig(
    vocab_size=len(tokenizer),
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=50,
    type_vocab_size=1,
    pad_token_id=tokenizer.pad_token_id,
    bos_token_id=tokenizer.bos_token_id,
    eos_token_id=tokenizer.eos_token_id,
    id2label=dict(enumerate(labels)),
    label2id={label: index for index, label in enumerate(labels)},
)
example.export(
    fill(RobertaForSequenceClassification(config), classifier=1.5, word_embeddings=0.8),
    "text-classification",
    tokenizer([["the sea", "calm"], ["a ship waited", "This example is calm."]], padding=True, return_tensors="pt"),
    ["logits"],
)
(example.served / "serving.yaml").write_text("task: zero-shot-classification\n")
example.pipeline("zero-shot-classification")

ask = example.ask
TEXT = "My parcel is late 📦 and I want a refund."
LABELS = ["refund", "politics", "the sea"]
ask("a text: an object", TEXT, candidate_labels=LABELS)
ask("labels as a text", TEXT, candidate_labels="refund, politics,the sea, ")
ask("a list of texts: a list", [TEXT, "the storm is over", "海 nai\u0308ve"], candidate_labels=LABELS)
ask("a list of one text", [TEXT], candidate_labels=LABELS)
ask("multi_label", TEXT, candidate_labels=LABELS, multi_label=True)
ask("one label is as with multi_label", TEXT, candidate_labels=["refund"])
ask("hypothesis_template", TEXT, candidate_labels=LABELS, hypothesis_template="This text is about {}.")
ask("multi_label, hypothesis_template, several texts", [TEXT, "calm"], candidate_labels=LABELS, multi_label=True, hypothesis_template="{}!")
ask("a text longer than the model takes: it is cut, the label is not", "the sea is calm and " * 20, candidate_labels=LABELS)
example.save()
