"""Fill-mask: RoBERTa with pairs of bytes. Random weights, so that nothing is fetched."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hugging_face import Example, byte_pairs, fill  # noqa: E402

from transformers import RobertaConfig, RobertaForMaskedLM  # noqa: E402

TEXTS = [
    "the sea is calm",
    "the storm is over the sea",
    "a ship waited in the harbour",
    "ships wait in the calm harbour",
    "the café by the sea is over the harbour",
    "the ship is in the storm",
] * 2

example = Example(__file__)
tokenizer = byte_pairs(example.made, TEXTS, most=40, merges=60)
config = RobertaConfig(
    vocab_size=len(tokenizer),
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=42,
    type_vocab_size=1,
    pad_token_id=tokenizer.pad_token_id,
    bos_token_id=tokenizer.bos_token_id,
    eos_token_id=tokenizer.eos_token_id,
)
example.export(
    fill(RobertaForMaskedLM(config), word_embeddings=0.5),
    "fill-mask",
    tokenizer(["the <mask>", "a ship waited in the <mask>"], padding=True, return_tensors="pt"),
    ["logits"],
)
example.pipeline("fill-mask")

ask = example.ask
TEXT = "The <mask> is calm"
ask("a text: the five likeliest", TEXT)
ask("a list of texts: a list of lists", [TEXT, "a ship waited in the <mask> of the storm", "<mask>"])
ask("a list of one text: not nested", [TEXT])
ask("top_k", TEXT, top_k=2)
ask("two masks: a list for each", "the <mask> is over the <mask>", top_k=2)
ask("two masks, in a list with one", ["the <mask> is over the <mask>", TEXT], top_k=2)
ask("targets", TEXT, targets=[" sea", "Ġstorm", "ship"])
ask("a target alone", TEXT, targets="Ġsea")
ask("targets and top_k", TEXT, targets=["Ġsea", "Ġstorm", "Ġship"], top_k=2)
ask("a target of several tokens: its first", TEXT, targets=["Ġsea", "xylophone"])
ask("emoji, CJK, marks", "cafe\u0301 🌊 <mask> 海 nai\u0308ve")
ask("a text longer than the model takes, cut", "the <mask> is " + "calm in the harbour " * 20, tokenizer_kwargs={"truncation": True})
example.save()
