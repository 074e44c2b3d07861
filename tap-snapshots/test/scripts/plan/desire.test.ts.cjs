/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > all-at-once-with-rollback.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-030362f586
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-5d484e8805
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-030362f586
      InitialVariantWeight: 1
      InstanceType: ml.m7i.large
      InitialInstanceCount: 1
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-5d484e8805
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 5d484e8805
update:
  EndpointName: flowers
  EndpointConfigName: flowers-5d484e8805
  RetainAllVariantProperties: false
  DeploymentConfig:
    BlueGreenUpdatePolicy:
      TrafficRoutingConfiguration:
        Type: ALL_AT_ONCE
        WaitIntervalInSeconds: 0
      TerminationWaitInSeconds: 300
      MaximumExecutionTimeoutInSeconds: 3600
    AutoRollbackConfiguration:
      Alarms:
        - AlarmName: flowers-5d484e8805-primary-5xx-rate-1
alarms:
  - AlarmName: flowers-5d484e8805-primary-5xx-rate-1
    AlarmDescription: Rolls back flowers if 5xx-rate of variant primary is above 1% in 2 of 3 minutes.
    Metrics:
      - Id: guarded
        Expression: IF(invocations > 20, measured, 0)
        Label: 5xx-rate
        ReturnData: true
      - Id: measured
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocation5XXErrors
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-5d484e8805
          Period: 60
          Stat: Average
        ReturnData: false
      - Id: invocations
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocations
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-5d484e8805
          Period: 60
          Stat: Sum
        ReturnData: false
    ComparisonOperator: GreaterThanThreshold
    Threshold: 0.01
    EvaluationPeriods: 3
    DatapointsToAlarm: 2
    TreatMissingData: notBreaching
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > asynchronous.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-030362f586
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-734ba43c6c
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-030362f586
      InitialVariantWeight: 1
      InstanceType: ml.m7i.large
      InitialInstanceCount: 1
  AsyncInferenceConfig:
    OutputConfig:
      S3OutputPath: s3://answers/flowers
      S3FailurePath: s3://answers/failed
      NotificationConfig:
        SuccessTopic: arn:aws:sns:eu-west-1:123456789012:done
        ErrorTopic: arn:aws:sns:eu-west-1:123456789012:failed
    ClientConfig:
      MaxConcurrentInvocationsPerInstance: 4
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-734ba43c6c
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 734ba43c6c
update:
  EndpointName: flowers
  EndpointConfigName: flowers-734ba43c6c
  RetainAllVariantProperties: true
  ExcludeRetainedVariantProperties:
    - VariantPropertyType: DataCaptureConfig
alarms: []
scaling:
  - target:
      ServiceNamespace: sagemaker
      ResourceId: endpoint/flowers/variant/primary
      ScalableDimension: sagemaker:variant:DesiredInstanceCount
      MinCapacity: 0
      MaxCapacity: 5
      Tags:
        onnx-serving:endpoint: flowers
    policies:
      - ServiceNamespace: sagemaker
        ResourceId: endpoint/flowers/variant/primary
        ScalableDimension: sagemaker:variant:DesiredInstanceCount
        PolicyName: flowers-primary-backlog
        PolicyType: TargetTrackingScaling
        TargetTrackingScalingPolicyConfiguration:
          TargetValue: 5
          CustomizedMetricSpecification:
            Namespace: AWS/SageMaker
            MetricName: ApproximateBacklogSizePerInstance
            Dimensions:
              - Name: EndpointName
                Value: flowers
            Statistic: Average
          ScaleInCooldown: 600
          ScaleOutCooldown: 30
      - ServiceNamespace: sagemaker
        ResourceId: endpoint/flowers/variant/primary
        ScalableDimension: sagemaker:variant:DesiredInstanceCount
        PolicyName: flowers-primary-has-backlog
        PolicyType: StepScaling
        StepScalingPolicyConfiguration:
          AdjustmentType: ChangeInCapacity
          MetricAggregationType: Average
          Cooldown: 300
          StepAdjustments:
            - MetricIntervalLowerBound: 0
              ScalingAdjustment: 1
    alarm:
      AlarmName: flowers-primary-has-backlog
      AlarmDescription: Brings up an instance of flowers when requests wait and there is none.
      Namespace: AWS/SageMaker
      MetricName: HasBacklogWithoutCapacity
      Dimensions:
        - Name: EndpointName
          Value: flowers
      Statistic: Average
      Period: 60
      EvaluationPeriods: 2
      DatapointsToAlarm: 2
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: missing
      Tags:
        - Key: onnx-serving:endpoint
          Value: flowers

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > canary.yaml > must match snapshot 1`] = `
endpoint: flowers
archives: []
models:
  - ModelName: flowers-0cfe57f48a
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://my-models/flowers/1/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-76a50f0554
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-0cfe57f48a
      InitialVariantWeight: 1
      InstanceType: ml.m7i.large
      InitialInstanceCount: 4
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-76a50f0554
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 76a50f0554
update:
  EndpointName: flowers
  EndpointConfigName: flowers-76a50f0554
  RetainAllVariantProperties: false
  DeploymentConfig:
    BlueGreenUpdatePolicy:
      TrafficRoutingConfiguration:
        Type: CANARY
        CanarySize:
          Type: CAPACITY_PERCENT
          Value: 25
        WaitIntervalInSeconds: 300
      TerminationWaitInSeconds: 120
      MaximumExecutionTimeoutInSeconds: 3600
    AutoRollbackConfiguration:
      Alarms:
        - AlarmName: flowers-76a50f0554-primary-5xx-rate-1
        - AlarmName: flowers-76a50f0554-primary-p99-latency-2
        - AlarmName: my-own
alarms:
  - AlarmName: flowers-76a50f0554-primary-5xx-rate-1
    AlarmDescription: Rolls back flowers if 5xx-rate of variant primary is above 1% in 2 of 3 minutes.
    Metrics:
      - Id: guarded
        Expression: IF(invocations > 20, measured, 0)
        Label: 5xx-rate
        ReturnData: true
      - Id: measured
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocation5XXErrors
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-76a50f0554
          Period: 60
          Stat: Average
        ReturnData: false
      - Id: invocations
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocations
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-76a50f0554
          Period: 60
          Stat: Sum
        ReturnData: false
    ComparisonOperator: GreaterThanThreshold
    Threshold: 0.01
    EvaluationPeriods: 3
    DatapointsToAlarm: 2
    TreatMissingData: notBreaching
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
  - AlarmName: flowers-76a50f0554-primary-p99-latency-2
    AlarmDescription: Rolls back flowers if p99-latency of variant primary is above 800ms in 3 of 3 minutes.
    Metrics:
      - Id: guarded
        Expression: IF(invocations > 20, measured, 0)
        Label: p99-latency
        ReturnData: true
      - Id: measured
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: ModelLatency
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-76a50f0554
          Period: 60
          Stat: p99
        ReturnData: false
      - Id: invocations
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocations
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-76a50f0554
          Period: 60
          Stat: Sum
        ReturnData: false
    ComparisonOperator: GreaterThanThreshold
    Threshold: 800000
    EvaluationPeriods: 3
    DatapointsToAlarm: 3
    TreatMissingData: notBreaching
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > environment.yaml > must match snapshot 1`] = `
endpoint: flowers-production
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-production-030362f586
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers-production
config:
  EndpointConfigName: flowers-production-f3188b3806
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-production-030362f586
      InitialVariantWeight: 1
      InstanceType: ml.m7i.large
      InitialInstanceCount: 3
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers-production
create:
  EndpointName: flowers-production
  EndpointConfigName: flowers-production-f3188b3806
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers-production
    - Key: onnx-serving:history
      Value: f3188b3806
update:
  EndpointName: flowers-production
  EndpointConfigName: flowers-production-f3188b3806
  RetainAllVariantProperties: false
alarms: []
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > everything-on-instances.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: my-models
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-a2b28c704a
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving@sha256:73657276696e672e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://my-models/flowers/6d6f64656c2e/model.tar.gz
      Environment:
        LOG_LEVEL: info
        WORKERS: "4"
    VpcConfig:
      Subnets:
        - subnet-0123456789abcdef0
        - subnet-0123456789abcdef1
      SecurityGroupIds:
        - sg-0123456789abcdef0
    EnableNetworkIsolation: true
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
      - Key: team
        Value: ml
      - Key: cost
        Value: "12"
config:
  EndpointConfigName: flowers-329536128b
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-a2b28c704a
      InitialVariantWeight: 1
      InstanceType: ml.c6i.xlarge
      InitialInstanceCount: 4
      RoutingConfig:
        RoutingStrategy: LEAST_OUTSTANDING_REQUESTS
      VolumeSizeInGB: 30
      ContainerStartupHealthCheckTimeoutInSeconds: 300
      ModelDataDownloadTimeoutInSeconds: 600
  DataCaptureConfig:
    EnableCapture: true
    InitialSamplingPercentage: 10
    DestinationS3Uri: s3://captured/flowers
    KmsKeyId: alias/my-key
    CaptureOptions:
      - CaptureMode: Input
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: team
      Value: ml
    - Key: cost
      Value: "12"
create:
  EndpointName: flowers
  EndpointConfigName: flowers-329536128b
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: team
      Value: ml
    - Key: cost
      Value: "12"
    - Key: onnx-serving:history
      Value: 329536128b
update:
  EndpointName: flowers
  EndpointConfigName: flowers-329536128b
  RetainAllVariantProperties: true
  ExcludeRetainedVariantProperties:
    - VariantPropertyType: DataCaptureConfig
alarms: []
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > instance-pools.yaml > must match snapshot 1`] = `
endpoint: flowers
archives: []
models:
  - ModelName: flowers-4db325043b
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      ModelPackageName: arn:aws:sagemaker:eu-west-1:123456789012:model-package/flowers/3
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-e61464941a
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-4db325043b
      InitialVariantWeight: 1
      InstancePools:
        - InstanceType: ml.m7i.large
          Priority: 1
        - InstanceType: ml.c7i.large
          Priority: 2
      InitialInstanceCount: 2
      VariantInstanceProvisionTimeoutInSeconds: 600
  MetricsConfig:
    EnableDetailedObservability: false
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-e61464941a
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: e61464941a
update:
  EndpointName: flowers
  EndpointConfigName: flowers-e61464941a
  RetainAllVariantProperties: false
alarms: []
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > keys-of-2026.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-218ab03fa9
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
      ContainerMetricsConfig:
        MetricsEndpoints:
          - MetricsEndpointPath: /metrics
            MetricPublishFrequencyInSeconds: 60
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-32ca6e73d6
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-218ab03fa9
      InitialVariantWeight: 1
      InstanceType: ml.g6.xlarge
      InitialInstanceCount: 2
      CapacityReservationConfig:
        CapacityReservationPreference: capacity-reservations-only
        MlReservationArn: arn:aws:sagemaker:eu-west-1:123456789012:training-plan/mine
      ManagedInstanceScaling:
        Status: ENABLED
        MinInstanceCount: 1
        MaxInstanceCount: 4
        ScaleInPolicy:
          Strategy: CONSOLIDATION
          MaximumStepSize: 2
          CooldownInMinutes: 30
      CoreDumpConfig:
        DestinationS3Uri: s3://dumps/flowers
        KmsKeyId: alias/dumps
      VariantInstanceProvisionTimeoutInSeconds: 900
      InferenceAmiVersion: al2023-ami-sagemaker-inference-gpu-4-1
      EnableSSMAccess: true
  KmsKeyId: alias/volumes
  AsyncInferenceConfig:
    OutputConfig:
      S3OutputPath: s3://answers/flowers
      KmsKeyId: 1234abcd-12ab-34cd-56ef-1234567890ab
  DataCaptureConfig:
    EnableCapture: true
    InitialSamplingPercentage: 10
    DestinationS3Uri: s3://captured/flowers
    CaptureOptions:
      - CaptureMode: Input
      - CaptureMode: Output
    CaptureContentTypeHeader:
      JsonContentTypes:
        - application/json
        - application/x-ndjson
      CsvContentTypes:
        - text/csv
  MetricsConfig:
    EnableDetailedObservability: true
    EnableEnhancedMetrics: true
    MetricPublishFrequencyInSeconds: 30
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-32ca6e73d6
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 32ca6e73d6
update:
  EndpointName: flowers
  EndpointConfigName: flowers-32ca6e73d6
  RetainAllVariantProperties: false
alarms: []
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > linear.yaml > must match snapshot 1`] = `
endpoint: flowers
archives: []
models:
  - ModelName: flowers-488394e7e7
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-a3be2500b4
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-488394e7e7
      InitialVariantWeight: 1
      InstanceType: ml.m7i.large
      InitialInstanceCount: 4
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-a3be2500b4
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: a3be2500b4
update:
  EndpointName: flowers
  EndpointConfigName: flowers-a3be2500b4
  RetainAllVariantProperties: false
  DeploymentConfig:
    BlueGreenUpdatePolicy:
      TrafficRoutingConfiguration:
        Type: LINEAR
        LinearStepSize:
          Type: INSTANCE_COUNT
          Value: 1
        WaitIntervalInSeconds: 300
      TerminationWaitInSeconds: 300
      MaximumExecutionTimeoutInSeconds: 3600
    AutoRollbackConfiguration:
      Alarms:
        - AlarmName: flowers-a3be2500b4-primary-4xx-rate-1
        - AlarmName: flowers-a3be2500b4-primary-p50-latency-2
alarms:
  - AlarmName: flowers-a3be2500b4-primary-4xx-rate-1
    AlarmDescription: Rolls back flowers if 4xx-rate of variant primary is above 0.5% in 1 of 1 minutes.
    Metrics:
      - Id: guarded
        Expression: IF(invocations > 20, measured, 0)
        Label: 4xx-rate
        ReturnData: true
      - Id: measured
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocation4XXErrors
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-a3be2500b4
          Period: 60
          Stat: Average
        ReturnData: false
      - Id: invocations
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocations
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-a3be2500b4
          Period: 60
          Stat: Sum
        ReturnData: false
    ComparisonOperator: GreaterThanThreshold
    Threshold: 0.005
    EvaluationPeriods: 1
    DatapointsToAlarm: 1
    TreatMissingData: notBreaching
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
  - AlarmName: flowers-a3be2500b4-primary-p50-latency-2
    AlarmDescription: Rolls back flowers if p50-latency of variant primary is above 1500ms in 2 of 3 minutes.
    Metrics:
      - Id: guarded
        Expression: IF(invocations > 20, measured, 0)
        Label: p50-latency
        ReturnData: true
      - Id: measured
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: ModelLatency
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-a3be2500b4
          Period: 60
          Stat: p50
        ReturnData: false
      - Id: invocations
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocations
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-a3be2500b4
          Period: 60
          Stat: Sum
        ReturnData: false
    ComparisonOperator: GreaterThanThreshold
    Threshold: 1500000
    EvaluationPeriods: 3
    DatapointsToAlarm: 2
    TreatMissingData: notBreaching
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > members-of-aws.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-506ec420eb
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
      AdditionalModelDataSources:
        - ChannelName: words
          S3DataSource:
            S3Uri: s3://models/flowers-words/
            S3DataType: S3Prefix
            CompressionType: None
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-0c3dc34cff
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-506ec420eb
      InitialVariantWeight: 1
      InstanceType: ml.m7i.large
      InitialInstanceCount: 2
      RoutingConfig:
        RoutingStrategy: PREFIX_AWARE
        PrefixAwareRoutingConfig:
          PrefixLength: 2048
  ShadowProductionVariants:
    - VariantName: shadow
      ModelName: flowers-506ec420eb
      InitialVariantWeight: 0.5
      InstanceType: ml.m7i.large
      InitialInstanceCount: 2
      RoutingConfig:
        RoutingStrategy: PREFIX_AWARE
        PrefixAwareRoutingConfig:
          PrefixLength: 2048
  AsyncInferenceConfig:
    OutputConfig:
      S3OutputPath: s3://answers/flowers
      NotificationConfig:
        SuccessTopic: arn:aws:sns:eu-west-1:123456789012:done
        IncludeInferenceResponseIn:
          - SUCCESS_NOTIFICATION_TOPIC
  EnableNetworkIsolation: true
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-0c3dc34cff
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 0c3dc34cff
update:
  EndpointName: flowers
  EndpointConfigName: flowers-0c3dc34cff
  RetainAllVariantProperties: false
alarms: []
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > rolling.yaml > must match snapshot 1`] = `
endpoint: flowers
archives: []
models:
  - ModelName: flowers-50e9375f7f
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataSource:
        S3DataSource:
          S3Uri: s3://my-models/flowers/1/
          S3DataType: S3Prefix
          CompressionType: None
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-e9521ece23
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-50e9375f7f
      InitialVariantWeight: 1
      InstanceType: ml.c7g.xlarge
      InitialInstanceCount: 10
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-e9521ece23
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: e9521ece23
update:
  EndpointName: flowers
  EndpointConfigName: flowers-e9521ece23
  RetainAllVariantProperties: false
  DeploymentConfig:
    RollingUpdatePolicy:
      MaximumBatchSize:
        Type: CAPACITY_PERCENT
        Value: 20
      WaitIntervalInSeconds: 300
      MaximumExecutionTimeoutInSeconds: 3600
      RollbackMaximumBatchSize:
        Type: CAPACITY_PERCENT
        Value: 20
    AutoRollbackConfiguration:
      Alarms:
        - AlarmName: flowers-e9521ece23-primary-5xx-rate-1
alarms:
  - AlarmName: flowers-e9521ece23-primary-5xx-rate-1
    AlarmDescription: Rolls back flowers if 5xx-rate of variant primary is above 5% in 2 of 3 minutes.
    Metrics:
      - Id: guarded
        Expression: IF(invocations > 20, measured, 0)
        Label: 5xx-rate
        ReturnData: true
      - Id: measured
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocation5XXErrors
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-e9521ece23
          Period: 60
          Stat: Average
        ReturnData: false
      - Id: invocations
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocations
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-e9521ece23
          Period: 60
          Stat: Sum
        ReturnData: false
    ComparisonOperator: GreaterThanThreshold
    Threshold: 0.05
    EvaluationPeriods: 3
    DatapointsToAlarm: 2
    TreatMissingData: notBreaching
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > same-model-twice.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-030362f586
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-21aaab1952
  ProductionVariants:
    - VariantName: small
      ModelName: flowers-030362f586
      InitialVariantWeight: 1
      InstanceType: ml.m7i.large
      InitialInstanceCount: 1
    - VariantName: large
      ModelName: flowers-030362f586
      InitialVariantWeight: 0
      InstanceType: ml.m7i.4xlarge
      InitialInstanceCount: 1
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-21aaab1952
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 21aaab1952
update:
  EndpointName: flowers
  EndpointConfigName: flowers-21aaab1952
  RetainAllVariantProperties: false
alarms: []
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > scaling-by-concurrency.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-030362f586
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-5d484e8805
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-030362f586
      InitialVariantWeight: 1
      InstanceType: ml.m7i.large
      InitialInstanceCount: 1
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-5d484e8805
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 5d484e8805
update:
  EndpointName: flowers
  EndpointConfigName: flowers-5d484e8805
  RetainAllVariantProperties: true
  ExcludeRetainedVariantProperties:
    - VariantPropertyType: DataCaptureConfig
alarms: []
scaling:
  - target:
      ServiceNamespace: sagemaker
      ResourceId: endpoint/flowers/variant/primary
      ScalableDimension: sagemaker:variant:DesiredInstanceCount
      MinCapacity: 1
      MaxCapacity: 4
      Tags:
        onnx-serving:endpoint: flowers
    policies:
      - ServiceNamespace: sagemaker
        ResourceId: endpoint/flowers/variant/primary
        ScalableDimension: sagemaker:variant:DesiredInstanceCount
        PolicyName: flowers-primary-concurrency
        PolicyType: TargetTrackingScaling
        TargetTrackingScalingPolicyConfiguration:
          TargetValue: 8
          PredefinedMetricSpecification:
            PredefinedMetricType: SageMakerVariantConcurrentRequestsPerModelHighResolution
          ScaleInCooldown: 300
          ScaleOutCooldown: 60

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > scaling-by-cpu.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-030362f586
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-19a4d4bcca
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-030362f586
      InitialVariantWeight: 1
      InstanceType: ml.c7i.2xlarge
      InitialInstanceCount: 1
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-19a4d4bcca
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 19a4d4bcca
update:
  EndpointName: flowers
  EndpointConfigName: flowers-19a4d4bcca
  RetainAllVariantProperties: true
  ExcludeRetainedVariantProperties:
    - VariantPropertyType: DataCaptureConfig
alarms: []
scaling:
  - target:
      ServiceNamespace: sagemaker
      ResourceId: endpoint/flowers/variant/primary
      ScalableDimension: sagemaker:variant:DesiredInstanceCount
      MinCapacity: 1
      MaxCapacity: 4
      Tags:
        onnx-serving:endpoint: flowers
    policies:
      - ServiceNamespace: sagemaker
        ResourceId: endpoint/flowers/variant/primary
        ScalableDimension: sagemaker:variant:DesiredInstanceCount
        PolicyName: flowers-primary-cpu
        PolicyType: TargetTrackingScaling
        TargetTrackingScalingPolicyConfiguration:
          TargetValue: 480
          CustomizedMetricSpecification:
            Namespace: /aws/sagemaker/Endpoints
            MetricName: CPUUtilization
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
            Statistic: Average
            Unit: Percent
          ScaleInCooldown: 300
          ScaleOutCooldown: 60

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > serverless-on-demand.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-030362f586
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-889a17640a
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-030362f586
      InitialVariantWeight: 1
      ServerlessConfig:
        MemorySizeInMB: 1024
        MaxConcurrency: 5
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-889a17640a
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 889a17640a
update:
  EndpointName: flowers
  EndpointConfigName: flowers-889a17640a
  RetainAllVariantProperties: false
alarms: []
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > serverless.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-030362f586
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-1f6f64cfc8
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-030362f586
      InitialVariantWeight: 1
      ServerlessConfig:
        MemorySizeInMB: 3072
        MaxConcurrency: 20
        ProvisionedConcurrency: 2
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-1f6f64cfc8
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 1f6f64cfc8
update:
  EndpointName: flowers
  EndpointConfigName: flowers-1f6f64cfc8
  RetainAllVariantProperties: true
  ExcludeRetainedVariantProperties:
    - VariantPropertyType: DataCaptureConfig
alarms: []
scaling:
  - target:
      ServiceNamespace: sagemaker
      ResourceId: endpoint/flowers/variant/primary
      ScalableDimension: sagemaker:variant:DesiredProvisionedConcurrency
      MinCapacity: 1
      MaxCapacity: 10
      Tags:
        onnx-serving:endpoint: flowers
    policies:
      - ServiceNamespace: sagemaker
        ResourceId: endpoint/flowers/variant/primary
        ScalableDimension: sagemaker:variant:DesiredProvisionedConcurrency
        PolicyName: flowers-primary-provisioned-concurrency
        PolicyType: TargetTrackingScaling
        TargetTrackingScalingPolicyConfiguration:
          TargetValue: 0.7
          PredefinedMetricSpecification:
            PredefinedMetricType: SageMakerVariantProvisionedConcurrencyUtilization
          ScaleInCooldown: 300
          ScaleOutCooldown: 60

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > shadow.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
  - folder: other
    sha256: 6f746865722e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6f746865722e/model.tar.gz
models:
  - ModelName: flowers-030362f586
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
  - ModelName: flowers-d43bcd9ca1
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6f746865722e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-464cf98fc8
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-030362f586
      InitialVariantWeight: 2
      InstanceType: ml.m7i.large
      InitialInstanceCount: 1
  ShadowProductionVariants:
    - VariantName: shadow
      ModelName: flowers-d43bcd9ca1
      InitialVariantWeight: 0.5
      InstanceType: ml.m7i.large
      InitialInstanceCount: 1
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-464cf98fc8
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 464cf98fc8
update:
  EndpointName: flowers
  EndpointConfigName: flowers-464cf98fc8
  RetainAllVariantProperties: false
alarms: []
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > tags-and-scaling.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-80ee9f90d5
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
      Environment:
        SERVING_X: off
        SERVING_Y: 1_000
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
      - Key: pii
        Value: no
config:
  EndpointConfigName: flowers-ae8070ae7f
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-80ee9f90d5
      InitialVariantWeight: 1
      InstanceType: ml.c7i.2xlarge
      InitialInstanceCount: 1
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: pii
      Value: no
create:
  EndpointName: flowers
  EndpointConfigName: flowers-ae8070ae7f
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: pii
      Value: no
    - Key: onnx-serving:history
      Value: ae8070ae7f
update:
  EndpointName: flowers
  EndpointConfigName: flowers-ae8070ae7f
  RetainAllVariantProperties: true
  ExcludeRetainedVariantProperties:
    - VariantPropertyType: DataCaptureConfig
alarms: []
scaling:
  - target:
      ServiceNamespace: sagemaker
      ResourceId: endpoint/flowers/variant/primary
      ScalableDimension: sagemaker:variant:DesiredInstanceCount
      MinCapacity: 1
      MaxCapacity: 4
      Tags:
        onnx-serving:endpoint: flowers
        pii: no
    policies:
      - ServiceNamespace: sagemaker
        ResourceId: endpoint/flowers/variant/primary
        ScalableDimension: sagemaker:variant:DesiredInstanceCount
        PolicyName: flowers-primary-cpu
        PolicyType: TargetTrackingScaling
        TargetTrackingScalingPolicyConfiguration:
          TargetValue: 480
          CustomizedMetricSpecification:
            Namespace: /aws/sagemaker/Endpoints
            MetricName: CPUUtilization
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
            Statistic: Average
            Unit: Percent
          ScaleInCooldown: 300
          ScaleOutCooldown: 60

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > three-lines.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
models:
  - ModelName: flowers-030362f586
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-5d484e8805
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-030362f586
      InitialVariantWeight: 1
      InstanceType: ml.m7i.large
      InitialInstanceCount: 1
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-5d484e8805
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: 5d484e8805
update:
  EndpointName: flowers
  EndpointConfigName: flowers-5d484e8805
  RetainAllVariantProperties: false
alarms: []
scaling: []

`

exports[`.build/all.js > TAP > test/scripts/plan/desire.test.ts > two-variants.yaml > must match snapshot 1`] = `
endpoint: flowers
archives:
  - folder: model
    sha256: 6d6f64656c2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6d6f64656c2e/model.tar.gz
  - folder: other
    sha256: 6f746865722e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
    bytes: 1024
    bucket: sagemaker-eu-west-1-123456789012
    key: flowers/6f746865722e/model.tar.gz
models:
  - ModelName: flowers-030362f586
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6d6f64656c2e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
  - ModelName: flowers-d43bcd9ca1
    ExecutionRoleArn: arn:aws:iam::123456789012:role/sagemaker
    PrimaryContainer:
      Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers@sha256:666c6f776572732e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e2e
      ModelDataUrl: s3://sagemaker-eu-west-1-123456789012/flowers/6f746865722e/model.tar.gz
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
config:
  EndpointConfigName: flowers-cce3dcebc3
  ProductionVariants:
    - VariantName: primary
      ModelName: flowers-030362f586
      InitialVariantWeight: 95
      InstanceType: ml.m7i.large
      InitialInstanceCount: 2
    - VariantName: challenger
      ModelName: flowers-d43bcd9ca1
      InitialVariantWeight: 5
      InstanceType: ml.c7i.large
      InitialInstanceCount: 2
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
create:
  EndpointName: flowers
  EndpointConfigName: flowers-cce3dcebc3
  Tags:
    - Key: onnx-serving:endpoint
      Value: flowers
    - Key: onnx-serving:history
      Value: cce3dcebc3
update:
  EndpointName: flowers
  EndpointConfigName: flowers-cce3dcebc3
  RetainAllVariantProperties: true
  ExcludeRetainedVariantProperties:
    - VariantPropertyType: DataCaptureConfig
  DeploymentConfig:
    BlueGreenUpdatePolicy:
      TrafficRoutingConfiguration:
        Type: ALL_AT_ONCE
        WaitIntervalInSeconds: 0
      TerminationWaitInSeconds: 300
      MaximumExecutionTimeoutInSeconds: 3600
    AutoRollbackConfiguration:
      Alarms:
        - AlarmName: flowers-cce3dcebc3-primary-5xx-rate-1
        - AlarmName: flowers-cce3dcebc3-challenger-5xx-rate-1
alarms:
  - AlarmName: flowers-cce3dcebc3-primary-5xx-rate-1
    AlarmDescription: Rolls back flowers if 5xx-rate of variant primary is above 1% in 2 of 3 minutes.
    Metrics:
      - Id: guarded
        Expression: IF(invocations > 20, measured, 0)
        Label: 5xx-rate
        ReturnData: true
      - Id: measured
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocation5XXErrors
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-cce3dcebc3
          Period: 60
          Stat: Average
        ReturnData: false
      - Id: invocations
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocations
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: primary
              - Name: EndpointConfigName
                Value: flowers-cce3dcebc3
          Period: 60
          Stat: Sum
        ReturnData: false
    ComparisonOperator: GreaterThanThreshold
    Threshold: 0.01
    EvaluationPeriods: 3
    DatapointsToAlarm: 2
    TreatMissingData: notBreaching
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
  - AlarmName: flowers-cce3dcebc3-challenger-5xx-rate-1
    AlarmDescription: Rolls back flowers if 5xx-rate of variant challenger is above 1% in 2 of 3 minutes.
    Metrics:
      - Id: guarded
        Expression: IF(invocations > 20, measured, 0)
        Label: 5xx-rate
        ReturnData: true
      - Id: measured
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocation5XXErrors
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: challenger
              - Name: EndpointConfigName
                Value: flowers-cce3dcebc3
          Period: 60
          Stat: Average
        ReturnData: false
      - Id: invocations
        MetricStat:
          Metric:
            Namespace: AWS/SageMaker
            MetricName: Invocations
            Dimensions:
              - Name: EndpointName
                Value: flowers
              - Name: VariantName
                Value: challenger
              - Name: EndpointConfigName
                Value: flowers-cce3dcebc3
          Period: 60
          Stat: Sum
        ReturnData: false
    ComparisonOperator: GreaterThanThreshold
    Threshold: 0.01
    EvaluationPeriods: 3
    DatapointsToAlarm: 2
    TreatMissingData: notBreaching
    Tags:
      - Key: onnx-serving:endpoint
        Value: flowers
scaling:
  - target:
      ServiceNamespace: sagemaker
      ResourceId: endpoint/flowers/variant/primary
      ScalableDimension: sagemaker:variant:DesiredInstanceCount
      MinCapacity: 2
      MaxCapacity: 8
      Tags:
        onnx-serving:endpoint: flowers
    policies:
      - ServiceNamespace: sagemaker
        ResourceId: endpoint/flowers/variant/primary
        ScalableDimension: sagemaker:variant:DesiredInstanceCount
        PolicyName: flowers-primary-invocations-per-instance
        PolicyType: TargetTrackingScaling
        TargetTrackingScalingPolicyConfiguration:
          TargetValue: 300
          PredefinedMetricSpecification:
            PredefinedMetricType: SageMakerVariantInvocationsPerInstance
          ScaleInCooldown: 300
          ScaleOutCooldown: 60
  - target:
      ServiceNamespace: sagemaker
      ResourceId: endpoint/flowers/variant/challenger
      ScalableDimension: sagemaker:variant:DesiredInstanceCount
      MinCapacity: 2
      MaxCapacity: 8
      Tags:
        onnx-serving:endpoint: flowers
    policies:
      - ServiceNamespace: sagemaker
        ResourceId: endpoint/flowers/variant/challenger
        ScalableDimension: sagemaker:variant:DesiredInstanceCount
        PolicyName: flowers-challenger-invocations-per-instance
        PolicyType: TargetTrackingScaling
        TargetTrackingScalingPolicyConfiguration:
          TargetValue: 300
          PredefinedMetricSpecification:
            PredefinedMetricType: SageMakerVariantInvocationsPerInstance
          ScaleInCooldown: 300
          ScaleOutCooldown: 60

`
