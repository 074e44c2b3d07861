"""Token classification, cased WordPiece: names of persons and places. Random weights, so that nothing is fetched."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hugging_face import Example, fill, word_pieces  # noqa: E402

from transformers import BertConfig, BertForTokenClassification  # noqa: E402

PIECES = "Anna Ber ##lin Ham ##burg ##er lives in and works Peter Tok ##yo ##io de Rio Jan ##eir ##o is the é ##é 東 京 都 with"

example = Example(__file__)
tokenizer = word_pieces(example.made, PIECES, lower=False, most=40)
labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "MISC"]
config = BertConfig(
    vocab_size=len(tokenizer),
    hidden_size=16,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=40,
    id2label=dict(enumerate(labels)),
    label2id={label: index for index, label in enumerate(labels)},
)
example.export(
    fill(BertForTokenClassification(config), classifier=0.7, word_embeddings=1),
    "token-classification",
    tokenizer(["Anna", "Peter lives in Berlin"], padding=True, return_tensors="pt"),
    ["logits"],
)
example.pipeline("token-classification")

ask = example.ask
TEXT = "Anna lives in Hamburg and Peter works in Rio de Janeiro."
MARKS = "🙂 Anna 👩‍👩‍👧 lives in 東京都 and cafe\u0301 Berlin, nai\u0308ve Tokyo\u200b 🇩🇪 Peter"
LONG = "Peter lives in Berlin and Anna works in Tokyo with Peter in Hamburg. " * 6
STRATEGIES = ["none", "simple", "first", "average", "max"]
ask("a text: a list of entities", TEXT)
ask("a list of texts: a list of lists", [TEXT, "Anna", "the", "", MARKS])
ask("a list of one text", ["Peter lives in Berlin"])
for strategy in STRATEGIES:
    ask(f"aggregation_strategy {strategy}", TEXT, aggregation_strategy=strategy)
    ask(f"aggregation_strategy {strategy}: emoji, CJK, marks", MARKS, aggregation_strategy=strategy)
    ask(f"aggregation_strategy {strategy}: a list of uneven lengths", ["Anna", TEXT, "Peter in Tokyo"], aggregation_strategy=strategy)
    ask(f"aggregation_strategy {strategy}: a text longer than the model takes, cut", LONG, aggregation_strategy=strategy)
ask("ignore_labels", TEXT, ignore_labels=["MISC", "B-PER"])
ask("ignore_labels, none", TEXT, ignore_labels=[])
ask("ignore_labels by group", TEXT, aggregation_strategy="simple", ignore_labels=["O", "PER"])
ask("stride: the whole of a long text", LONG, aggregation_strategy="simple", stride=8)
ask("stride, by word", LONG, aggregation_strategy="first", stride=16)
ask("words", [["Anna", "lives", "in", "Hamburg"]], is_split_into_words=True)
ask("words with a delimiter", [["Anna", "lives", "in", "Hamburg"]], is_split_into_words=True, delimiter="--", aggregation_strategy="first")
example.save()
