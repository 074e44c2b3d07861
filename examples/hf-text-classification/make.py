"""Text classification, one label out of three: BERT with WordPiece. Random weights, so that nothing is fetched."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hugging_face import Example, fill, word_pieces  # noqa: E402

from transformers import BertConfig, BertForSequenceClassification  # noqa: E402

PIECES = "the sea is calm storm over and a ship wait ##ed ##ing in harbour un ##believ ##able é ##é 海 猫"

example = Example(__file__)
tokenizer = word_pieces(example.made, PIECES, most=48)
labels = ["calm", "rough", "unknown"]
config = BertConfig(
    vocab_size=len(tokenizer),
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=48,
    id2label=dict(enumerate(labels)),
    label2id={label: index for index, label in enumerate(labels)},
)
example.export(
    fill(BertForSequenceClassification(config), classifier=1),
    "text-classification",
    tokenizer(["the sea", "a ship waited"], padding=True, return_tensors="pt"),
    ["logits"],
)
example.pipeline("text-classification")

ask = example.ask
LONG = "the storm is over and a ship waiting in the harbour " * 12
ask("a text: a list of one", "The sea is calm")
ask("a list of texts: a list as long", ["the sea is calm", "storm", "a ship waited in the harbour, unbelievable"])
ask("a list of one text", ["the sea is calm"])
ask("top_k", "the sea is calm", top_k=2)
ask("top_k of 1 is a list, too", "the sea is calm", top_k=1)
ask("top_k above the number of labels", "the sea is calm", top_k=10)
ask("top_k of 1, a list of texts: a list of lists", ["the sea is calm", "storm"], top_k=1)
ask("top_k null: every label", "the sea is calm", top_k=None)
ask("top_k null, a list of texts", ["the sea is calm", "storm"], top_k=None)
ask("function_to_apply none", "the sea is calm", top_k=None, function_to_apply="none")
ask("function_to_apply sigmoid", "the sea is calm", top_k=None, function_to_apply="sigmoid")
ask("a text longer than the model takes, cut", LONG, truncation=True, top_k=None)
ask("cut at max_length", LONG, truncation=True, max_length=8, top_k=None)
ask("a pair, top_k null", {"text": "the sea is calm", "text_pair": "a storm"}, top_k=None)
ask("a pair: an object, not a list", {"text": "the sea is calm", "text_pair": "a storm"})
ask("a list of pairs", [{"text": "the sea", "text_pair": "a storm"}, {"text": "a ship", "text_pair": "the harbour is calm"}])
ask("emoji, CJK, marks", ["the sea 🌊 is calm", "猫と海", "cafe\u0301 and café", ""], top_k=None)
example.save()
