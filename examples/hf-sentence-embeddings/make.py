"""Sentence embeddings as optimum exports them: mean and normalisation are in the model, whose output is called
sentence_embedding. Random weights, so that nothing is fetched."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hugging_face import Example  # noqa: E402
from sentences import ask_for_embeddings, save_bert  # noqa: E402

from sentence_transformers import SentenceTransformer, models  # noqa: E402
from torch import nn  # noqa: E402

example = Example(__file__)
transformer = example.made.parent / f"{example.made.name}-transformer"
tokenizer = save_bert(transformer, most=32, model_input_names=["input_ids", "attention_mask"])
modules = [models.Transformer(str(transformer)), models.Pooling(16, pooling_mode="mean"), models.Normalize()]
SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(example.made))
model = SentenceTransformer(str(example.made), device="cpu")


class Sentence(nn.Module):
    """What optimum wraps it in."""

    def __init__(self):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        found = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
        return found["token_embeddings"], found["sentence_embedding"]


example.export_saved(
    Sentence(),
    "feature-extraction",
    tokenizer(["the sea", "a ship waited"], padding=True, return_tensors="pt"),
    ["token_embeddings", "sentence_embedding"],
    library="sentence_transformers",
)
ask_for_embeddings(example, model)
example.save("sentence-transformers")
