"""Asks served Hugging Face folders with the clients that people have. Arguments: addresses by task, as JSON; an image."""

import json
import sys

from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError
from openai import BadRequestError, NotFoundError, OpenAI

addresses = json.loads(sys.argv[1])


def client(task):
    return InferenceClient(model=addresses[task])


def refused(kind, call, part):
    try:
        call()
    except kind as error:
        assert part in str(error), error
    else:
        raise AssertionError("it must be refused")


classes = client("text-classification").text_classification("the sea is calm")
assert len(classes) == 3 and classes[0].score >= classes[1].score, classes
assert client("text-classification").text_classification("the sea is calm", top_k=1) == classes[:1]

entities = client("token-classification").token_classification("Ann is in Paris")
assert all(entity.entity_group for entity in entities), entities
entities = client("token-classification").token_classification("Ann is in Paris", aggregation_strategy="none")
assert all(entity.entity for entity in entities), entities

context = "a ship waited in the harbour"
answer = client("question-answering").question_answering(question="who waited?", context=context)
assert context[answer.start : answer.end] == answer.answer, answer
assert len(client("question-answering").question_answering(question="who?", context=context, top_k=2)) == 2

assert len(client("fill-mask").fill_mask("the <mask> is calm", top_k=2)) == 2

found = client("zero-shot-classification").zero_shot_classification("the sea", candidate_labels=["calm", "storm"])
assert {one.label for one in found} == {"calm", "storm"} and abs(sum(one.score for one in found) - 1) < 1e-5, found

embeddings = client("sentence-embeddings")
vectors = embeddings.feature_extraction(["the sea", "a storm"], normalize=True, truncate=True)
assert vectors.shape == (2, 16), vectors.shape
alike = embeddings.sentence_similarity("the sea", other_sentences=["the sea", "a storm"])
assert abs(alike[0] - 1) < 1e-6 and abs(alike[1] - vectors[0] @ vectors[1]) < 1e-5, alike
refused(HfHubHTTPError, lambda: embeddings.feature_extraction("a", prompt_name="x"), "prompt_name: expected none")
assert client("feature-extraction").feature_extraction("the sea").shape == (1, 4, 8)

classes = client("image-classification").image_classification(sys.argv[2], top_k=2)
assert len(classes) == 2 and classes[0].score >= classes[1].score, classes
objects = client("object-detection").object_detection(sys.argv[2], threshold=0.5)
assert all(one.score >= 0.5 and one.box.xmax >= one.box.xmin for one in objects), objects

openai = OpenAI(base_url=addresses["sentence-embeddings"] + "/v1", api_key="none", max_retries=0)
for encoding in ({}, {"encoding_format": "float"}):
    reply = openai.embeddings.create(model="any", input=["the sea", "a storm"], **encoding)
    assert all(abs(a - b) < 1e-6 for a, b in zip(reply.data[1].embedding, vectors[1])), encoding
    assert reply.usage.total_tokens == 8, reply.usage
refused(BadRequestError, lambda: openai.embeddings.create(model="any", input=[9, 9]), "token ids are taken only as")
elsewhere = openai.with_options(base_url=addresses["fill-mask"] + "/v1")
refused(NotFoundError, lambda: elsewhere.embeddings.create(model="any", input="a"), "its task is fill-mask")

print("answered")
