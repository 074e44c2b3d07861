"""Drives a rehearsal with boto3, as anyone would drive SageMaker. AWS_ENDPOINT_URL says where it is; arguments: archive, image of a 3."""

import datetime
import json
import sys

import boto3
from botocore.exceptions import ClientError

archive, image = sys.argv[1:]
sagemaker = boto3.client("sagemaker")
runtime = boto3.client("sagemaker-runtime")
s3 = boto3.client("s3")
cloudwatch = boto3.client("cloudwatch")
logs = boto3.client("logs")
scaling = boto3.client("application-autoscaling")

QUICKLY = {"Delay": 1, "MaxAttempts": 120}
ROLE = "arn:aws:iam::%s:role/sagemaker" % boto3.client("sts").get_caller_identity()["Account"]

s3.create_bucket(Bucket="boto3-models")
s3.upload_file(archive, "boto3-models", "digits/model.tar.gz", ExtraArgs={"Metadata": {"made-by": "boto3"}})
with open(archive, "rb") as file:
    content = file.read()
assert s3.get_object(Bucket="boto3-models", Key="digits/model.tar.gz")["Body"].read() == content
assert s3.head_object(Bucket="boto3-models", Key="digits/model.tar.gz")["Metadata"] == {"made-by": "boto3"}

for name in ("first", "second"):
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={
            "Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/digits:1",
            "ModelDataUrl": "s3://boto3-models/digits/model.tar.gz",
        },
    )
    sagemaker.create_endpoint_config(
        EndpointConfigName=name,
        ProductionVariants=[
            {"VariantName": "primary", "ModelName": name, "InstanceType": "ml.c6i.large", "InitialInstanceCount": 1}
        ],
    )

sagemaker.create_endpoint(EndpointName="boto3-digits", EndpointConfigName="first")
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="boto3-digits", WaiterConfig=QUICKLY)
with open(image, "rb") as file:
    answer = runtime.invoke_endpoint(EndpointName="boto3-digits", ContentType="image/png", Body=file.read())
assert answer["InvokedProductionVariant"] == "primary"
label = json.load(answer["Body"])["predictions"][0][0]["label"]
assert label == "3", label
try:
    runtime.invoke_endpoint(EndpointName="boto3-digits", ContentType="image/png", Body=b"no image")
    raise AssertionError("a broken image must be refused")
except runtime.exceptions.ModelError as error:
    assert error.response["OriginalStatusCode"] == 400, error.response

sagemaker.update_endpoint(EndpointName="boto3-digits", EndpointConfigName="second")
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="boto3-digits", WaiterConfig=QUICKLY)
assert sagemaker.describe_endpoint(EndpointName="boto3-digits")["EndpointConfigName"] == "second"

resource = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": "endpoint/boto3-digits/variant/primary",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}
scaling.register_scalable_target(**resource, MinCapacity=1, MaxCapacity=2)
assert len(scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]) == 1
scaling.deregister_scalable_target(**resource)

dimensions = [{"Name": "EndpointName", "Value": "boto3-digits"}, {"Name": "VariantName", "Value": "primary"}]
now = datetime.datetime.now(datetime.timezone.utc)
statistics = cloudwatch.get_metric_statistics(
    Namespace="AWS/SageMaker",
    MetricName="Invocations",
    Dimensions=dimensions,
    StartTime=now - datetime.timedelta(hours=1),
    EndTime=now + datetime.timedelta(hours=1),
    Period=60,
    Statistics=["Sum"],
)
assert sum(point["Sum"] for point in statistics["Datapoints"]) == 2, statistics
cloudwatch.put_metric_alarm(
    AlarmName="boto3",
    Namespace="AWS/SageMaker",
    MetricName="Invocation5XXErrors",
    Dimensions=dimensions,
    Statistic="Average",
    Period=60,
    EvaluationPeriods=1,
    Threshold=0.1,
    ComparisonOperator="GreaterThanThreshold",
)
alarm = cloudwatch.describe_alarms(AlarmNames=["boto3"])["MetricAlarms"][0]
assert alarm["Threshold"] == 0.1 and alarm["StateValue"], alarm
cloudwatch.delete_alarms(AlarmNames=["boto3"])
assert logs.filter_log_events(logGroupName="/aws/sagemaker/Endpoints/boto3-digits")["events"]

sagemaker.delete_endpoint(EndpointName="boto3-digits")
sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="boto3-digits", WaiterConfig=QUICKLY)
for name in ("first", "second"):
    sagemaker.delete_endpoint_config(EndpointConfigName=name)
    sagemaker.delete_model(ModelName=name)
try:
    sagemaker.describe_model(ModelName="first")
    raise AssertionError("a deleted model must be gone")
except ClientError as error:
    assert error.response["Error"]["Code"] == "ValidationException", error.response
print("driven")
