/** application-autoscaling 2016-02-06, written by scripts/generate-models.ts from botocore 1.44.8. */

import type { Model } from '../model.ts'

export type Alarm = {
  AlarmName: string
  AlarmARN: string
}

export type CustomizedMetricSpecification = {
  MetricName?: string | undefined
  Namespace?: string | undefined
  Dimensions?: Array<MetricDimension> | undefined
  Statistic?: 'Average' | 'Minimum' | 'Maximum' | 'SampleCount' | 'Sum' | undefined
  Unit?: string | undefined
  Metrics?: Array<TargetTrackingMetricDataQuery> | undefined
}

export type DeleteScalingPolicyRequest = {
  PolicyName: string
  ServiceNamespace: string
  ResourceId: string
  ScalableDimension: string
}

export type DeleteScalingPolicyResponse = {}

export type DeregisterScalableTargetRequest = {
  ServiceNamespace: string
  ResourceId: string
  ScalableDimension: string
}

export type DeregisterScalableTargetResponse = {}

export type DescribeScalableTargetsRequest = {
  ServiceNamespace: string
  ResourceIds?: Array<string> | undefined
  ScalableDimension?: string | undefined
  MaxResults?: number | undefined
  NextToken?: string | undefined
}

export type DescribeScalableTargetsResponse = {
  ScalableTargets?: Array<ScalableTarget> | undefined
  NextToken?: string | undefined
}

export type DescribeScalingActivitiesRequest = {
  ServiceNamespace: string
  ResourceId?: string | undefined
  ScalableDimension?: string | undefined
  MaxResults?: number | undefined
  NextToken?: string | undefined
  IncludeNotScaledActivities?: boolean | undefined
}

export type DescribeScalingActivitiesResponse = {
  ScalingActivities?: Array<ScalingActivity> | undefined
  NextToken?: string | undefined
}

export type DescribeScalingPoliciesRequest = {
  PolicyNames?: Array<string> | undefined
  ServiceNamespace: string
  ResourceId?: string | undefined
  ScalableDimension?: string | undefined
  MaxResults?: number | undefined
  NextToken?: string | undefined
}

export type DescribeScalingPoliciesResponse = {
  ScalingPolicies?: Array<ScalingPolicy> | undefined
  NextToken?: string | undefined
}

export type MetricDimension = {
  Name: string
  Value: string
}

export type NotScaledReason = {
  Code: string
  MaxCapacity?: number | undefined
  MinCapacity?: number | undefined
  CurrentCapacity?: number | undefined
}

export type PredefinedMetricSpecification = {
  PredefinedMetricType: string
  ResourceLabel?: string | undefined
}

export type PredictiveScalingCustomizedMetricSpecification = {
  MetricDataQueries: Array<PredictiveScalingMetricDataQuery>
}

export type PredictiveScalingMetric = {
  Dimensions?: Array<PredictiveScalingMetricDimension> | undefined
  MetricName?: string | undefined
  Namespace?: string | undefined
}

export type PredictiveScalingMetricDataQuery = {
  Id: string
  Expression?: string | undefined
  MetricStat?: PredictiveScalingMetricStat | undefined
  Label?: string | undefined
  ReturnData?: boolean | undefined
}

export type PredictiveScalingMetricDimension = {
  Name: string
  Value: string
}

export type PredictiveScalingMetricSpecification = {
  TargetValue: number
  PredefinedMetricPairSpecification?: PredictiveScalingPredefinedMetricPairSpecification | undefined
  PredefinedScalingMetricSpecification?: PredictiveScalingPredefinedScalingMetricSpecification | undefined
  PredefinedLoadMetricSpecification?: PredictiveScalingPredefinedLoadMetricSpecification | undefined
  CustomizedScalingMetricSpecification?: PredictiveScalingCustomizedMetricSpecification | undefined
  CustomizedLoadMetricSpecification?: PredictiveScalingCustomizedMetricSpecification | undefined
  CustomizedCapacityMetricSpecification?: PredictiveScalingCustomizedMetricSpecification | undefined
}

export type PredictiveScalingMetricStat = {
  Metric: PredictiveScalingMetric
  Stat: string
  Unit?: string | undefined
}

export type PredictiveScalingPolicyConfiguration = {
  MetricSpecifications: Array<PredictiveScalingMetricSpecification>
  Mode?: 'ForecastOnly' | 'ForecastAndScale' | undefined
  SchedulingBufferTime?: number | undefined
  MaxCapacityBreachBehavior?: 'HonorMaxCapacity' | 'IncreaseMaxCapacity' | undefined
  MaxCapacityBuffer?: number | undefined
}

export type PredictiveScalingPredefinedLoadMetricSpecification = {
  PredefinedMetricType: string
  ResourceLabel?: string | undefined
}

export type PredictiveScalingPredefinedMetricPairSpecification = {
  PredefinedMetricType: string
  ResourceLabel?: string | undefined
}

export type PredictiveScalingPredefinedScalingMetricSpecification = {
  PredefinedMetricType: string
  ResourceLabel?: string | undefined
}

export type PutScalingPolicyRequest = {
  PolicyName: string
  ServiceNamespace: string
  ResourceId: string
  ScalableDimension: string
  PolicyType?: 'StepScaling' | 'TargetTrackingScaling' | 'PredictiveScaling' | undefined
  StepScalingPolicyConfiguration?: StepScalingPolicyConfiguration | undefined
  TargetTrackingScalingPolicyConfiguration?: TargetTrackingScalingPolicyConfiguration | undefined
  PredictiveScalingPolicyConfiguration?: PredictiveScalingPolicyConfiguration | undefined
}

export type PutScalingPolicyResponse = {
  PolicyARN: string
  Alarms?: Array<Alarm> | undefined
}

export type RegisterScalableTargetRequest = {
  ServiceNamespace: string
  ResourceId: string
  ScalableDimension: string
  MinCapacity?: number | undefined
  MaxCapacity?: number | undefined
  RoleARN?: string | undefined
  SuspendedState?: SuspendedState | undefined
  Tags?: Record<string, string> | undefined
}

export type RegisterScalableTargetResponse = {
  ScalableTargetARN?: string | undefined
}

export type ScalableTarget = {
  ServiceNamespace: string
  ResourceId: string
  ScalableDimension: string
  MinCapacity: number
  MaxCapacity: number
  PredictedCapacity?: number | undefined
  RoleARN: string
  CreationTime: Date
  SuspendedState?: SuspendedState | undefined
  ScalableTargetARN?: string | undefined
}

export type ScalingActivity = {
  ActivityId: string
  ServiceNamespace: string
  ResourceId: string
  ScalableDimension: string
  Description: string
  Cause: string
  StartTime: Date
  EndTime?: Date | undefined
  StatusCode: 'Pending' | 'InProgress' | 'Successful' | 'Overridden' | 'Unfulfilled' | 'Failed'
  StatusMessage?: string | undefined
  Details?: string | undefined
  NotScaledReasons?: Array<NotScaledReason> | undefined
}

export type ScalingPolicy = {
  PolicyARN: string
  PolicyName: string
  ServiceNamespace: string
  ResourceId: string
  ScalableDimension: string
  PolicyType: 'StepScaling' | 'TargetTrackingScaling' | 'PredictiveScaling'
  StepScalingPolicyConfiguration?: StepScalingPolicyConfiguration | undefined
  TargetTrackingScalingPolicyConfiguration?: TargetTrackingScalingPolicyConfiguration | undefined
  PredictiveScalingPolicyConfiguration?: PredictiveScalingPolicyConfiguration | undefined
  Alarms?: Array<Alarm> | undefined
  CreationTime: Date
}

export type StepAdjustment = {
  MetricIntervalLowerBound?: number | undefined
  MetricIntervalUpperBound?: number | undefined
  ScalingAdjustment: number
}

export type StepScalingPolicyConfiguration = {
  AdjustmentType?: 'ChangeInCapacity' | 'PercentChangeInCapacity' | 'ExactCapacity' | undefined
  StepAdjustments?: Array<StepAdjustment> | undefined
  MinAdjustmentMagnitude?: number | undefined
  Cooldown?: number | undefined
  MetricAggregationType?: 'Average' | 'Minimum' | 'Maximum' | undefined
}

export type SuspendedState = {
  DynamicScalingInSuspended?: boolean | undefined
  DynamicScalingOutSuspended?: boolean | undefined
  ScheduledScalingSuspended?: boolean | undefined
}

export type TargetTrackingMetric = {
  Dimensions?: Array<TargetTrackingMetricDimension> | undefined
  MetricName?: string | undefined
  Namespace?: string | undefined
}

export type TargetTrackingMetricDataQuery = {
  Expression?: string | undefined
  Id: string
  Label?: string | undefined
  MetricStat?: TargetTrackingMetricStat | undefined
  ReturnData?: boolean | undefined
}

export type TargetTrackingMetricDimension = {
  Name: string
  Value: string
}

export type TargetTrackingMetricStat = {
  Metric: TargetTrackingMetric
  Stat: string
  Unit?: string | undefined
}

export type TargetTrackingScalingPolicyConfiguration = {
  TargetValue: number
  PredefinedMetricSpecification?: PredefinedMetricSpecification | undefined
  CustomizedMetricSpecification?: CustomizedMetricSpecification | undefined
  ScaleOutCooldown?: number | undefined
  ScaleInCooldown?: number | undefined
  DisableScaleIn?: boolean | undefined
}

export type Actions = {
  RegisterScalableTarget: { input: RegisterScalableTargetRequest; output: RegisterScalableTargetResponse }
  DeregisterScalableTarget: { input: DeregisterScalableTargetRequest; output: DeregisterScalableTargetResponse }
  DescribeScalableTargets: { input: DescribeScalableTargetsRequest; output: DescribeScalableTargetsResponse }
  PutScalingPolicy: { input: PutScalingPolicyRequest; output: PutScalingPolicyResponse }
  DeleteScalingPolicy: { input: DeleteScalingPolicyRequest; output: DeleteScalingPolicyResponse }
  DescribeScalingPolicies: { input: DescribeScalingPoliciesRequest; output: DescribeScalingPoliciesResponse }
  DescribeScalingActivities: { input: DescribeScalingActivitiesRequest; output: DescribeScalingActivitiesResponse }
}

export const MODEL: Model = {
  actions: {
    RegisterScalableTarget: {"input":"RegisterScalableTargetRequest","output":"RegisterScalableTargetResponse"},
    DeregisterScalableTarget: {"input":"DeregisterScalableTargetRequest","output":"DeregisterScalableTargetResponse"},
    DescribeScalableTargets: {"input":"DescribeScalableTargetsRequest","output":"DescribeScalableTargetsResponse"},
    PutScalingPolicy: {"input":"PutScalingPolicyRequest","output":"PutScalingPolicyResponse"},
    DeleteScalingPolicy: {"input":"DeleteScalingPolicyRequest","output":"DeleteScalingPolicyResponse"},
    DescribeScalingPolicies: {"input":"DescribeScalingPoliciesRequest","output":"DescribeScalingPoliciesResponse"},
    DescribeScalingActivities: {"input":"DescribeScalingActivitiesRequest","output":"DescribeScalingActivitiesResponse"},
  },
  shapes: {
    AdjustmentType: {"type":"string","enum":["ChangeInCapacity","PercentChangeInCapacity","ExactCapacity"]},
    Alarm: {"type":"structure","members":{"AlarmName":"ResourceId","AlarmARN":"ResourceId"},"required":["AlarmName","AlarmARN"]},
    Alarms: {"type":"list","member":"Alarm"},
    Cooldown: {"type":"integer"},
    CustomizedMetricSpecification: {"type":"structure","members":{"MetricName":"MetricName","Namespace":"MetricNamespace","Dimensions":"MetricDimensions","Statistic":"MetricStatistic","Unit":"MetricUnit","Metrics":"TargetTrackingMetricDataQueries"}},
    DeleteScalingPolicyRequest: {"type":"structure","members":{"PolicyName":"ResourceIdMaxLen1600","ServiceNamespace":"ServiceNamespace","ResourceId":"ResourceIdMaxLen1600","ScalableDimension":"ScalableDimension"},"required":["PolicyName","ServiceNamespace","ResourceId","ScalableDimension"]},
    DeleteScalingPolicyResponse: {"type":"structure","members":{}},
    DeregisterScalableTargetRequest: {"type":"structure","members":{"ServiceNamespace":"ServiceNamespace","ResourceId":"ResourceIdMaxLen1600","ScalableDimension":"ScalableDimension"},"required":["ServiceNamespace","ResourceId","ScalableDimension"]},
    DeregisterScalableTargetResponse: {"type":"structure","members":{}},
    DescribeScalableTargetsRequest: {"type":"structure","members":{"ServiceNamespace":"ServiceNamespace","ResourceIds":"ResourceIdsMaxLen1600","ScalableDimension":"ScalableDimension","MaxResults":"MaxResults","NextToken":"XmlString"},"required":["ServiceNamespace"]},
    DescribeScalableTargetsResponse: {"type":"structure","members":{"ScalableTargets":"ScalableTargets","NextToken":"XmlString"}},
    DescribeScalingActivitiesRequest: {"type":"structure","members":{"ServiceNamespace":"ServiceNamespace","ResourceId":"ResourceIdMaxLen1600","ScalableDimension":"ScalableDimension","MaxResults":"MaxResults","NextToken":"XmlString","IncludeNotScaledActivities":"IncludeNotScaledActivities"},"required":["ServiceNamespace"]},
    DescribeScalingActivitiesResponse: {"type":"structure","members":{"ScalingActivities":"ScalingActivities","NextToken":"XmlString"}},
    DescribeScalingPoliciesRequest: {"type":"structure","members":{"PolicyNames":"ResourceIdsMaxLen1600","ServiceNamespace":"ServiceNamespace","ResourceId":"ResourceIdMaxLen1600","ScalableDimension":"ScalableDimension","MaxResults":"MaxResults","NextToken":"XmlString"},"required":["ServiceNamespace"]},
    DescribeScalingPoliciesResponse: {"type":"structure","members":{"ScalingPolicies":"ScalingPolicies","NextToken":"XmlString"}},
    DisableScaleIn: {"type":"boolean"},
    Expression: {"type":"string","min":1,"max":2048,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    Id: {"type":"string","min":1,"max":255,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    IncludeNotScaledActivities: {"type":"boolean"},
    MaxResults: {"type":"integer"},
    MetricAggregationType: {"type":"string","enum":["Average","Minimum","Maximum"]},
    MetricDimension: {"type":"structure","members":{"Name":"MetricDimensionName","Value":"MetricDimensionValue"},"required":["Name","Value"]},
    MetricDimensionName: {"type":"string"},
    MetricDimensionValue: {"type":"string"},
    MetricDimensions: {"type":"list","member":"MetricDimension"},
    MetricName: {"type":"string"},
    MetricNamespace: {"type":"string"},
    MetricScale: {"type":"double"},
    MetricStatistic: {"type":"string","enum":["Average","Minimum","Maximum","SampleCount","Sum"]},
    MetricType: {"type":"string","enum":["DynamoDBReadCapacityUtilization","DynamoDBWriteCapacityUtilization","ALBRequestCountPerTarget","RDSReaderAverageCPUUtilization","RDSReaderAverageDatabaseConnections","EC2SpotFleetRequestAverageCPUUtilization","EC2SpotFleetRequestAverageNetworkIn","EC2SpotFleetRequestAverageNetworkOut","SageMakerVariantInvocationsPerInstance","ECSServiceAverageCPUUtilization","ECSServiceAverageMemoryUtilization","AppStreamAverageCapacityUtilization","ComprehendInferenceUtilization","LambdaProvisionedConcurrencyUtilization","CassandraReadCapacityUtilization","CassandraWriteCapacityUtilization","KafkaBrokerStorageUtilization","ElastiCacheEngineCPUUtilization","ElastiCacheDatabaseMemoryUsagePercentage","ElastiCachePrimaryEngineCPUUtilization","ElastiCacheReplicaEngineCPUUtilization","ElastiCacheDatabaseMemoryUsageCountedForEvictPercentage","NeptuneReaderAverageCPUUtilization","SageMakerVariantProvisionedConcurrencyUtilization","ElastiCacheDatabaseCapacityUsageCountedForEvictPercentage","SageMakerInferenceComponentInvocationsPerCopy","WorkSpacesAverageUserSessionsCapacityUtilization","SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution","SageMakerVariantConcurrentRequestsPerModelHighResolution","ECSServiceAverageCPUUtilizationHighResolution","ECSServiceAverageMemoryUtilizationHighResolution"]},
    MetricUnit: {"type":"string"},
    MinAdjustmentMagnitude: {"type":"integer"},
    NotScaledReason: {"type":"structure","members":{"Code":"XmlString","MaxCapacity":"ResourceCapacity","MinCapacity":"ResourceCapacity","CurrentCapacity":"ResourceCapacity"},"required":["Code"]},
    NotScaledReasons: {"type":"list","member":"NotScaledReason"},
    PolicyName: {"type":"string","min":1,"max":256,"pattern":"\\p{Print}+"},
    PolicyType: {"type":"string","enum":["StepScaling","TargetTrackingScaling","PredictiveScaling"]},
    PredefinedMetricSpecification: {"type":"structure","members":{"PredefinedMetricType":"MetricType","ResourceLabel":"ResourceLabel"},"required":["PredefinedMetricType"]},
    PredictiveScalingCustomizedMetricSpecification: {"type":"structure","members":{"MetricDataQueries":"PredictiveScalingMetricDataQueries"},"required":["MetricDataQueries"]},
    PredictiveScalingMaxCapacityBreachBehavior: {"type":"string","enum":["HonorMaxCapacity","IncreaseMaxCapacity"]},
    PredictiveScalingMaxCapacityBuffer: {"type":"integer","min":0,"max":100},
    PredictiveScalingMetric: {"type":"structure","members":{"Dimensions":"PredictiveScalingMetricDimensions","MetricName":"PredictiveScalingMetricName","Namespace":"PredictiveScalingMetricNamespace"}},
    PredictiveScalingMetricDataQueries: {"type":"list","member":"PredictiveScalingMetricDataQuery"},
    PredictiveScalingMetricDataQuery: {"type":"structure","members":{"Id":"Id","Expression":"Expression","MetricStat":"PredictiveScalingMetricStat","Label":"XmlString","ReturnData":"ReturnData"},"required":["Id"]},
    PredictiveScalingMetricDimension: {"type":"structure","members":{"Name":"PredictiveScalingMetricDimensionName","Value":"PredictiveScalingMetricDimensionValue"},"required":["Name","Value"]},
    PredictiveScalingMetricDimensionName: {"type":"string","min":1,"max":255,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    PredictiveScalingMetricDimensionValue: {"type":"string","min":1,"max":1024,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    PredictiveScalingMetricDimensions: {"type":"list","member":"PredictiveScalingMetricDimension"},
    PredictiveScalingMetricName: {"type":"string","min":1,"max":255,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    PredictiveScalingMetricNamespace: {"type":"string","min":1,"max":255,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    PredictiveScalingMetricSpecification: {"type":"structure","members":{"TargetValue":"MetricScale","PredefinedMetricPairSpecification":"PredictiveScalingPredefinedMetricPairSpecification","PredefinedScalingMetricSpecification":"PredictiveScalingPredefinedScalingMetricSpecification","PredefinedLoadMetricSpecification":"PredictiveScalingPredefinedLoadMetricSpecification","CustomizedScalingMetricSpecification":"PredictiveScalingCustomizedMetricSpecification","CustomizedLoadMetricSpecification":"PredictiveScalingCustomizedMetricSpecification","CustomizedCapacityMetricSpecification":"PredictiveScalingCustomizedMetricSpecification"},"required":["TargetValue"]},
    PredictiveScalingMetricSpecifications: {"type":"list","member":"PredictiveScalingMetricSpecification"},
    PredictiveScalingMetricStat: {"type":"structure","members":{"Metric":"PredictiveScalingMetric","Stat":"XmlString","Unit":"PredictiveScalingMetricUnit"},"required":["Metric","Stat"]},
    PredictiveScalingMetricType: {"type":"string","min":1,"max":128},
    PredictiveScalingMetricUnit: {"type":"string","min":1,"max":1023,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    PredictiveScalingMode: {"type":"string","enum":["ForecastOnly","ForecastAndScale"]},
    PredictiveScalingPolicyConfiguration: {"type":"structure","members":{"MetricSpecifications":"PredictiveScalingMetricSpecifications","Mode":"PredictiveScalingMode","SchedulingBufferTime":"PredictiveScalingSchedulingBufferTime","MaxCapacityBreachBehavior":"PredictiveScalingMaxCapacityBreachBehavior","MaxCapacityBuffer":"PredictiveScalingMaxCapacityBuffer"},"required":["MetricSpecifications"]},
    PredictiveScalingPredefinedLoadMetricSpecification: {"type":"structure","members":{"PredefinedMetricType":"PredictiveScalingMetricType","ResourceLabel":"ResourceLabel"},"required":["PredefinedMetricType"]},
    PredictiveScalingPredefinedMetricPairSpecification: {"type":"structure","members":{"PredefinedMetricType":"PredictiveScalingMetricType","ResourceLabel":"ResourceLabel"},"required":["PredefinedMetricType"]},
    PredictiveScalingPredefinedScalingMetricSpecification: {"type":"structure","members":{"PredefinedMetricType":"PredictiveScalingMetricType","ResourceLabel":"ResourceLabel"},"required":["PredefinedMetricType"]},
    PredictiveScalingSchedulingBufferTime: {"type":"integer","min":0,"max":3600},
    PutScalingPolicyRequest: {"type":"structure","members":{"PolicyName":"PolicyName","ServiceNamespace":"ServiceNamespace","ResourceId":"ResourceIdMaxLen1600","ScalableDimension":"ScalableDimension","PolicyType":"PolicyType","StepScalingPolicyConfiguration":"StepScalingPolicyConfiguration","TargetTrackingScalingPolicyConfiguration":"TargetTrackingScalingPolicyConfiguration","PredictiveScalingPolicyConfiguration":"PredictiveScalingPolicyConfiguration"},"required":["PolicyName","ServiceNamespace","ResourceId","ScalableDimension"]},
    PutScalingPolicyResponse: {"type":"structure","members":{"PolicyARN":"ResourceIdMaxLen1600","Alarms":"Alarms"},"required":["PolicyARN"]},
    RegisterScalableTargetRequest: {"type":"structure","members":{"ServiceNamespace":"ServiceNamespace","ResourceId":"ResourceIdMaxLen1600","ScalableDimension":"ScalableDimension","MinCapacity":"ResourceCapacity","MaxCapacity":"ResourceCapacity","RoleARN":"ResourceIdMaxLen1600","SuspendedState":"SuspendedState","Tags":"TagMap"},"required":["ServiceNamespace","ResourceId","ScalableDimension"]},
    RegisterScalableTargetResponse: {"type":"structure","members":{"ScalableTargetARN":"XmlString"}},
    ResourceCapacity: {"type":"integer"},
    ResourceId: {"type":"string","pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    ResourceIdMaxLen1600: {"type":"string","min":1,"max":1600,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    ResourceIdsMaxLen1600: {"type":"list","member":"ResourceIdMaxLen1600","max":50},
    ResourceLabel: {"type":"string","min":1,"max":1023},
    ReturnData: {"type":"boolean"},
    ScalableDimension: {"type":"string","enum":["ecs:service:DesiredCount","ec2:spot-fleet-request:TargetCapacity","elasticmapreduce:instancegroup:InstanceCount","appstream:fleet:DesiredCapacity","dynamodb:table:ReadCapacityUnits","dynamodb:table:WriteCapacityUnits","dynamodb:index:ReadCapacityUnits","dynamodb:index:WriteCapacityUnits","rds:cluster:ReadReplicaCount","sagemaker:variant:DesiredInstanceCount","custom-resource:ResourceType:Property","comprehend:document-classifier-endpoint:DesiredInferenceUnits","comprehend:entity-recognizer-endpoint:DesiredInferenceUnits","lambda:function:ProvisionedConcurrency","cassandra:table:ReadCapacityUnits","cassandra:table:WriteCapacityUnits","kafka:broker-storage:VolumeSize","elasticache:cache-cluster:Nodes","elasticache:replication-group:NodeGroups","elasticache:replication-group:Replicas","neptune:cluster:ReadReplicaCount","sagemaker:variant:DesiredProvisionedConcurrency","sagemaker:inference-component:DesiredCopyCount","workspaces:workspacespool:DesiredUserSessions"]},
    ScalableTarget: {"type":"structure","members":{"ServiceNamespace":"ServiceNamespace","ResourceId":"ResourceIdMaxLen1600","ScalableDimension":"ScalableDimension","MinCapacity":"ResourceCapacity","MaxCapacity":"ResourceCapacity","PredictedCapacity":"ResourceCapacity","RoleARN":"ResourceIdMaxLen1600","CreationTime":"TimestampType","SuspendedState":"SuspendedState","ScalableTargetARN":"XmlString"},"required":["ServiceNamespace","ResourceId","ScalableDimension","MinCapacity","MaxCapacity","RoleARN","CreationTime"]},
    ScalableTargets: {"type":"list","member":"ScalableTarget"},
    ScalingActivities: {"type":"list","member":"ScalingActivity"},
    ScalingActivity: {"type":"structure","members":{"ActivityId":"ResourceId","ServiceNamespace":"ServiceNamespace","ResourceId":"ResourceIdMaxLen1600","ScalableDimension":"ScalableDimension","Description":"XmlString","Cause":"XmlString","StartTime":"TimestampType","EndTime":"TimestampType","StatusCode":"ScalingActivityStatusCode","StatusMessage":"XmlString","Details":"XmlString","NotScaledReasons":"NotScaledReasons"},"required":["ActivityId","ServiceNamespace","ResourceId","ScalableDimension","Description","Cause","StartTime","StatusCode"]},
    ScalingActivityStatusCode: {"type":"string","enum":["Pending","InProgress","Successful","Overridden","Unfulfilled","Failed"]},
    ScalingAdjustment: {"type":"integer"},
    ScalingPolicies: {"type":"list","member":"ScalingPolicy"},
    ScalingPolicy: {"type":"structure","members":{"PolicyARN":"ResourceIdMaxLen1600","PolicyName":"PolicyName","ServiceNamespace":"ServiceNamespace","ResourceId":"ResourceIdMaxLen1600","ScalableDimension":"ScalableDimension","PolicyType":"PolicyType","StepScalingPolicyConfiguration":"StepScalingPolicyConfiguration","TargetTrackingScalingPolicyConfiguration":"TargetTrackingScalingPolicyConfiguration","PredictiveScalingPolicyConfiguration":"PredictiveScalingPolicyConfiguration","Alarms":"Alarms","CreationTime":"TimestampType"},"required":["PolicyARN","PolicyName","ServiceNamespace","ResourceId","ScalableDimension","PolicyType","CreationTime"]},
    ScalingSuspended: {"type":"boolean"},
    ServiceNamespace: {"type":"string","enum":["ecs","elasticmapreduce","ec2","appstream","dynamodb","rds","sagemaker","custom-resource","comprehend","lambda","cassandra","kafka","elasticache","neptune","workspaces"]},
    StepAdjustment: {"type":"structure","members":{"MetricIntervalLowerBound":"MetricScale","MetricIntervalUpperBound":"MetricScale","ScalingAdjustment":"ScalingAdjustment"},"required":["ScalingAdjustment"]},
    StepAdjustments: {"type":"list","member":"StepAdjustment"},
    StepScalingPolicyConfiguration: {"type":"structure","members":{"AdjustmentType":"AdjustmentType","StepAdjustments":"StepAdjustments","MinAdjustmentMagnitude":"MinAdjustmentMagnitude","Cooldown":"Cooldown","MetricAggregationType":"MetricAggregationType"}},
    SuspendedState: {"type":"structure","members":{"DynamicScalingInSuspended":"ScalingSuspended","DynamicScalingOutSuspended":"ScalingSuspended","ScheduledScalingSuspended":"ScalingSuspended"}},
    TagKey: {"type":"string","min":1,"max":128},
    TagMap: {"type":"map","key":"TagKey","value":"TagValue"},
    TagValue: {"type":"string","min":0,"max":256},
    TargetTrackingMetric: {"type":"structure","members":{"Dimensions":"TargetTrackingMetricDimensions","MetricName":"TargetTrackingMetricName","Namespace":"TargetTrackingMetricNamespace"}},
    TargetTrackingMetricDataQueries: {"type":"list","member":"TargetTrackingMetricDataQuery"},
    TargetTrackingMetricDataQuery: {"type":"structure","members":{"Expression":"Expression","Id":"Id","Label":"XmlString","MetricStat":"TargetTrackingMetricStat","ReturnData":"ReturnData"},"required":["Id"]},
    TargetTrackingMetricDimension: {"type":"structure","members":{"Name":"TargetTrackingMetricDimensionName","Value":"TargetTrackingMetricDimensionValue"},"required":["Name","Value"]},
    TargetTrackingMetricDimensionName: {"type":"string","min":1,"max":255,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    TargetTrackingMetricDimensionValue: {"type":"string","min":1,"max":1024,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    TargetTrackingMetricDimensions: {"type":"list","member":"TargetTrackingMetricDimension"},
    TargetTrackingMetricName: {"type":"string","min":1,"max":255,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    TargetTrackingMetricNamespace: {"type":"string","min":1,"max":255,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    TargetTrackingMetricStat: {"type":"structure","members":{"Metric":"TargetTrackingMetric","Stat":"XmlString","Unit":"TargetTrackingMetricUnit"},"required":["Metric","Stat"]},
    TargetTrackingMetricUnit: {"type":"string","min":1,"max":1023,"pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
    TargetTrackingScalingPolicyConfiguration: {"type":"structure","members":{"TargetValue":"MetricScale","PredefinedMetricSpecification":"PredefinedMetricSpecification","CustomizedMetricSpecification":"CustomizedMetricSpecification","ScaleOutCooldown":"Cooldown","ScaleInCooldown":"Cooldown","DisableScaleIn":"DisableScaleIn"},"required":["TargetValue"]},
    TimestampType: {"type":"timestamp"},
    XmlString: {"type":"string","pattern":"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*"},
  },
}
