"""Feature extraction: DistilBERT's last hidden state, nested as the pipeline has it. Random weights, so that nothing is fetched."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hugging_face import Example, fill, word_pieces  # noqa: E402

from transformers import DistilBertConfig, DistilBertModel  # noqa: E402

example = Example(__file__)
tokenizer = word_pieces(
    example.made, "the sea is calm storm over a ship ##s wait ##ed 海", most=32, model_input_names=["input_ids", "attention_mask"],
    tokenizer_class="DistilBertTokenizer",
)
config = DistilBertConfig(vocab_size=len(tokenizer), dim=8, hidden_dim=16, n_layers=2, n_heads=2, max_position_embeddings=32)
example.export(
    fill(DistilBertModel(config)),
    "feature-extraction",
    tokenizer(["the sea", "a ship waited"], padding=True, return_tensors="pt"),
    ["last_hidden_state"],
)
example.pipeline("feature-extraction")

ask = example.ask
LONG = "the storm is over and ships waited " * 10
ask("a text: a batch of one, its tokens, their numbers", "the sea is calm")
ask("a list of texts: a list of such batches", ["the sea", "a storm is over, the ships waited", "海 🌊"])
ask("a list of one text", ["the sea is calm"])
ask("an empty text", "")
ask("a text longer than the model takes, cut", LONG, truncation=True)
ask("tokenize_kwargs", LONG, tokenize_kwargs={"truncation": True, "max_length": 6})
example.save()
