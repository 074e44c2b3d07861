"""What the scripts of the folders for sentence embeddings share."""

import json

from hugging_face import fill, word_pieces

from transformers import BertConfig, BertModel

PIECES = "the sea is calm storm over and a ship ##s wait ##ed in harbour 海"
TEXTS = ["the sea is calm", "A storm is over and ships waited in the harbour", "猫海 🌊 cafe\u0301", "  the  ", ""]
LONG = "the storm is over and ships waited in the harbour " * 8


def save_bert(folder, **config):
    """@returns the tokenizer"""
    folder.mkdir(exist_ok=True)
    tokenizer = word_pieces(folder, PIECES, **config)
    size = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    fill(BertModel(BertConfig(vocab_size=len(tokenizer), max_position_embeddings=32, **size))).save_pretrained(folder)
    return tokenizer


def ask_for_embeddings(example, model):
    """In the form of text-embeddings-inference, a list of vectors even of one text; and in that of Hugging Face's toolkit."""
    for name, inputs in [
        ("a text", TEXTS[0]),
        ("a list of one text", TEXTS[:1]),
        ("texts of uneven lengths", TEXTS),
        ("a text longer than the model takes, cut", [LONG, "the sea"]),
    ]:
        body = json.dumps({"inputs": inputs}, ensure_ascii=False)
        example.add(name, body, model.encode([inputs] if isinstance(inputs, str) else inputs))
    body = json.dumps({"inputs": {"sentences": TEXTS[:2]}})
    example.add("sentences: an object", body, {"embeddings": model.encode(TEXTS[:2])})
