"""Reranking: a cross-encoder with one label, XLM-R with a Unigram vocabulary. Random weights, so that nothing is fetched."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hugging_face import Example, fill, unigrams  # noqa: E402

import json  # noqa: E402
from sentence_transformers import CrossEncoder  # noqa: E402
from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification  # noqa: E402

PIECES = "the sea is calm storm over and a ship s wait ed in harbour who Who 海 猫 é"

example = Example(__file__)
tokenizer = unigrams(example.made, PIECES, most=40)
config = XLMRobertaConfig(
    vocab_size=len(tokenizer),
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=42,
    type_vocab_size=1,
    num_labels=1,
    pad_token_id=tokenizer.pad_token_id,
    bos_token_id=tokenizer.bos_token_id,
    eos_token_id=tokenizer.eos_token_id,
)
example.export(
    fill(XLMRobertaForSequenceClassification(config), classifier=0.7),
    "text-classification",
    tokenizer([["the sea", "calm"], ["who waited", "a ship waited in the harbour"]], padding=True, return_tensors="pt"),
    ["logits"],
)
(example.served / "serving.yaml").write_text("task: text-ranking\n")
model = CrossEncoder(str(example.made), device="cpu")


def add(name, sent, answer):
    example.add(name, json.dumps(sent, ensure_ascii=False), answer)


def ranked(query, texts):
    """As text-embeddings-inference's /rerank: best first."""
    return [{"index": one["corpus_id"], "score": one["score"]} for one in model.rank(query, texts)]


QUERY = "Who waited in the harbour?"
TEXTS = ["a ship waited", "the sea is calm and the storm is over", "猫 🌊 cafe\u0301", "harbour", "", "the storm is over and " * 20]
add("query and texts", {"query": QUERY, "texts": TEXTS[:4]}, ranked(QUERY, TEXTS[:4]))
add("uneven lengths, one cut", {"query": QUERY, "texts": TEXTS}, ranked(QUERY, TEXTS))
add("one text", {"query": QUERY, "texts": TEXTS[:1]}, ranked(QUERY, TEXTS[:1]))
add("as inputs", {"inputs": {"query": QUERY, "texts": TEXTS[:4]}}, ranked(QUERY, TEXTS[:4]))
pairs = [[QUERY, text] for text in TEXTS[:3]]
add("pairs: their scores in order", {"inputs": pairs}, {"scores": model.predict(pairs)})
example.save("sentence-transformers")
