"""Sentence embeddings from last_hidden_state, in today's form of sentence-transformers: first token and maximum, one after the other,
not normalised, with a prompt before every text. Random weights, so that nothing is fetched."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hugging_face import Example  # noqa: E402
from sentences import ask_for_embeddings, save_bert  # noqa: E402

from sentence_transformers import SentenceTransformer, models  # noqa: E402
from transformers import AutoModel  # noqa: E402

example = Example(__file__)
transformer = example.made.parent / f"{example.made.name}-transformer"
tokenizer = save_bert(transformer, most=32)
modules = [models.Transformer(str(transformer)), models.Pooling(16, pooling_mode=("cls", "max"))]
prompted = SentenceTransformer(
    modules=modules, device="cpu", prompts={"query": "a ship: ", "document": ""}, default_prompt_name="query"
)
prompted.save_pretrained(str(example.made))
example.export_saved(
    AutoModel.from_pretrained(example.made).eval(),
    "feature-extraction",
    tokenizer(["the sea", "a ship waited"], padding=True, return_tensors="pt"),
    ["last_hidden_state"],
)
ask_for_embeddings(example, SentenceTransformer(str(example.made), device="cpu"))
example.save("sentence-transformers")
