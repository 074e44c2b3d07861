"""A Hugging Face folder as an endpoint, with boto3. AWS_ENDPOINT_URL says where; arguments: archive."""

import json
import sys

import boto3

[archive] = sys.argv[1:]
sagemaker = boto3.client("sagemaker")
runtime = boto3.client("sagemaker-runtime")
s3 = boto3.client("s3")

s3.create_bucket(Bucket="models")
s3.upload_file(archive, "models", "embeddings/model.tar.gz")
container = {"Image": "any/image:1", "ModelDataUrl": "s3://models/embeddings/model.tar.gz"}
role = "arn:aws:iam::123456789012:role/any"
sagemaker.create_model(ModelName="embeddings", ExecutionRoleArn=role, PrimaryContainer=container)
variant = {"VariantName": "primary", "ModelName": "embeddings", "InstanceType": "ml.c6i.large", "InitialInstanceCount": 1}
sagemaker.create_endpoint_config(EndpointConfigName="embeddings", ProductionVariants=[variant])
sagemaker.create_endpoint(EndpointName="embeddings", EndpointConfigName="embeddings")
waiter = sagemaker.get_waiter("endpoint_in_service")
waiter.wait(EndpointName="embeddings", WaiterConfig={"Delay": 1, "MaxAttempts": 120})


def invoke(body):
    reply = runtime.invoke_endpoint(EndpointName="embeddings", ContentType="application/json", Body=json.dumps(body))
    return json.load(reply["Body"])


[vector] = invoke({"inputs": "the sea"})
assert len(vector) == 16, vector
assert invoke({"input": "the sea", "model": "any"})["data"][0]["embedding"] == vector
[alike] = invoke({"inputs": {"source_sentence": "the sea", "sentences": ["the sea"]}})
assert abs(alike - 1) < 1e-6, alike
try:
    invoke({"inputs": 7})
    raise AssertionError("a number must be refused")
except runtime.exceptions.ModelError as error:
    assert error.response["OriginalStatusCode"] == 400, error.response
    assert "inputs: expected a text" in error.response["OriginalMessage"], error.response
print("invoked")
