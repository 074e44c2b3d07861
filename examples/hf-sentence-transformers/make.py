"""Sentence embeddings from last_hidden_state: the server takes the mean and normalises, as modules.json says, in the form that
published models have it. Random weights, so that nothing is fetched."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hugging_face import Example, save_json  # noqa: E402
from sentences import ask_for_embeddings, save_bert  # noqa: E402

from sentence_transformers import SentenceTransformer  # noqa: E402
from transformers import AutoModel  # noqa: E402

example = Example(__file__)
tokenizer = save_bert(example.made, most=32)
MODULES = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")]
save_json(
    example.made / "modules.json",
    [
        {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for index, (kind, path) in enumerate(MODULES)
    ],
)
# Shorter than the tokenizer's, and decisive.
save_json(example.made / "sentence_bert_config.json", {"max_seq_length": 24, "do_lower_case": False})
save_json(
    example.made / "1_Pooling" / "config.json",
    {
        "word_embedding_dimension": 16,
        "pooling_mode_cls_token": False,
        "pooling_mode_mean_tokens": True,
        "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
    },
)
# Python ignores both: they are of the training's time.
ours = tokenizer.backend_tokenizer
ours.enable_truncation(8)
ours.enable_padding(length=8)
ours.save(str(example.made / "tokenizer.json"))
(example.made / "2_Normalize").mkdir()
example.export_saved(
    AutoModel.from_pretrained(example.made).eval(),
    "feature-extraction",
    tokenizer(["the sea", "a ship waited"], padding=True, return_tensors="pt"),
    ["last_hidden_state"],
)
ask_for_embeddings(example, SentenceTransformer(str(example.made), device="cpu"))
example.save("sentence-transformers")
