"""Question answering by windows over a long context: BERT with WordPiece. Random weights, so that nothing is fetched.

transformers 5 has no pipeline for it: the answers are those of 4.57, and the same weights exported by torch must give them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hugging_face import Example, fill, word_pieces  # noqa: E402

from transformers import BertConfig, BertForQuestionAnswering  # noqa: E402

PIECES = "the sea is calm storm over and a ship wait ##ed ##ing in harbour where who what does ##s live ##d an ##na ber ##lin é ##é 海 猫"

example = Example(__file__)
tokenizer = word_pieces(example.made, PIECES, most=64)
config = BertConfig(
    vocab_size=len(tokenizer),
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=64,
)
example.export(
    fill(BertForQuestionAnswering(config), qa_outputs=1),
    "question-answering",
    tokenizer([["where", "the sea"], ["who waited", "a ship waited in the harbour"]], padding=True, return_tensors="pt"),
    ["start_logits", "end_logits"],
)
example.pipeline("question-answering")


def ask(name, question, context, **parameters):
    example.ask(name, {"question": question, "context": context}, **parameters)


SHORT = "Anna lives in Berlin, where the sea is not."
MARKS = "🙂 Anna 👩‍👩‍👧 lived in 猫海 and cafe\u0301 Berlin, nai\u0308ve 🇩🇪 harbour."
LONG = "The storm is over and a ship waited in the harbour of Berlin. Anna lives where the sea is calm; what does she do? " * 5
ask("an answer: an object", "Where does Anna live?", SHORT)
ask("top_k: a list", "Where does Anna live?", SHORT, top_k=3)
ask("one word as context", "Who?", "Anna")
ask("emoji, CJK, marks", "Who lived in 猫海 🙂?", MARKS, top_k=3)
ask("a context of several windows", "Where does Anna live?", LONG)
ask("windows, top_k", "Where does Anna live?", LONG, top_k=4)
ask("doc_stride and max_seq_len", "Where does Anna live?", LONG, doc_stride=8, max_seq_len=24, top_k=3)
ask("doc_stride of 0", "Who?", LONG, doc_stride=0, max_seq_len=32)
ask("max_question_len does nothing here", "Where does Anna live? " * 3, SHORT, max_question_len=4)
ask("max_answer_len", "Where does Anna live?", LONG, max_answer_len=1, top_k=3)
ask("max_answer_len, long", "Where does Anna live?", LONG, max_answer_len=40, top_k=3)
ask("handle_impossible_answer", "Where does Anna live?", SHORT, handle_impossible_answer=True, top_k=3)
ask("handle_impossible_answer, windows", "Where does Anna live?", LONG, handle_impossible_answer=True, top_k=3)
ask("align_to_words off", "Where does Anna live?", MARKS, align_to_words=False, top_k=5)
example.ask(
    "a list of pairs: a list of answers",
    [{"question": "Where does Anna live?", "context": SHORT}, {"question": "Who waited?", "context": LONG}],
)
example.ask(
    "several questions of one context, as the newer of the two toolkits takes them",
    {"question": ["Where does Anna live?", "Who waited?"], "context": LONG},
    by_name=True,
)
example.ask("a list of one pair: an object", [{"question": "Where does Anna live?", "context": SHORT}])
example.save()
