/** sagemaker 2017-07-24, written by scripts/generate-models.ts from botocore 1.44.8. */

import type { Model } from '../model.ts'

export type AcceleratorPartitionLayout = {
  AcceleratorPartitionTypes?: Array<string> | undefined
}

export type AddTagsInput = {
  ResourceArn: string
  Tags: Array<Tag>
}

export type AddTagsOutput = {
  Tags?: Array<Tag> | undefined
}

export type AdditionalModelDataSource = {
  ChannelName: string
  S3DataSource: S3ModelDataSource
}

export type Alarm = {
  AlarmName?: string | undefined
}

export type AsyncInferenceClientConfig = {
  MaxConcurrentInvocationsPerInstance?: number | undefined
}

export type AsyncInferenceConfig = {
  ClientConfig?: AsyncInferenceClientConfig | undefined
  OutputConfig: AsyncInferenceOutputConfig
}

export type AsyncInferenceNotificationConfig = {
  SuccessTopic?: string | undefined
  ErrorTopic?: string | undefined
  IncludeInferenceResponseIn?: Array<'SUCCESS_NOTIFICATION_TOPIC' | 'ERROR_NOTIFICATION_TOPIC'> | undefined
}

export type AsyncInferenceOutputConfig = {
  KmsKeyId?: string | undefined
  S3OutputPath?: string | undefined
  NotificationConfig?: AsyncInferenceNotificationConfig | undefined
  S3FailurePath?: string | undefined
}

export type AutoRollbackConfig = {
  Alarms?: Array<Alarm> | undefined
}

export type BatchDataCaptureConfig = {
  DestinationS3Uri: string
  KmsKeyId?: string | undefined
  GenerateInferenceId?: boolean | undefined
}

export type BlueGreenUpdatePolicy = {
  TrafficRoutingConfiguration: TrafficRoutingConfig
  TerminationWaitInSeconds?: number | undefined
  MaximumExecutionTimeoutInSeconds?: number | undefined
}

export type CapacitySize = {
  Type: 'INSTANCE_COUNT' | 'CAPACITY_PERCENT'
  Value: number
}

export type CaptureContentTypeHeader = {
  CsvContentTypes?: Array<string> | undefined
  JsonContentTypes?: Array<string> | undefined
}

export type CaptureOption = {
  CaptureMode: 'Input' | 'Output' | 'InputAndOutput'
}

export type ClarifyExplainerConfig = {
  EnableExplanations?: string | undefined
  InferenceConfig?: ClarifyInferenceConfig | undefined
  ShapConfig: ClarifyShapConfig
}

export type ClarifyInferenceConfig = {
  FeaturesAttribute?: string | undefined
  ContentTemplate?: string | undefined
  MaxRecordCount?: number | undefined
  MaxPayloadInMB?: number | undefined
  ProbabilityIndex?: number | undefined
  LabelIndex?: number | undefined
  ProbabilityAttribute?: string | undefined
  LabelAttribute?: string | undefined
  LabelHeaders?: Array<string> | undefined
  FeatureHeaders?: Array<string> | undefined
  FeatureTypes?: Array<'numerical' | 'categorical' | 'text'> | undefined
}

export type ClarifyShapBaselineConfig = {
  MimeType?: string | undefined
  ShapBaseline?: string | undefined
  ShapBaselineUri?: string | undefined
}

export type ClarifyShapConfig = {
  ShapBaselineConfig: ClarifyShapBaselineConfig
  NumberOfSamples?: number | undefined
  UseLogit?: boolean | undefined
  Seed?: number | undefined
  TextConfig?: ClarifyTextConfig | undefined
}

export type ClarifyTextConfig = {
  Language: string
  Granularity: 'token' | 'sentence' | 'paragraph'
}

export type ContainerDefinition = {
  ContainerHostname?: string | undefined
  Image?: string | undefined
  ImageConfig?: ImageConfig | undefined
  Mode?: 'SingleModel' | 'MultiModel' | undefined
  ModelDataUrl?: string | undefined
  ModelDataSource?: ModelDataSource | undefined
  AdditionalModelDataSources?: Array<AdditionalModelDataSource> | undefined
  Environment?: Record<string, string> | undefined
  ModelPackageName?: string | undefined
  InferenceSpecificationName?: string | undefined
  MultiModelConfig?: MultiModelConfig | undefined
  ContainerMetricsConfig?: ContainerMetricsConfig | undefined
}

export type ContainerMetricsConfig = {
  MetricsEndpoints?: Array<MetricsEndpoint> | undefined
}

export type CreateEndpointConfigInput = {
  EndpointConfigName: string
  ProductionVariants: Array<ProductionVariant>
  DataCaptureConfig?: DataCaptureConfig | undefined
  Tags?: Array<Tag> | undefined
  KmsKeyId?: string | undefined
  AsyncInferenceConfig?: AsyncInferenceConfig | undefined
  ExplainerConfig?: ExplainerConfig | undefined
  ShadowProductionVariants?: Array<ProductionVariant> | undefined
  ExecutionRoleArn?: string | undefined
  VpcConfig?: VpcConfig | undefined
  EnableNetworkIsolation?: boolean | undefined
  MetricsConfig?: MetricsConfig | undefined
  CrossRegionTrafficConfig?: CrossRegionTrafficConfig | undefined
}

export type CreateEndpointConfigOutput = {
  EndpointConfigArn: string
}

export type CreateEndpointInput = {
  EndpointName: string
  EndpointConfigName: string
  DeploymentConfig?: DeploymentConfig | undefined
  Tags?: Array<Tag> | undefined
}

export type CreateEndpointOutput = {
  EndpointArn: string
}

export type CreateModelInput = {
  ModelName: string
  PrimaryContainer?: ContainerDefinition | undefined
  Containers?: Array<ContainerDefinition> | undefined
  InferenceExecutionConfig?: InferenceExecutionConfig | undefined
  ExecutionRoleArn?: string | undefined
  Tags?: Array<Tag> | undefined
  VpcConfig?: VpcConfig | undefined
  EnableNetworkIsolation?: boolean | undefined
}

export type CreateModelOutput = {
  ModelArn: string
}

export type CreateTransformJobRequest = {
  TransformJobName: string
  ModelName: string
  MaxConcurrentTransforms?: number | undefined
  ModelClientConfig?: ModelClientConfig | undefined
  MaxPayloadInMB?: number | undefined
  BatchStrategy?: 'MultiRecord' | 'SingleRecord' | undefined
  Environment?: Record<string, string> | undefined
  TransformInput: TransformInput
  TransformOutput: TransformOutput
  DataCaptureConfig?: BatchDataCaptureConfig | undefined
  TransformResources: TransformResources
  DataProcessing?: DataProcessing | undefined
  Tags?: Array<Tag> | undefined
  ExperimentConfig?: ExperimentConfig | undefined
}

export type CreateTransformJobResponse = {
  TransformJobArn: string
}

export type CrossRegionTrafficConfig = {
  MaxInvocationsPerSecondPerInstance: number
  MaxCrossRegionPercentPerEndpoint: number
}

export type DataCaptureConfig = {
  EnableCapture?: boolean | undefined
  InitialSamplingPercentage: number
  DestinationS3Uri: string
  KmsKeyId?: string | undefined
  CaptureOptions: Array<CaptureOption>
  CaptureContentTypeHeader?: CaptureContentTypeHeader | undefined
}

export type DataCaptureConfigSummary = {
  EnableCapture: boolean
  CaptureStatus: 'Started' | 'Stopped'
  CurrentSamplingPercentage: number
  DestinationS3Uri: string
  KmsKeyId: string
}

export type DataProcessing = {
  InputFilter?: string | undefined
  OutputFilter?: string | undefined
  JoinSource?: 'Input' | 'None' | undefined
}

export type DeleteEndpointConfigInput = {
  EndpointConfigName: string
}

export type DeleteEndpointInput = {
  EndpointName: string
}

export type DeleteModelInput = {
  ModelName: string
}

export type DeleteTagsInput = {
  ResourceArn: string
  TagKeys: Array<string>
}

export type DeleteTagsOutput = {}

export type DeployedImage = {
  SpecifiedImage?: string | undefined
  ResolvedImage?: string | undefined
  ResolutionTime?: Date | undefined
}

export type DeploymentConfig = {
  BlueGreenUpdatePolicy?: BlueGreenUpdatePolicy | undefined
  RollingUpdatePolicy?: RollingUpdatePolicy | undefined
  AutoRollbackConfiguration?: AutoRollbackConfig | undefined
}

export type DeploymentRecommendation = {
  RecommendationStatus: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'NOT_APPLICABLE'
  RealTimeInferenceRecommendations?: Array<RealTimeInferenceRecommendation> | undefined
}

export type DescribeEndpointConfigInput = {
  EndpointConfigName: string
}

export type DescribeEndpointConfigOutput = {
  EndpointConfigName: string
  EndpointConfigArn: string
  ProductionVariants: Array<ProductionVariant>
  DataCaptureConfig?: DataCaptureConfig | undefined
  KmsKeyId?: string | undefined
  CreationTime: Date
  AsyncInferenceConfig?: AsyncInferenceConfig | undefined
  ExplainerConfig?: ExplainerConfig | undefined
  ShadowProductionVariants?: Array<ProductionVariant> | undefined
  ExecutionRoleArn?: string | undefined
  VpcConfig?: VpcConfig | undefined
  EnableNetworkIsolation?: boolean | undefined
  MetricsConfig?: MetricsConfig | undefined
  CrossRegionTrafficConfig?: CrossRegionTrafficConfig | undefined
}

export type DescribeEndpointInput = {
  EndpointName: string
}

export type DescribeEndpointOutput = {
  EndpointName: string
  EndpointArn: string
  EndpointConfigName?: string | undefined
  ProductionVariants?: Array<ProductionVariantSummary> | undefined
  DataCaptureConfig?: DataCaptureConfigSummary | undefined
  EndpointStatus: 'OutOfService' | 'Creating' | 'Updating' | 'SystemUpdating' | 'RollingBack' | 'InService' | 'Deleting' | 'Failed' | 'UpdateRollbackFailed'
  FailureReason?: string | undefined
  CreationTime: Date
  LastModifiedTime: Date
  LastDeploymentConfig?: DeploymentConfig | undefined
  AsyncInferenceConfig?: AsyncInferenceConfig | undefined
  PendingDeploymentSummary?: PendingDeploymentSummary | undefined
  ExplainerConfig?: ExplainerConfig | undefined
  ShadowProductionVariants?: Array<ProductionVariantSummary> | undefined
  MetricsConfig?: MetricsConfig | undefined
  CrossRegionTrafficConfig?: CrossRegionTrafficConfig | undefined
}

export type DescribeModelInput = {
  ModelName: string
}

export type DescribeModelOutput = {
  ModelName: string
  PrimaryContainer?: ContainerDefinition | undefined
  Containers?: Array<ContainerDefinition> | undefined
  InferenceExecutionConfig?: InferenceExecutionConfig | undefined
  ExecutionRoleArn?: string | undefined
  VpcConfig?: VpcConfig | undefined
  CreationTime: Date
  ModelArn: string
  EnableNetworkIsolation?: boolean | undefined
  DeploymentRecommendation?: DeploymentRecommendation | undefined
}

export type DescribeTransformJobRequest = {
  TransformJobName: string
}

export type DescribeTransformJobResponse = {
  TransformJobName: string
  TransformJobArn: string
  TransformJobStatus: 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped'
  FailureReason?: string | undefined
  ModelName: string
  MaxConcurrentTransforms?: number | undefined
  ModelClientConfig?: ModelClientConfig | undefined
  MaxPayloadInMB?: number | undefined
  BatchStrategy?: 'MultiRecord' | 'SingleRecord' | undefined
  Environment?: Record<string, string> | undefined
  TransformInput: TransformInput
  TransformOutput?: TransformOutput | undefined
  DataCaptureConfig?: BatchDataCaptureConfig | undefined
  TransformResources: TransformResources
  CreationTime: Date
  TransformStartTime?: Date | undefined
  TransformEndTime?: Date | undefined
  LabelingJobArn?: string | undefined
  AutoMLJobArn?: string | undefined
  DataProcessing?: DataProcessing | undefined
  ExperimentConfig?: ExperimentConfig | undefined
}

export type DesiredWeightAndCapacity = {
  VariantName: string
  DesiredWeight?: number | undefined
  DesiredInstanceCount?: number | undefined
  ServerlessUpdateConfig?: ProductionVariantServerlessUpdateConfig | undefined
}

export type Ec2CapacityReservation = {
  Ec2CapacityReservationId?: string | undefined
  TotalInstanceCount?: number | undefined
  AvailableInstanceCount?: number | undefined
  UsedByCurrentEndpoint?: number | undefined
}

export type EndpointConfigSummary = {
  EndpointConfigName: string
  EndpointConfigArn: string
  CreationTime: Date
}

export type EndpointSummary = {
  EndpointName: string
  EndpointArn: string
  CreationTime: Date
  LastModifiedTime: Date
  EndpointStatus: 'OutOfService' | 'Creating' | 'Updating' | 'SystemUpdating' | 'RollingBack' | 'InService' | 'Deleting' | 'Failed' | 'UpdateRollbackFailed'
}

export type ExperimentConfig = {
  ExperimentName?: string | undefined
  TrialName?: string | undefined
  TrialComponentDisplayName?: string | undefined
  RunName?: string | undefined
}

export type ExplainerConfig = {
  ClarifyExplainerConfig?: ClarifyExplainerConfig | undefined
}

export type ImageConfig = {
  RepositoryAccessMode: 'Platform' | 'Vpc'
  RepositoryAuthConfig?: RepositoryAuthConfig | undefined
}

export type InferenceExecutionConfig = {
  Mode: 'Serial' | 'Direct'
}

export type InferenceHubAccessConfig = {
  HubContentArn: string
}

export type InstancePool = {
  InstanceType: string
  ModelNameOverride?: string | undefined
  Priority: number
}

export type InstancePoolSummary = {
  InstanceType: string
  CurrentInstanceCount: number
}

export type ListEndpointConfigsInput = {
  SortBy?: 'Name' | 'CreationTime' | undefined
  SortOrder?: 'Ascending' | 'Descending' | undefined
  NextToken?: string | undefined
  MaxResults?: number | undefined
  NameContains?: string | undefined
  CreationTimeBefore?: Date | undefined
  CreationTimeAfter?: Date | undefined
}

export type ListEndpointConfigsOutput = {
  EndpointConfigs: Array<EndpointConfigSummary>
  NextToken?: string | undefined
}

export type ListEndpointsInput = {
  SortBy?: 'Name' | 'CreationTime' | 'Status' | undefined
  SortOrder?: 'Ascending' | 'Descending' | undefined
  NextToken?: string | undefined
  MaxResults?: number | undefined
  NameContains?: string | undefined
  CreationTimeBefore?: Date | undefined
  CreationTimeAfter?: Date | undefined
  LastModifiedTimeBefore?: Date | undefined
  LastModifiedTimeAfter?: Date | undefined
  StatusEquals?: 'OutOfService' | 'Creating' | 'Updating' | 'SystemUpdating' | 'RollingBack' | 'InService' | 'Deleting' | 'Failed' | 'UpdateRollbackFailed' | undefined
}

export type ListEndpointsOutput = {
  Endpoints: Array<EndpointSummary>
  NextToken?: string | undefined
}

export type ListModelsInput = {
  SortBy?: 'Name' | 'CreationTime' | undefined
  SortOrder?: 'Ascending' | 'Descending' | undefined
  NextToken?: string | undefined
  MaxResults?: number | undefined
  NameContains?: string | undefined
  CreationTimeBefore?: Date | undefined
  CreationTimeAfter?: Date | undefined
}

export type ListModelsOutput = {
  Models: Array<ModelSummary>
  NextToken?: string | undefined
}

export type ListTagsInput = {
  ResourceArn: string
  NextToken?: string | undefined
  MaxResults?: number | undefined
}

export type ListTagsOutput = {
  Tags?: Array<Tag> | undefined
  NextToken?: string | undefined
}

export type ListTransformJobsRequest = {
  CreationTimeAfter?: Date | undefined
  CreationTimeBefore?: Date | undefined
  LastModifiedTimeAfter?: Date | undefined
  LastModifiedTimeBefore?: Date | undefined
  NameContains?: string | undefined
  StatusEquals?: 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped' | undefined
  SortBy?: 'Name' | 'CreationTime' | 'Status' | undefined
  SortOrder?: 'Ascending' | 'Descending' | undefined
  NextToken?: string | undefined
  MaxResults?: number | undefined
}

export type ListTransformJobsResponse = {
  TransformJobSummaries: Array<TransformJobSummary>
  NextToken?: string | undefined
}

export type MetricsConfig = {
  EnableEnhancedMetrics?: boolean | undefined
  EnableDetailedObservability?: boolean | undefined
  MetricPublishFrequencyInSeconds?: number | undefined
}

export type MetricsEndpoint = {
  MetricsEndpointPath: string
  MetricPublishFrequencyInSeconds?: number | undefined
}

export type ModelAccessConfig = {
  AcceptEula: boolean
}

export type ModelClientConfig = {
  InvocationsTimeoutInSeconds?: number | undefined
  InvocationsMaxRetries?: number | undefined
}

export type ModelDataSource = {
  S3DataSource?: S3ModelDataSource | undefined
}

export type ModelSummary = {
  ModelName: string
  ModelArn: string
  CreationTime: Date
}

export type MultiModelConfig = {
  ModelCacheSetting?: 'Enabled' | 'Disabled' | undefined
}

export type PendingDeploymentSummary = {
  EndpointConfigName: string
  ProductionVariants?: Array<PendingProductionVariantSummary> | undefined
  StartTime?: Date | undefined
  ShadowProductionVariants?: Array<PendingProductionVariantSummary> | undefined
}

export type PendingProductionVariantSummary = {
  VariantName: string
  DeployedImages?: Array<DeployedImage> | undefined
  CurrentWeight?: number | undefined
  DesiredWeight?: number | undefined
  CurrentInstanceCount?: number | undefined
  DesiredInstanceCount?: number | undefined
  InstanceType?: string | undefined
  InstancePools?: Array<InstancePoolSummary> | undefined
  AcceleratorType?: 'ml.eia1.medium' | 'ml.eia1.large' | 'ml.eia1.xlarge' | 'ml.eia2.medium' | 'ml.eia2.large' | 'ml.eia2.xlarge' | undefined
  VariantStatus?: Array<ProductionVariantStatus> | undefined
  CurrentServerlessConfig?: ProductionVariantServerlessConfig | undefined
  DesiredServerlessConfig?: ProductionVariantServerlessConfig | undefined
  ManagedInstanceScaling?: ProductionVariantManagedInstanceScaling | undefined
  RoutingConfig?: ProductionVariantRoutingConfig | undefined
  AcceleratorPartitionLayouts?: Array<AcceleratorPartitionLayout> | undefined
}

export type PrefixAwareRoutingConfig = {
  PrefixLength?: number | undefined
  ConcurrencyThreshold?: number | undefined
}

export type ProductionVariant = {
  VariantName: string
  ModelName?: string | undefined
  InitialInstanceCount?: number | undefined
  InstanceType?: string | undefined
  InstancePools?: Array<InstancePool> | undefined
  VariantInstanceProvisionTimeoutInSeconds?: number | undefined
  InitialVariantWeight?: number | undefined
  AcceleratorType?: 'ml.eia1.medium' | 'ml.eia1.large' | 'ml.eia1.xlarge' | 'ml.eia2.medium' | 'ml.eia2.large' | 'ml.eia2.xlarge' | undefined
  CoreDumpConfig?: ProductionVariantCoreDumpConfig | undefined
  ServerlessConfig?: ProductionVariantServerlessConfig | undefined
  VolumeSizeInGB?: number | undefined
  ModelDataDownloadTimeoutInSeconds?: number | undefined
  ContainerStartupHealthCheckTimeoutInSeconds?: number | undefined
  EnableSSMAccess?: boolean | undefined
  ManagedInstanceScaling?: ProductionVariantManagedInstanceScaling | undefined
  RoutingConfig?: ProductionVariantRoutingConfig | undefined
  InferenceAmiVersion?: 'al2-ami-sagemaker-inference-gpu-2' | 'al2-ami-sagemaker-inference-gpu-2-1' | 'al2-ami-sagemaker-inference-gpu-3-1' | 'al2-ami-sagemaker-inference-neuron-2' | 'al2023-ami-sagemaker-inference-gpu-4-1' | undefined
  CapacityReservationConfig?: ProductionVariantCapacityReservationConfig | undefined
  AcceleratorPartitionLayouts?: Array<AcceleratorPartitionLayout> | undefined
}

export type ProductionVariantCapacityReservationConfig = {
  CapacityReservationPreference?: 'capacity-reservations-only' | undefined
  MlReservationArn?: string | undefined
}

export type ProductionVariantCapacityReservationSummary = {
  MlReservationArn?: string | undefined
  CapacityReservationPreference?: 'capacity-reservations-only' | undefined
  TotalInstanceCount?: number | undefined
  AvailableInstanceCount?: number | undefined
  UsedByCurrentEndpoint?: number | undefined
  Ec2CapacityReservations?: Array<Ec2CapacityReservation> | undefined
}

export type ProductionVariantCoreDumpConfig = {
  DestinationS3Uri: string
  KmsKeyId?: string | undefined
}

export type ProductionVariantManagedInstanceScaling = {
  Status?: 'ENABLED' | 'DISABLED' | undefined
  MinInstanceCount?: number | undefined
  MaxInstanceCount?: number | undefined
  ScaleInPolicy?: ProductionVariantManagedInstanceScalingScaleInPolicy | undefined
}

export type ProductionVariantManagedInstanceScalingScaleInPolicy = {
  Strategy: 'IDLE_RELEASE' | 'CONSOLIDATION'
  MaximumStepSize?: number | undefined
  CooldownInMinutes?: number | undefined
}

export type ProductionVariantRoutingConfig = {
  RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' | 'RANDOM' | 'PREFIX_AWARE' | 'KV_AWARE'
  PrefixAwareRoutingConfig?: PrefixAwareRoutingConfig | undefined
}

export type ProductionVariantServerlessConfig = {
  MemorySizeInMB: number
  MaxConcurrency: number
  ProvisionedConcurrency?: number | undefined
}

export type ProductionVariantServerlessUpdateConfig = {
  MaxConcurrency?: number | undefined
  ProvisionedConcurrency?: number | undefined
}

export type ProductionVariantStatus = {
  Status: 'Creating' | 'Updating' | 'Deleting' | 'ActivatingTraffic' | 'Baking'
  StatusMessage?: string | undefined
  StartTime?: Date | undefined
}

export type ProductionVariantSummary = {
  VariantName: string
  DeployedImages?: Array<DeployedImage> | undefined
  CurrentWeight?: number | undefined
  DesiredWeight?: number | undefined
  CurrentInstanceCount?: number | undefined
  DesiredInstanceCount?: number | undefined
  InstancePools?: Array<InstancePoolSummary> | undefined
  VariantStatus?: Array<ProductionVariantStatus> | undefined
  CurrentServerlessConfig?: ProductionVariantServerlessConfig | undefined
  DesiredServerlessConfig?: ProductionVariantServerlessConfig | undefined
  ManagedInstanceScaling?: ProductionVariantManagedInstanceScaling | undefined
  RoutingConfig?: ProductionVariantRoutingConfig | undefined
  CapacityReservationConfig?: ProductionVariantCapacityReservationSummary | undefined
  AcceleratorPartitionLayouts?: Array<AcceleratorPartitionLayout> | undefined
}

export type RealTimeInferenceRecommendation = {
  RecommendationId: string
  InstanceType: string
  Environment?: Record<string, string> | undefined
}

export type RepositoryAuthConfig = {
  RepositoryCredentialsProviderArn: string
}

export type RollingUpdatePolicy = {
  MaximumBatchSize: CapacitySize
  WaitIntervalInSeconds: number
  MaximumExecutionTimeoutInSeconds?: number | undefined
  RollbackMaximumBatchSize?: CapacitySize | undefined
}

export type S3ModelDataSource = {
  S3Uri: string
  S3DataType: 'S3Prefix' | 'S3Object'
  CompressionType: 'None' | 'Gzip'
  ModelAccessConfig?: ModelAccessConfig | undefined
  HubAccessConfig?: InferenceHubAccessConfig | undefined
  ManifestS3Uri?: string | undefined
  ETag?: string | undefined
  ManifestEtag?: string | undefined
}

export type StopTransformJobRequest = {
  TransformJobName: string
}

export type Tag = {
  Key: string
  Value: string
}

export type TrafficRoutingConfig = {
  Type: 'ALL_AT_ONCE' | 'CANARY' | 'LINEAR'
  WaitIntervalInSeconds: number
  CanarySize?: CapacitySize | undefined
  LinearStepSize?: CapacitySize | undefined
}

export type TransformDataSource = {
  S3DataSource: TransformS3DataSource
}

export type TransformInput = {
  DataSource: TransformDataSource
  ContentType?: string | undefined
  CompressionType?: 'None' | 'Gzip' | undefined
  SplitType?: 'None' | 'Line' | 'RecordIO' | 'TFRecord' | undefined
}

export type TransformJobSummary = {
  TransformJobName: string
  TransformJobArn: string
  CreationTime: Date
  TransformEndTime?: Date | undefined
  LastModifiedTime?: Date | undefined
  TransformJobStatus: 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped'
  FailureReason?: string | undefined
}

export type TransformOutput = {
  S3OutputPath: string
  Accept?: string | undefined
  AssembleWith?: 'None' | 'Line' | undefined
  KmsKeyId?: string | undefined
}

export type TransformResources = {
  InstanceType: string
  InstanceCount: number
  VolumeKmsKeyId?: string | undefined
  TransformAmiVersion?: string | undefined
}

export type TransformS3DataSource = {
  S3DataType: 'ManifestFile' | 'S3Prefix' | 'AugmentedManifestFile' | 'Converse'
  S3Uri: string
}

export type UpdateEndpointInput = {
  EndpointName: string
  EndpointConfigName: string
  RetainAllVariantProperties?: boolean | undefined
  ExcludeRetainedVariantProperties?: Array<VariantProperty> | undefined
  DeploymentConfig?: DeploymentConfig | undefined
  RetainDeploymentConfig?: boolean | undefined
}

export type UpdateEndpointOutput = {
  EndpointArn: string
}

export type UpdateEndpointWeightsAndCapacitiesInput = {
  EndpointName: string
  DesiredWeightsAndCapacities: Array<DesiredWeightAndCapacity>
}

export type UpdateEndpointWeightsAndCapacitiesOutput = {
  EndpointArn: string
}

export type VariantProperty = {
  VariantPropertyType: 'DesiredInstanceCount' | 'DesiredWeight' | 'DataCaptureConfig'
}

export type VpcConfig = {
  SecurityGroupIds: Array<string>
  Subnets: Array<string>
}

export type Actions = {
  AddTags: { input: AddTagsInput; output: AddTagsOutput }
  DeleteTags: { input: DeleteTagsInput; output: DeleteTagsOutput }
  ListTags: { input: ListTagsInput; output: ListTagsOutput }
  CreateModel: { input: CreateModelInput; output: CreateModelOutput }
  DescribeModel: { input: DescribeModelInput; output: DescribeModelOutput }
  ListModels: { input: ListModelsInput; output: ListModelsOutput }
  DeleteModel: { input: DeleteModelInput; output: unknown }
  CreateEndpointConfig: { input: CreateEndpointConfigInput; output: CreateEndpointConfigOutput }
  DescribeEndpointConfig: { input: DescribeEndpointConfigInput; output: DescribeEndpointConfigOutput }
  ListEndpointConfigs: { input: ListEndpointConfigsInput; output: ListEndpointConfigsOutput }
  DeleteEndpointConfig: { input: DeleteEndpointConfigInput; output: unknown }
  CreateEndpoint: { input: CreateEndpointInput; output: CreateEndpointOutput }
  DescribeEndpoint: { input: DescribeEndpointInput; output: DescribeEndpointOutput }
  ListEndpoints: { input: ListEndpointsInput; output: ListEndpointsOutput }
  UpdateEndpoint: { input: UpdateEndpointInput; output: UpdateEndpointOutput }
  DeleteEndpoint: { input: DeleteEndpointInput; output: unknown }
  UpdateEndpointWeightsAndCapacities: { input: UpdateEndpointWeightsAndCapacitiesInput; output: UpdateEndpointWeightsAndCapacitiesOutput }
  CreateTransformJob: { input: CreateTransformJobRequest; output: CreateTransformJobResponse }
  DescribeTransformJob: { input: DescribeTransformJobRequest; output: DescribeTransformJobResponse }
  ListTransformJobs: { input: ListTransformJobsRequest; output: ListTransformJobsResponse }
  StopTransformJob: { input: StopTransformJobRequest; output: unknown }
}

export const MODEL: Model = {
  actions: {
    AddTags: {"input":"AddTagsInput","output":"AddTagsOutput"},
    DeleteTags: {"input":"DeleteTagsInput","output":"DeleteTagsOutput"},
    ListTags: {"input":"ListTagsInput","output":"ListTagsOutput"},
    CreateModel: {"input":"CreateModelInput","output":"CreateModelOutput"},
    DescribeModel: {"input":"DescribeModelInput","output":"DescribeModelOutput"},
    ListModels: {"input":"ListModelsInput","output":"ListModelsOutput"},
    DeleteModel: {"input":"DeleteModelInput"},
    CreateEndpointConfig: {"input":"CreateEndpointConfigInput","output":"CreateEndpointConfigOutput"},
    DescribeEndpointConfig: {"input":"DescribeEndpointConfigInput","output":"DescribeEndpointConfigOutput"},
    ListEndpointConfigs: {"input":"ListEndpointConfigsInput","output":"ListEndpointConfigsOutput"},
    DeleteEndpointConfig: {"input":"DeleteEndpointConfigInput"},
    CreateEndpoint: {"input":"CreateEndpointInput","output":"CreateEndpointOutput"},
    DescribeEndpoint: {"input":"DescribeEndpointInput","output":"DescribeEndpointOutput"},
    ListEndpoints: {"input":"ListEndpointsInput","output":"ListEndpointsOutput"},
    UpdateEndpoint: {"input":"UpdateEndpointInput","output":"UpdateEndpointOutput"},
    DeleteEndpoint: {"input":"DeleteEndpointInput"},
    UpdateEndpointWeightsAndCapacities: {"input":"UpdateEndpointWeightsAndCapacitiesInput","output":"UpdateEndpointWeightsAndCapacitiesOutput"},
    CreateTransformJob: {"input":"CreateTransformJobRequest","output":"CreateTransformJobResponse"},
    DescribeTransformJob: {"input":"DescribeTransformJobRequest","output":"DescribeTransformJobResponse"},
    ListTransformJobs: {"input":"ListTransformJobsRequest","output":"ListTransformJobsResponse"},
    StopTransformJob: {"input":"StopTransformJobRequest"},
  },
  shapes: {
    AcceleratorPartitionLayout: {"type":"structure","members":{"AcceleratorPartitionTypes":"AcceleratorPartitionTypeList"}},
    AcceleratorPartitionLayouts: {"type":"list","member":"AcceleratorPartitionLayout","min":0,"max":32},
    AcceleratorPartitionType: {"type":"string","min":0,"max":32,"pattern":"mig-[0-9]+g\\.[0-9]+gb([+-][a-z0-9.]+)*"},
    AcceleratorPartitionTypeList: {"type":"list","member":"AcceleratorPartitionType","min":0,"max":32},
    Accept: {"type":"string","min":0,"max":256,"pattern":".*"},
    AcceptEula: {"type":"boolean"},
    AddTagsInput: {"type":"structure","members":{"ResourceArn":"ResourceArn","Tags":"TagList"},"required":["ResourceArn","Tags"]},
    AddTagsOutput: {"type":"structure","members":{"Tags":"TagList"}},
    AdditionalModelChannelName: {"type":"string","min":1,"max":64,"pattern":"[A-Za-z0-9\\.\\-_]+"},
    AdditionalModelDataSource: {"type":"structure","members":{"ChannelName":"AdditionalModelChannelName","S3DataSource":"S3ModelDataSource"},"required":["ChannelName","S3DataSource"]},
    AdditionalModelDataSources: {"type":"list","member":"AdditionalModelDataSource","min":0,"max":5},
    Alarm: {"type":"structure","members":{"AlarmName":"AlarmName"}},
    AlarmList: {"type":"list","member":"Alarm","min":1,"max":10},
    AlarmName: {"type":"string","min":1,"max":255,"pattern":"(?!\\s*$).+"},
    AssemblyType: {"type":"string","enum":["None","Line"]},
    AsyncInferenceClientConfig: {"type":"structure","members":{"MaxConcurrentInvocationsPerInstance":"MaxConcurrentInvocationsPerInstance"}},
    AsyncInferenceConfig: {"type":"structure","members":{"ClientConfig":"AsyncInferenceClientConfig","OutputConfig":"AsyncInferenceOutputConfig"},"required":["OutputConfig"]},
    AsyncInferenceNotificationConfig: {"type":"structure","members":{"SuccessTopic":"SnsTopicArn","ErrorTopic":"SnsTopicArn","IncludeInferenceResponseIn":"AsyncNotificationTopicTypeList"}},
    AsyncInferenceOutputConfig: {"type":"structure","members":{"KmsKeyId":"KmsKeyId","S3OutputPath":"DestinationS3Uri","NotificationConfig":"AsyncInferenceNotificationConfig","S3FailurePath":"DestinationS3Uri"}},
    AsyncNotificationTopicTypeList: {"type":"list","member":"AsyncNotificationTopicTypes","min":0,"max":2},
    AsyncNotificationTopicTypes: {"type":"string","enum":["SUCCESS_NOTIFICATION_TOPIC","ERROR_NOTIFICATION_TOPIC"]},
    AutoMLJobArn: {"type":"string","min":1,"max":256,"pattern":"arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:automl-job/.*"},
    AutoRollbackConfig: {"type":"structure","members":{"Alarms":"AlarmList"}},
    BatchDataCaptureConfig: {"type":"structure","members":{"DestinationS3Uri":"S3Uri","KmsKeyId":"KmsKeyId","GenerateInferenceId":"Boolean"},"required":["DestinationS3Uri"]},
    BatchStrategy: {"type":"string","enum":["MultiRecord","SingleRecord"]},
    BlueGreenUpdatePolicy: {"type":"structure","members":{"TrafficRoutingConfiguration":"TrafficRoutingConfig","TerminationWaitInSeconds":"TerminationWaitInSeconds","MaximumExecutionTimeoutInSeconds":"MaximumExecutionTimeoutInSeconds"},"required":["TrafficRoutingConfiguration"]},
    Boolean: {"type":"boolean"},
    CapacityReservationPreference: {"type":"string","enum":["capacity-reservations-only"]},
    CapacitySize: {"type":"structure","members":{"Type":"CapacitySizeType","Value":"CapacitySizeValue"},"required":["Type","Value"]},
    CapacitySizeType: {"type":"string","enum":["INSTANCE_COUNT","CAPACITY_PERCENT"]},
    CapacitySizeValue: {"type":"integer","min":1},
    CaptureContentTypeHeader: {"type":"structure","members":{"CsvContentTypes":"CsvContentTypes","JsonContentTypes":"JsonContentTypes"}},
    CaptureMode: {"type":"string","enum":["Input","Output","InputAndOutput"]},
    CaptureOption: {"type":"structure","members":{"CaptureMode":"CaptureMode"},"required":["CaptureMode"]},
    CaptureOptionList: {"type":"list","member":"CaptureOption","min":1,"max":32},
    CaptureStatus: {"type":"string","enum":["Started","Stopped"]},
    ClarifyContentTemplate: {"type":"string","min":1,"max":64,"pattern":".*"},
    ClarifyEnableExplanations: {"type":"string","min":1,"max":64,"pattern":".*"},
    ClarifyExplainerConfig: {"type":"structure","members":{"EnableExplanations":"ClarifyEnableExplanations","InferenceConfig":"ClarifyInferenceConfig","ShapConfig":"ClarifyShapConfig"},"required":["ShapConfig"]},
    ClarifyFeatureHeaders: {"type":"list","member":"ClarifyHeader","min":1,"max":256},
    ClarifyFeatureType: {"type":"string","enum":["numerical","categorical","text"]},
    ClarifyFeatureTypes: {"type":"list","member":"ClarifyFeatureType","min":1,"max":256},
    ClarifyFeaturesAttribute: {"type":"string","min":1,"max":64,"pattern":".*"},
    ClarifyHeader: {"type":"string","min":1,"max":64,"pattern":".*"},
    ClarifyInferenceConfig: {"type":"structure","members":{"FeaturesAttribute":"ClarifyFeaturesAttribute","ContentTemplate":"ClarifyContentTemplate","MaxRecordCount":"ClarifyMaxRecordCount","MaxPayloadInMB":"ClarifyMaxPayloadInMB","ProbabilityIndex":"ClarifyProbabilityIndex","LabelIndex":"ClarifyLabelIndex","ProbabilityAttribute":"ClarifyProbabilityAttribute","LabelAttribute":"ClarifyLabelAttribute","LabelHeaders":"ClarifyLabelHeaders","FeatureHeaders":"ClarifyFeatureHeaders","FeatureTypes":"ClarifyFeatureTypes"}},
    ClarifyLabelAttribute: {"type":"string","min":1,"max":64,"pattern":".*"},
    ClarifyLabelHeaders: {"type":"list","member":"ClarifyHeader","min":1,"max":16},
    ClarifyLabelIndex: {"type":"integer","min":0},
    ClarifyMaxPayloadInMB: {"type":"integer","min":1,"max":25},
    ClarifyMaxRecordCount: {"type":"integer","min":1},
    ClarifyMimeType: {"type":"string","min":0,"max":255,"pattern":"[a-zA-Z0-9](-*[a-zA-Z0-9])*\\/[a-zA-Z0-9](-*[a-zA-Z0-9+.])*"},
    ClarifyProbabilityAttribute: {"type":"string","min":1,"max":64,"pattern":".*"},
    ClarifyProbabilityIndex: {"type":"integer","min":0},
    ClarifyShapBaseline: {"type":"string","min":1,"max":4096,"pattern":"[\\s\\S]+"},
    ClarifyShapBaselineConfig: {"type":"structure","members":{"MimeType":"ClarifyMimeType","ShapBaseline":"ClarifyShapBaseline","ShapBaselineUri":"Url"}},
    ClarifyShapConfig: {"type":"structure","members":{"ShapBaselineConfig":"ClarifyShapBaselineConfig","NumberOfSamples":"ClarifyShapNumberOfSamples","UseLogit":"ClarifyShapUseLogit","Seed":"ClarifyShapSeed","TextConfig":"ClarifyTextConfig"},"required":["ShapBaselineConfig"]},
    ClarifyShapNumberOfSamples: {"type":"integer","min":1},
    ClarifyShapSeed: {"type":"integer"},
    ClarifyShapUseLogit: {"type":"boolean"},
    ClarifyTextConfig: {"type":"structure","members":{"Language":"ClarifyTextLanguage","Granularity":"ClarifyTextGranularity"},"required":["Language","Granularity"]},
    ClarifyTextGranularity: {"type":"string","enum":["token","sentence","paragraph"]},
    ClarifyTextLanguage: {"type":"string","enum":["af","sq","ar","hy","eu","bn","bg","ca","zh","hr","cs","da","nl","en","et","fi","fr","de","el","gu","he","hi","hu","is","id","ga","it","kn","ky","lv","lt","lb","mk","ml","mr","ne","nb","fa","pl","pt","ro","ru","sa","sr","tn","si","sk","sl","es","sv","tl","ta","tt","te","tr","uk","ur","yo","lij","xx"]},
    CompressionType: {"type":"string","enum":["None","Gzip"]},
    ContainerDefinition: {"type":"structure","members":{"ContainerHostname":"ContainerHostname","Image":"ContainerImage","ImageConfig":"ImageConfig","Mode":"ContainerMode","ModelDataUrl":"Url","ModelDataSource":"ModelDataSource","AdditionalModelDataSources":"AdditionalModelDataSources","Environment":"EnvironmentMap","ModelPackageName":"VersionedArnOrName","InferenceSpecificationName":"InferenceSpecificationName","MultiModelConfig":"MultiModelConfig","ContainerMetricsConfig":"ContainerMetricsConfig"}},
    ContainerDefinitionList: {"type":"list","member":"ContainerDefinition","min":0,"max":15},
    ContainerHostname: {"type":"string","min":0,"max":63,"pattern":"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"},
    ContainerImage: {"type":"string","min":0,"max":255,"pattern":"[\\S]+"},
    ContainerMetricsConfig: {"type":"structure","members":{"MetricsEndpoints":"MetricsEndpointList"}},
    ContainerMode: {"type":"string","enum":["SingleModel","MultiModel"]},
    ContentType: {"type":"string","min":0,"max":256,"pattern":".*"},
    CreateEndpointConfigInput: {"type":"structure","members":{"EndpointConfigName":"EndpointConfigName","ProductionVariants":"ProductionVariantList","DataCaptureConfig":"DataCaptureConfig","Tags":"TagList","KmsKeyId":"KmsKeyId","AsyncInferenceConfig":"AsyncInferenceConfig","ExplainerConfig":"ExplainerConfig","ShadowProductionVariants":"ProductionVariantList","ExecutionRoleArn":"RoleArn","VpcConfig":"VpcConfig","EnableNetworkIsolation":"Boolean","MetricsConfig":"MetricsConfig","CrossRegionTrafficConfig":"CrossRegionTrafficConfig"},"required":["EndpointConfigName","ProductionVariants"]},
    CreateEndpointConfigOutput: {"type":"structure","members":{"EndpointConfigArn":"EndpointConfigArn"},"required":["EndpointConfigArn"]},
    CreateEndpointInput: {"type":"structure","members":{"EndpointName":"EndpointName","EndpointConfigName":"EndpointConfigName","DeploymentConfig":"DeploymentConfig","Tags":"TagList"},"required":["EndpointName","EndpointConfigName"]},
    CreateEndpointOutput: {"type":"structure","members":{"EndpointArn":"EndpointArn"},"required":["EndpointArn"]},
    CreateModelInput: {"type":"structure","members":{"ModelName":"ModelName","PrimaryContainer":"ContainerDefinition","Containers":"ContainerDefinitionList","InferenceExecutionConfig":"InferenceExecutionConfig","ExecutionRoleArn":"RoleArn","Tags":"TagList","VpcConfig":"VpcConfig","EnableNetworkIsolation":"Boolean"},"required":["ModelName"]},
    CreateModelOutput: {"type":"structure","members":{"ModelArn":"ModelArn"},"required":["ModelArn"]},
    CreateTransformJobRequest: {"type":"structure","members":{"TransformJobName":"TransformJobName","ModelName":"ModelName","MaxConcurrentTransforms":"MaxConcurrentTransforms","ModelClientConfig":"ModelClientConfig","MaxPayloadInMB":"MaxPayloadInMB","BatchStrategy":"BatchStrategy","Environment":"TransformEnvironmentMap","TransformInput":"TransformInput","TransformOutput":"TransformOutput","DataCaptureConfig":"BatchDataCaptureConfig","TransformResources":"TransformResources","DataProcessing":"DataProcessing","Tags":"TagList","ExperimentConfig":"ExperimentConfig"},"required":["TransformJobName","ModelName","TransformInput","TransformOutput","TransformResources"]},
    CreateTransformJobResponse: {"type":"structure","members":{"TransformJobArn":"TransformJobArn"},"required":["TransformJobArn"]},
    CrossRegionMaxInvocationsPerSecondPerInstance: {"type":"integer","min":1,"max":10000},
    CrossRegionPercentPerEndpoint: {"type":"integer","min":1,"max":100},
    CrossRegionTrafficConfig: {"type":"structure","members":{"MaxInvocationsPerSecondPerInstance":"CrossRegionMaxInvocationsPerSecondPerInstance","MaxCrossRegionPercentPerEndpoint":"CrossRegionPercentPerEndpoint"},"required":["MaxInvocationsPerSecondPerInstance","MaxCrossRegionPercentPerEndpoint"]},
    CsvContentType: {"type":"string","min":1,"max":256,"pattern":"[a-zA-Z0-9](-*[a-zA-Z0-9])*\\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*"},
    CsvContentTypes: {"type":"list","member":"CsvContentType","min":1,"max":10},
    DataCaptureConfig: {"type":"structure","members":{"EnableCapture":"EnableCapture","InitialSamplingPercentage":"SamplingPercentage","DestinationS3Uri":"DestinationS3Uri","KmsKeyId":"KmsKeyId","CaptureOptions":"CaptureOptionList","CaptureContentTypeHeader":"CaptureContentTypeHeader"},"required":["InitialSamplingPercentage","DestinationS3Uri","CaptureOptions"]},
    DataCaptureConfigSummary: {"type":"structure","members":{"EnableCapture":"EnableCapture","CaptureStatus":"CaptureStatus","CurrentSamplingPercentage":"SamplingPercentage","DestinationS3Uri":"DestinationS3Uri","KmsKeyId":"KmsKeyId"},"required":["EnableCapture","CaptureStatus","CurrentSamplingPercentage","DestinationS3Uri","KmsKeyId"]},
    DataProcessing: {"type":"structure","members":{"InputFilter":"JsonPath","OutputFilter":"JsonPath","JoinSource":"JoinSource"}},
    DeleteEndpointConfigInput: {"type":"structure","members":{"EndpointConfigName":"EndpointConfigName"},"required":["EndpointConfigName"]},
    DeleteEndpointInput: {"type":"structure","members":{"EndpointName":"EndpointName"},"required":["EndpointName"]},
    DeleteModelInput: {"type":"structure","members":{"ModelName":"ModelName"},"required":["ModelName"]},
    DeleteTagsInput: {"type":"structure","members":{"ResourceArn":"ResourceArn","TagKeys":"TagKeyList"},"required":["ResourceArn","TagKeys"]},
    DeleteTagsOutput: {"type":"structure","members":{}},
    DeployedImage: {"type":"structure","members":{"SpecifiedImage":"ContainerImage","ResolvedImage":"ContainerImage","ResolutionTime":"Timestamp"}},
    DeployedImages: {"type":"list","member":"DeployedImage"},
    DeploymentConfig: {"type":"structure","members":{"BlueGreenUpdatePolicy":"BlueGreenUpdatePolicy","RollingUpdatePolicy":"RollingUpdatePolicy","AutoRollbackConfiguration":"AutoRollbackConfig"}},
    DeploymentRecommendation: {"type":"structure","members":{"RecommendationStatus":"RecommendationStatus","RealTimeInferenceRecommendations":"RealTimeInferenceRecommendations"},"required":["RecommendationStatus"]},
    DescribeEndpointConfigInput: {"type":"structure","members":{"EndpointConfigName":"EndpointConfigName"},"required":["EndpointConfigName"]},
    DescribeEndpointConfigOutput: {"type":"structure","members":{"EndpointConfigName":"EndpointConfigName","EndpointConfigArn":"EndpointConfigArn","ProductionVariants":"ProductionVariantList","DataCaptureConfig":"DataCaptureConfig","KmsKeyId":"KmsKeyId","CreationTime":"Timestamp","AsyncInferenceConfig":"AsyncInferenceConfig","ExplainerConfig":"ExplainerConfig","ShadowProductionVariants":"ProductionVariantList","ExecutionRoleArn":"RoleArn","VpcConfig":"VpcConfig","EnableNetworkIsolation":"Boolean","MetricsConfig":"MetricsConfig","CrossRegionTrafficConfig":"CrossRegionTrafficConfig"},"required":["EndpointConfigName","EndpointConfigArn","ProductionVariants","CreationTime"]},
    DescribeEndpointInput: {"type":"structure","members":{"EndpointName":"EndpointName"},"required":["EndpointName"]},
    DescribeEndpointOutput: {"type":"structure","members":{"EndpointName":"EndpointName","EndpointArn":"EndpointArn","EndpointConfigName":"EndpointConfigName","ProductionVariants":"ProductionVariantSummaryList","DataCaptureConfig":"DataCaptureConfigSummary","EndpointStatus":"EndpointStatus","FailureReason":"FailureReason","CreationTime":"Timestamp","LastModifiedTime":"Timestamp","LastDeploymentConfig":"DeploymentConfig","AsyncInferenceConfig":"AsyncInferenceConfig","PendingDeploymentSummary":"PendingDeploymentSummary","ExplainerConfig":"ExplainerConfig","ShadowProductionVariants":"ProductionVariantSummaryList","MetricsConfig":"MetricsConfig","CrossRegionTrafficConfig":"CrossRegionTrafficConfig"},"required":["EndpointName","EndpointArn","EndpointStatus","CreationTime","LastModifiedTime"]},
    DescribeModelInput: {"type":"structure","members":{"ModelName":"ModelName"},"required":["ModelName"]},
    DescribeModelOutput: {"type":"structure","members":{"ModelName":"ModelName","PrimaryContainer":"ContainerDefinition","Containers":"ContainerDefinitionList","InferenceExecutionConfig":"InferenceExecutionConfig","ExecutionRoleArn":"RoleArn","VpcConfig":"VpcConfig","CreationTime":"Timestamp","ModelArn":"ModelArn","EnableNetworkIsolation":"Boolean","DeploymentRecommendation":"DeploymentRecommendation"},"required":["ModelName","CreationTime","ModelArn"]},
    DescribeTransformJobRequest: {"type":"structure","members":{"TransformJobName":"TransformJobName"},"required":["TransformJobName"]},
    DescribeTransformJobResponse: {"type":"structure","members":{"TransformJobName":"TransformJobName","TransformJobArn":"TransformJobArn","TransformJobStatus":"TransformJobStatus","FailureReason":"FailureReason","ModelName":"ModelName","MaxConcurrentTransforms":"MaxConcurrentTransforms","ModelClientConfig":"ModelClientConfig","MaxPayloadInMB":"MaxPayloadInMB","BatchStrategy":"BatchStrategy","Environment":"TransformEnvironmentMap","TransformInput":"TransformInput","TransformOutput":"TransformOutput","DataCaptureConfig":"BatchDataCaptureConfig","TransformResources":"TransformResources","CreationTime":"Timestamp","TransformStartTime":"Timestamp","TransformEndTime":"Timestamp","LabelingJobArn":"LabelingJobArn","AutoMLJobArn":"AutoMLJobArn","DataProcessing":"DataProcessing","ExperimentConfig":"ExperimentConfig"},"required":["TransformJobName","TransformJobArn","TransformJobStatus","ModelName","TransformInput","TransformResources","CreationTime"]},
    DesiredWeightAndCapacity: {"type":"structure","members":{"VariantName":"VariantName","DesiredWeight":"VariantWeight","DesiredInstanceCount":"TaskCount","ServerlessUpdateConfig":"ProductionVariantServerlessUpdateConfig"},"required":["VariantName"]},
    DesiredWeightAndCapacityList: {"type":"list","member":"DesiredWeightAndCapacity","min":1},
    DestinationS3Uri: {"type":"string","min":0,"max":512,"pattern":"(https|s3)://([^/])/?(.*)"},
    Ec2CapacityReservation: {"type":"structure","members":{"Ec2CapacityReservationId":"Ec2CapacityReservationId","TotalInstanceCount":"TaskCount","AvailableInstanceCount":"TaskCount","UsedByCurrentEndpoint":"TaskCount"}},
    Ec2CapacityReservationId: {"type":"string"},
    Ec2CapacityReservationsList: {"type":"list","member":"Ec2CapacityReservation"},
    EnableCapture: {"type":"boolean"},
    EnableDetailedObservability: {"type":"boolean"},
    EnableEnhancedMetrics: {"type":"boolean"},
    EndpointArn: {"type":"string","min":20,"max":2048,"pattern":"arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:endpoint/.*"},
    EndpointConfigArn: {"type":"string","min":20,"max":2048,"pattern":"arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:endpoint-config/.*"},
    EndpointConfigName: {"type":"string","min":0,"max":63,"pattern":"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"},
    EndpointConfigNameContains: {"type":"string","min":0,"max":63,"pattern":"[a-zA-Z0-9-]+"},
    EndpointConfigSortKey: {"type":"string","enum":["Name","CreationTime"]},
    EndpointConfigSummary: {"type":"structure","members":{"EndpointConfigName":"EndpointConfigName","EndpointConfigArn":"EndpointConfigArn","CreationTime":"Timestamp"},"required":["EndpointConfigName","EndpointConfigArn","CreationTime"]},
    EndpointConfigSummaryList: {"type":"list","member":"EndpointConfigSummary"},
    EndpointName: {"type":"string","min":0,"max":63,"pattern":"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"},
    EndpointNameContains: {"type":"string","min":0,"max":63,"pattern":"[a-zA-Z0-9-]+"},
    EndpointSortKey: {"type":"string","enum":["Name","CreationTime","Status"]},
    EndpointStatus: {"type":"string","enum":["OutOfService","Creating","Updating","SystemUpdating","RollingBack","InService","Deleting","Failed","UpdateRollbackFailed"]},
    EndpointSummary: {"type":"structure","members":{"EndpointName":"EndpointName","EndpointArn":"EndpointArn","CreationTime":"Timestamp","LastModifiedTime":"Timestamp","EndpointStatus":"EndpointStatus"},"required":["EndpointName","EndpointArn","CreationTime","LastModifiedTime","EndpointStatus"]},
    EndpointSummaryList: {"type":"list","member":"EndpointSummary"},
    EnvironmentKey: {"type":"string","min":0,"max":1024,"pattern":"[a-zA-Z_][a-zA-Z0-9_]*"},
    EnvironmentMap: {"type":"map","key":"EnvironmentKey","value":"EnvironmentValue","min":0,"max":100},
    EnvironmentValue: {"type":"string","min":0,"max":1024,"pattern":"[\\S\\s]*"},
    ExperimentConfig: {"type":"structure","members":{"ExperimentName":"ExperimentEntityName","TrialName":"ExperimentEntityName","TrialComponentDisplayName":"ExperimentEntityName","RunName":"ExperimentEntityName"}},
    ExperimentEntityName: {"type":"string","min":1,"max":120,"pattern":"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}"},
    ExplainerConfig: {"type":"structure","members":{"ClarifyExplainerConfig":"ClarifyExplainerConfig"}},
    FailureReason: {"type":"string","min":0,"max":1024},
    HubContentArn: {"type":"string","min":0,"max":255,"pattern":".*"},
    ImageConfig: {"type":"structure","members":{"RepositoryAccessMode":"RepositoryAccessMode","RepositoryAuthConfig":"RepositoryAuthConfig"},"required":["RepositoryAccessMode"]},
    InferenceExecutionConfig: {"type":"structure","members":{"Mode":"InferenceExecutionMode"},"required":["Mode"]},
    InferenceExecutionMode: {"type":"string","enum":["Serial","Direct"]},
    InferenceHubAccessConfig: {"type":"structure","members":{"HubContentArn":"HubContentArn"},"required":["HubContentArn"]},
    InferenceSpecificationName: {"type":"string","min":1,"max":63,"pattern":"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"},
    InitialTaskCount: {"type":"integer","min":1},
    InstancePool: {"type":"structure","members":{"InstanceType":"ProductionVariantInstanceType","ModelNameOverride":"ModelName","Priority":"InstancePoolPriority"},"required":["InstanceType","Priority"]},
    InstancePoolList: {"type":"list","member":"InstancePool","min":1,"max":5},
    InstancePoolPriority: {"type":"integer","min":1,"max":5},
    InstancePoolSummary: {"type":"structure","members":{"InstanceType":"ProductionVariantInstanceType","CurrentInstanceCount":"TaskCount"},"required":["InstanceType","CurrentInstanceCount"]},
    InstancePoolSummaryList: {"type":"list","member":"InstancePoolSummary","min":1},
    InvocationsMaxRetries: {"type":"integer","min":0,"max":3},
    InvocationsTimeoutInSeconds: {"type":"integer","min":1,"max":3600},
    JoinSource: {"type":"string","enum":["Input","None"]},
    JsonContentType: {"type":"string","min":1,"max":256,"pattern":"[a-zA-Z0-9](-*[a-zA-Z0-9])*\\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*"},
    JsonContentTypes: {"type":"list","member":"JsonContentType","min":1,"max":10},
    JsonPath: {"type":"string","min":0,"max":63},
    KmsKeyId: {"type":"string","min":0,"max":2048,"pattern":"[a-zA-Z0-9:/_-]*"},
    LabelingJobArn: {"type":"string","min":0,"max":2048,"pattern":"arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:labeling-job/.*"},
    ListEndpointConfigsInput: {"type":"structure","members":{"SortBy":"EndpointConfigSortKey","SortOrder":"OrderKey","NextToken":"PaginationToken","MaxResults":"MaxResults","NameContains":"EndpointConfigNameContains","CreationTimeBefore":"Timestamp","CreationTimeAfter":"Timestamp"}},
    ListEndpointConfigsOutput: {"type":"structure","members":{"EndpointConfigs":"EndpointConfigSummaryList","NextToken":"PaginationToken"},"required":["EndpointConfigs"]},
    ListEndpointsInput: {"type":"structure","members":{"SortBy":"EndpointSortKey","SortOrder":"OrderKey","NextToken":"PaginationToken","MaxResults":"MaxResults","NameContains":"EndpointNameContains","CreationTimeBefore":"Timestamp","CreationTimeAfter":"Timestamp","LastModifiedTimeBefore":"Timestamp","LastModifiedTimeAfter":"Timestamp","StatusEquals":"EndpointStatus"}},
    ListEndpointsOutput: {"type":"structure","members":{"Endpoints":"EndpointSummaryList","NextToken":"PaginationToken"},"required":["Endpoints"]},
    ListModelsInput: {"type":"structure","members":{"SortBy":"ModelSortKey","SortOrder":"OrderKey","NextToken":"PaginationToken","MaxResults":"MaxResults","NameContains":"ModelNameContains","CreationTimeBefore":"Timestamp","CreationTimeAfter":"Timestamp"}},
    ListModelsOutput: {"type":"structure","members":{"Models":"ModelSummaryList","NextToken":"PaginationToken"},"required":["Models"]},
    ListTagsInput: {"type":"structure","members":{"ResourceArn":"ResourceArn","NextToken":"NextToken","MaxResults":"ListTagsMaxResults"},"required":["ResourceArn"]},
    ListTagsMaxResults: {"type":"integer","min":50},
    ListTagsOutput: {"type":"structure","members":{"Tags":"TagList","NextToken":"NextToken"}},
    ListTransformJobsRequest: {"type":"structure","members":{"CreationTimeAfter":"Timestamp","CreationTimeBefore":"Timestamp","LastModifiedTimeAfter":"Timestamp","LastModifiedTimeBefore":"Timestamp","NameContains":"NameContains","StatusEquals":"TransformJobStatus","SortBy":"SortBy","SortOrder":"SortOrder","NextToken":"NextToken","MaxResults":"MaxResults"}},
    ListTransformJobsResponse: {"type":"structure","members":{"TransformJobSummaries":"TransformJobSummaries","NextToken":"NextToken"},"required":["TransformJobSummaries"]},
    ManagedInstanceScalingCooldownInMinutes: {"type":"integer","min":5,"max":1440},
    ManagedInstanceScalingMaxInstanceCount: {"type":"integer","min":1},
    ManagedInstanceScalingMaximumStepSize: {"type":"integer","min":1,"max":100},
    ManagedInstanceScalingMinInstanceCount: {"type":"integer","min":0},
    ManagedInstanceScalingScaleInStrategy: {"type":"string","enum":["IDLE_RELEASE","CONSOLIDATION"]},
    ManagedInstanceScalingStatus: {"type":"string","enum":["ENABLED","DISABLED"]},
    MaxConcurrentInvocationsPerInstance: {"type":"integer","min":1,"max":1000},
    MaxConcurrentTransforms: {"type":"integer","min":0},
    MaxPayloadInMB: {"type":"integer","min":0},
    MaxResults: {"type":"integer","min":1,"max":100},
    MaximumExecutionTimeoutInSeconds: {"type":"integer","min":600,"max":28800},
    MetricPublishFrequencyInSeconds: {"type":"integer"},
    MetricsConfig: {"type":"structure","members":{"EnableEnhancedMetrics":"EnableEnhancedMetrics","EnableDetailedObservability":"EnableDetailedObservability","MetricPublishFrequencyInSeconds":"MetricPublishFrequencyInSeconds"}},
    MetricsEndpoint: {"type":"structure","members":{"MetricsEndpointPath":"MetricsEndpointPath","MetricPublishFrequencyInSeconds":"MetricPublishFrequencyInSeconds"},"required":["MetricsEndpointPath"]},
    MetricsEndpointList: {"type":"list","member":"MetricsEndpoint","min":0,"max":1},
    MetricsEndpointPath: {"type":"string","min":0,"max":256,"pattern":"/(?!.*\\.\\.)[a-zA-Z0-9/_.\\-]+"},
    MlReservationArn: {"type":"string","min":20,"max":258,"pattern":"arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:[a-z0-9\\-]{1,14}/.*"},
    ModelAccessConfig: {"type":"structure","members":{"AcceptEula":"AcceptEula"},"required":["AcceptEula"]},
    ModelArn: {"type":"string","min":20,"max":2048,"pattern":"arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:model/.*"},
    ModelCacheSetting: {"type":"string","enum":["Enabled","Disabled"]},
    ModelClientConfig: {"type":"structure","members":{"InvocationsTimeoutInSeconds":"InvocationsTimeoutInSeconds","InvocationsMaxRetries":"InvocationsMaxRetries"}},
    ModelCompressionType: {"type":"string","enum":["None","Gzip"]},
    ModelDataSource: {"type":"structure","members":{"S3DataSource":"S3ModelDataSource"}},
    ModelName: {"type":"string","min":0,"max":63,"pattern":"[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?"},
    ModelNameContains: {"type":"string","min":0,"max":63,"pattern":"[a-zA-Z0-9-]+"},
    ModelSortKey: {"type":"string","enum":["Name","CreationTime"]},
    ModelSummary: {"type":"structure","members":{"ModelName":"ModelName","ModelArn":"ModelArn","CreationTime":"Timestamp"},"required":["ModelName","ModelArn","CreationTime"]},
    ModelSummaryList: {"type":"list","member":"ModelSummary"},
    MultiModelConfig: {"type":"structure","members":{"ModelCacheSetting":"ModelCacheSetting"}},
    NameContains: {"type":"string","min":0,"max":63,"pattern":"[a-zA-Z0-9\\-]+"},
    NextToken: {"type":"string","min":0,"max":8192,"pattern":".*"},
    OrderKey: {"type":"string","enum":["Ascending","Descending"]},
    PaginationToken: {"type":"string","min":0,"max":8192,"pattern":".*"},
    PendingDeploymentSummary: {"type":"structure","members":{"EndpointConfigName":"EndpointConfigName","ProductionVariants":"PendingProductionVariantSummaryList","StartTime":"Timestamp","ShadowProductionVariants":"PendingProductionVariantSummaryList"},"required":["EndpointConfigName"]},
    PendingProductionVariantSummary: {"type":"structure","members":{"VariantName":"VariantName","DeployedImages":"DeployedImages","CurrentWeight":"VariantWeight","DesiredWeight":"VariantWeight","CurrentInstanceCount":"TaskCount","DesiredInstanceCount":"TaskCount","InstanceType":"ProductionVariantInstanceType","InstancePools":"InstancePoolSummaryList","AcceleratorType":"ProductionVariantAcceleratorType","VariantStatus":"ProductionVariantStatusList","CurrentServerlessConfig":"ProductionVariantServerlessConfig","DesiredServerlessConfig":"ProductionVariantServerlessConfig","ManagedInstanceScaling":"ProductionVariantManagedInstanceScaling","RoutingConfig":"ProductionVariantRoutingConfig","AcceleratorPartitionLayouts":"AcceleratorPartitionLayouts"},"required":["VariantName"]},
    PendingProductionVariantSummaryList: {"type":"list","member":"PendingProductionVariantSummary","min":1},
    PrefixAwareRoutingConcurrencyThreshold: {"type":"integer","min":1,"max":1024},
    PrefixAwareRoutingConfig: {"type":"structure","members":{"PrefixLength":"PrefixAwareRoutingPrefixLength","ConcurrencyThreshold":"PrefixAwareRoutingConcurrencyThreshold"}},
    PrefixAwareRoutingPrefixLength: {"type":"integer","min":1024,"max":65536},
    ProductionVariant: {"type":"structure","members":{"VariantName":"VariantName","ModelName":"ModelName","InitialInstanceCount":"InitialTaskCount","InstanceType":"ProductionVariantInstanceType","InstancePools":"InstancePoolList","VariantInstanceProvisionTimeoutInSeconds":"VariantInstanceProvisionTimeoutInSeconds","InitialVariantWeight":"VariantWeight","AcceleratorType":"ProductionVariantAcceleratorType","CoreDumpConfig":"ProductionVariantCoreDumpConfig","ServerlessConfig":"ProductionVariantServerlessConfig","VolumeSizeInGB":"ProductionVariantVolumeSizeInGB","ModelDataDownloadTimeoutInSeconds":"ProductionVariantModelDataDownloadTimeoutInSeconds","ContainerStartupHealthCheckTimeoutInSeconds":"ProductionVariantContainerStartupHealthCheckTimeoutInSeconds","EnableSSMAccess":"ProductionVariantSSMAccess","ManagedInstanceScaling":"ProductionVariantManagedInstanceScaling","RoutingConfig":"ProductionVariantRoutingConfig","InferenceAmiVersion":"ProductionVariantInferenceAmiVersion","CapacityReservationConfig":"ProductionVariantCapacityReservationConfig","AcceleratorPartitionLayouts":"ProductionVariantAcceleratorPartitionLayoutsList"},"required":["VariantName"]},
    ProductionVariantAcceleratorPartitionLayoutsList: {"type":"list","member":"AcceleratorPartitionLayout","min":1,"max":32},
    ProductionVariantAcceleratorType: {"type":"string","enum":["ml.eia1.medium","ml.eia1.large","ml.eia1.xlarge","ml.eia2.medium","ml.eia2.large","ml.eia2.xlarge"]},
    ProductionVariantCapacityReservationConfig: {"type":"structure","members":{"CapacityReservationPreference":"CapacityReservationPreference","MlReservationArn":"MlReservationArn"}},
    ProductionVariantCapacityReservationSummary: {"type":"structure","members":{"MlReservationArn":"MlReservationArn","CapacityReservationPreference":"CapacityReservationPreference","TotalInstanceCount":"TaskCount","AvailableInstanceCount":"TaskCount","UsedByCurrentEndpoint":"TaskCount","Ec2CapacityReservations":"Ec2CapacityReservationsList"}},
    ProductionVariantContainerStartupHealthCheckTimeoutInSeconds: {"type":"integer","min":60,"max":3600},
    ProductionVariantCoreDumpConfig: {"type":"structure","members":{"DestinationS3Uri":"DestinationS3Uri","KmsKeyId":"KmsKeyId"},"required":["DestinationS3Uri"]},
    ProductionVariantInferenceAmiVersion: {"type":"string","enum":["al2-ami-sagemaker-inference-gpu-2","al2-ami-sagemaker-inference-gpu-2-1","al2-ami-sagemaker-inference-gpu-3-1","al2-ami-sagemaker-inference-neuron-2","al2023-ami-sagemaker-inference-gpu-4-1"]},
    ProductionVariantInstanceType: {"type":"string","enum":["ml.t2.medium","ml.t2.large","ml.t2.xlarge","ml.t2.2xlarge","ml.m4.xlarge","ml.m4.2xlarge","ml.m4.4xlarge","ml.m4.10xlarge","ml.m4.16xlarge","ml.m5.large","ml.m5.xlarge","ml.m5.2xlarge","ml.m5.4xlarge","ml.m5.12xlarge","ml.m5.24xlarge","ml.m5d.large","ml.m5d.xlarge","ml.m5d.2xlarge","ml.m5d.4xlarge","ml.m5d.12xlarge","ml.m5d.24xlarge","ml.c4.large","ml.c4.xlarge","ml.c4.2xlarge","ml.c4.4xlarge","ml.c4.8xlarge","ml.p2.xlarge","ml.p2.8xlarge","ml.p2.16xlarge","ml.p3.2xlarge","ml.p3.8xlarge","ml.p3.16xlarge","ml.c5.large","ml.c5.xlarge","ml.c5.2xlarge","ml.c5.4xlarge","ml.c5.9xlarge","ml.c5.18xlarge","ml.c5d.large","ml.c5d.xlarge","ml.c5d.2xlarge","ml.c5d.4xlarge","ml.c5d.9xlarge","ml.c5d.18xlarge","ml.g4dn.xlarge","ml.g4dn.2xlarge","ml.g4dn.4xlarge","ml.g4dn.8xlarge","ml.g4dn.12xlarge","ml.g4dn.16xlarge","ml.r5.large","ml.r5.xlarge","ml.r5.2xlarge","ml.r5.4xlarge","ml.r5.12xlarge","ml.r5.24xlarge","ml.r5d.large","ml.r5d.xlarge","ml.r5d.2xlarge","ml.r5d.4xlarge","ml.r5d.12xlarge","ml.r5d.24xlarge","ml.inf1.xlarge","ml.inf1.2xlarge","ml.inf1.6xlarge","ml.inf1.24xlarge","ml.dl1.24xlarge","ml.c6i.large","ml.c6i.xlarge","ml.c6i.2xlarge","ml.c6i.4xlarge","ml.c6i.8xlarge","ml.c6i.12xlarge","ml.c6i.16xlarge","ml.c6i.24xlarge","ml.c6i.32xlarge","ml.m6i.large","ml.m6i.xlarge","ml.m6i.2xlarge","ml.m6i.4xlarge","ml.m6i.8xlarge","ml.m6i.12xlarge","ml.m6i.16xlarge","ml.m6i.24xlarge","ml.m6i.32xlarge","ml.r6i.large","ml.r6i.xlarge","ml.r6i.2xlarge","ml.r6i.4xlarge","ml.r6i.8xlarge","ml.r6i.12xlarge","ml.r6i.16xlarge","ml.r6i.24xlarge","ml.r6i.32xlarge","ml.g5.xlarge","ml.g5.2xlarge","ml.g5.4xlarge","ml.g5.8xlarge","ml.g5.12xlarge","ml.g5.16xlarge","ml.g5.24xlarge","ml.g5.48xlarge","ml.g6.xlarge","ml.g6.2xlarge","ml.g6.4xlarge","ml.g6.8xlarge","ml.g6.12xlarge","ml.g6.16xlarge","ml.g6.24xlarge","ml.g6.48xlarge","ml.r8g.medium","ml.r8g.large","ml.r8g.xlarge","ml.r8g.2xlarge","ml.r8g.4xlarge","ml.r8g.8xlarge","ml.r8g.12xlarge","ml.r8g.16xlarge","ml.r8g.24xlarge","ml.r8g.48xlarge","ml.g6e.xlarge","ml.g6e.2xlarge","ml.g6e.4xlarge","ml.g6e.8xlarge","ml.g6e.12xlarge","ml.g6e.16xlarge","ml.g6e.24xlarge","ml.g6e.48xlarge","ml.g7e.2xlarge","ml.g7e.4xlarge","ml.g7e.8xlarge","ml.g7e.12xlarge","ml.g7e.24xlarge","ml.g7e.48xlarge","ml.g7.2xlarge","ml.g7.4xlarge","ml.g7.8xlarge","ml.g7.12xlarge","ml.g7.24xlarge","ml.g7.48xlarge","ml.p4d.24xlarge","ml.c7g.large","ml.c7g.xlarge","ml.c7g.2xlarge","ml.c7g.4xlarge","ml.c7g.8xlarge","ml.c7g.12xlarge","ml.c7g.16xlarge","ml.m6g.large","ml.m6g.xlarge","ml.m6g.2xlarge","ml.m6g.4xlarge","ml.m6g.8xlarge","ml.m6g.12xlarge","ml.m6g.16xlarge","ml.m6gd.large","ml.m6gd.xlarge","ml.m6gd.2xlarge","ml.m6gd.4xlarge","ml.m6gd.8xlarge","ml.m6gd.12xlarge","ml.m6gd.16xlarge","ml.c6g.large","ml.c6g.xlarge","ml.c6g.2xlarge","ml.c6g.4xlarge","ml.c6g.8xlarge","ml.c6g.12xlarge","ml.c6g.16xlarge","ml.c6gd.large","ml.c6gd.xlarge","ml.c6gd.2xlarge","ml.c6gd.4xlarge","ml.c6gd.8xlarge","ml.c6gd.12xlarge","ml.c6gd.16xlarge","ml.c6gn.large","ml.c6gn.xlarge","ml.c6gn.2xlarge","ml.c6gn.4xlarge","ml.c6gn.8xlarge","ml.c6gn.12xlarge","ml.c6gn.16xlarge","ml.r6g.large","ml.r6g.xlarge","ml.r6g.2xlarge","ml.r6g.4xlarge","ml.r6g.8xlarge","ml.r6g.12xlarge","ml.r6g.16xlarge","ml.r6gd.large","ml.r6gd.xlarge","ml.r6gd.2xlarge","ml.r6gd.4xlarge","ml.r6gd.8xlarge","ml.r6gd.12xlarge","ml.r6gd.16xlarge","ml.p4de.24xlarge","ml.trn1.2xlarge","ml.trn1.32xlarge","ml.trn1n.32xlarge","ml.trn2.48xlarge","ml.inf2.xlarge","ml.inf2.8xlarge","ml.inf2.24xlarge","ml.inf2.48xlarge","ml.p5.48xlarge","ml.p5e.48xlarge","ml.p5en.48xlarge","ml.m7i.large","ml.m7i.xlarge","ml.m7i.2xlarge","ml.m7i.4xlarge","ml.m7i.8xlarge","ml.m7i.12xlarge","ml.m7i.16xlarge","ml.m7i.24xlarge","ml.m7i.48xlarge","ml.c7i.large","ml.c7i.xlarge","ml.c7i.2xlarge","ml.c7i.4xlarge","ml.c7i.8xlarge","ml.c7i.12xlarge","ml.c7i.16xlarge","ml.c7i.24xlarge","ml.c7i.48xlarge","ml.r7i.large","ml.r7i.xlarge","ml.r7i.2xlarge","ml.r7i.4xlarge","ml.r7i.8xlarge","ml.r7i.12xlarge","ml.r7i.16xlarge","ml.r7i.24xlarge","ml.r7i.48xlarge","ml.c8g.medium","ml.c8g.large","ml.c8g.xlarge","ml.c8g.2xlarge","ml.c8g.4xlarge","ml.c8g.8xlarge","ml.c8g.12xlarge","ml.c8g.16xlarge","ml.c8g.24xlarge","ml.c8g.48xlarge","ml.r7gd.medium","ml.r7gd.large","ml.r7gd.xlarge","ml.r7gd.2xlarge","ml.r7gd.4xlarge","ml.r7gd.8xlarge","ml.r7gd.12xlarge","ml.r7gd.16xlarge","ml.m8g.medium","ml.m8g.large","ml.m8g.xlarge","ml.m8g.2xlarge","ml.m8g.4xlarge","ml.m8g.8xlarge","ml.m8g.12xlarge","ml.m8g.16xlarge","ml.m8g.24xlarge","ml.m8g.48xlarge","ml.c6in.large","ml.c6in.xlarge","ml.c6in.2xlarge","ml.c6in.4xlarge","ml.c6in.8xlarge","ml.c6in.12xlarge","ml.c6in.16xlarge","ml.c6in.24xlarge","ml.c6in.32xlarge","ml.p6-b200.48xlarge","ml.p6-b300.48xlarge","ml.p6e-gb200.36xlarge","ml.p5.4xlarge"]},
    ProductionVariantList: {"type":"list","member":"ProductionVariant","min":1,"max":10},
    ProductionVariantManagedInstanceScaling: {"type":"structure","members":{"Status":"ManagedInstanceScalingStatus","MinInstanceCount":"ManagedInstanceScalingMinInstanceCount","MaxInstanceCount":"ManagedInstanceScalingMaxInstanceCount","ScaleInPolicy":"ProductionVariantManagedInstanceScalingScaleInPolicy"}},
    ProductionVariantManagedInstanceScalingScaleInPolicy: {"type":"structure","members":{"Strategy":"ManagedInstanceScalingScaleInStrategy","MaximumStepSize":"ManagedInstanceScalingMaximumStepSize","CooldownInMinutes":"ManagedInstanceScalingCooldownInMinutes"},"required":["Strategy"]},
    ProductionVariantModelDataDownloadTimeoutInSeconds: {"type":"integer","min":60,"max":3600},
    ProductionVariantRoutingConfig: {"type":"structure","members":{"RoutingStrategy":"RoutingStrategy","PrefixAwareRoutingConfig":"PrefixAwareRoutingConfig"},"required":["RoutingStrategy"]},
    ProductionVariantSSMAccess: {"type":"boolean"},
    ProductionVariantServerlessConfig: {"type":"structure","members":{"MemorySizeInMB":"ServerlessMemorySizeInMB","MaxConcurrency":"ServerlessMaxConcurrency","ProvisionedConcurrency":"ServerlessProvisionedConcurrency"},"required":["MemorySizeInMB","MaxConcurrency"]},
    ProductionVariantServerlessUpdateConfig: {"type":"structure","members":{"MaxConcurrency":"ServerlessMaxConcurrency","ProvisionedConcurrency":"ServerlessProvisionedConcurrency"}},
    ProductionVariantStatus: {"type":"structure","members":{"Status":"VariantStatus","StatusMessage":"VariantStatusMessage","StartTime":"Timestamp"},"required":["Status"]},
    ProductionVariantStatusList: {"type":"list","member":"ProductionVariantStatus","min":0,"max":5},
    ProductionVariantSummary: {"type":"structure","members":{"VariantName":"VariantName","DeployedImages":"DeployedImages","CurrentWeight":"VariantWeight","DesiredWeight":"VariantWeight","CurrentInstanceCount":"TaskCount","DesiredInstanceCount":"TaskCount","InstancePools":"InstancePoolSummaryList","VariantStatus":"ProductionVariantStatusList","CurrentServerlessConfig":"ProductionVariantServerlessConfig","DesiredServerlessConfig":"ProductionVariantServerlessConfig","ManagedInstanceScaling":"ProductionVariantManagedInstanceScaling","RoutingConfig":"ProductionVariantRoutingConfig","CapacityReservationConfig":"ProductionVariantCapacityReservationSummary","AcceleratorPartitionLayouts":"AcceleratorPartitionLayouts"},"required":["VariantName"]},
    ProductionVariantSummaryList: {"type":"list","member":"ProductionVariantSummary","min":1},
    ProductionVariantVolumeSizeInGB: {"type":"integer","min":1,"max":512},
    RealTimeInferenceRecommendation: {"type":"structure","members":{"RecommendationId":"String","InstanceType":"ProductionVariantInstanceType","Environment":"EnvironmentMap"},"required":["RecommendationId","InstanceType"]},
    RealTimeInferenceRecommendations: {"type":"list","member":"RealTimeInferenceRecommendation","min":0,"max":3},
    RecommendationStatus: {"type":"string","enum":["IN_PROGRESS","COMPLETED","FAILED","NOT_APPLICABLE"]},
    RepositoryAccessMode: {"type":"string","enum":["Platform","Vpc"]},
    RepositoryAuthConfig: {"type":"structure","members":{"RepositoryCredentialsProviderArn":"RepositoryCredentialsProviderArn"},"required":["RepositoryCredentialsProviderArn"]},
    RepositoryCredentialsProviderArn: {"type":"string","min":1,"max":2048,"pattern":".*"},
    ResourceArn: {"type":"string","min":0,"max":256,"pattern":"arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+"},
    RoleArn: {"type":"string","min":20,"max":2048,"pattern":"arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+"},
    RollingUpdatePolicy: {"type":"structure","members":{"MaximumBatchSize":"CapacitySize","WaitIntervalInSeconds":"WaitIntervalInSeconds","MaximumExecutionTimeoutInSeconds":"MaximumExecutionTimeoutInSeconds","RollbackMaximumBatchSize":"CapacitySize"},"required":["MaximumBatchSize","WaitIntervalInSeconds"]},
    RoutingStrategy: {"type":"string","enum":["LEAST_OUTSTANDING_REQUESTS","RANDOM","PREFIX_AWARE","KV_AWARE"]},
    S3DataType: {"type":"string","enum":["ManifestFile","S3Prefix","AugmentedManifestFile","Converse"]},
    S3ModelDataSource: {"type":"structure","members":{"S3Uri":"S3ModelUri","S3DataType":"S3ModelDataType","CompressionType":"ModelCompressionType","ModelAccessConfig":"ModelAccessConfig","HubAccessConfig":"InferenceHubAccessConfig","ManifestS3Uri":"S3ModelUri","ETag":"String","ManifestEtag":"String"},"required":["S3Uri","S3DataType","CompressionType"]},
    S3ModelDataType: {"type":"string","enum":["S3Prefix","S3Object"]},
    S3ModelUri: {"type":"string","min":0,"max":1024,"pattern":"(https|s3)://([^/]+)/?(.*)"},
    S3Uri: {"type":"string","min":0,"max":1024,"pattern":"(https|s3)://([^/]+)/?(.*)"},
    SamplingPercentage: {"type":"integer","min":0,"max":100},
    SecurityGroupId: {"type":"string","min":0,"max":32,"pattern":"[-0-9a-zA-Z]+"},
    ServerlessMaxConcurrency: {"type":"integer","min":1,"max":200},
    ServerlessMemorySizeInMB: {"type":"integer","min":1024,"max":6144},
    ServerlessProvisionedConcurrency: {"type":"integer","min":1,"max":200},
    SnsTopicArn: {"type":"string","min":0,"max":2048,"pattern":"arn:aws[a-z\\-]*:sns:[a-z0-9\\-]*:[0-9]{12}:[a-zA-Z0-9_.-]+"},
    SortBy: {"type":"string","enum":["Name","CreationTime","Status"]},
    SortOrder: {"type":"string","enum":["Ascending","Descending"]},
    SplitType: {"type":"string","enum":["None","Line","RecordIO","TFRecord"]},
    StopTransformJobRequest: {"type":"structure","members":{"TransformJobName":"TransformJobName"},"required":["TransformJobName"]},
    String: {"type":"string"},
    SubnetId: {"type":"string","min":0,"max":32,"pattern":"[-0-9a-zA-Z]+"},
    Subnets: {"type":"list","member":"SubnetId","min":1,"max":16},
    Tag: {"type":"structure","members":{"Key":"TagKey","Value":"TagValue"},"required":["Key","Value"]},
    TagKey: {"type":"string","min":1,"max":128,"pattern":"([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)"},
    TagKeyList: {"type":"list","member":"TagKey","min":1,"max":50},
    TagList: {"type":"list","member":"Tag","min":0,"max":50},
    TagValue: {"type":"string","min":0,"max":256,"pattern":"([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)"},
    TaskCount: {"type":"integer","min":0},
    TerminationWaitInSeconds: {"type":"integer","min":0,"max":3600},
    Timestamp: {"type":"timestamp"},
    TrafficRoutingConfig: {"type":"structure","members":{"Type":"TrafficRoutingConfigType","WaitIntervalInSeconds":"WaitIntervalInSeconds","CanarySize":"CapacitySize","LinearStepSize":"CapacitySize"},"required":["Type","WaitIntervalInSeconds"]},
    TrafficRoutingConfigType: {"type":"string","enum":["ALL_AT_ONCE","CANARY","LINEAR"]},
    TransformAmiVersion: {"type":"string","min":1,"max":63,"pattern":"[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*"},
    TransformDataSource: {"type":"structure","members":{"S3DataSource":"TransformS3DataSource"},"required":["S3DataSource"]},
    TransformEnvironmentKey: {"type":"string","min":0,"max":1024,"pattern":"[a-zA-Z_][a-zA-Z0-9_]{0,1023}"},
    TransformEnvironmentMap: {"type":"map","key":"TransformEnvironmentKey","value":"TransformEnvironmentValue","min":0,"max":16},
    TransformEnvironmentValue: {"type":"string","min":0,"max":10240,"pattern":"[\\S\\s]*"},
    TransformInput: {"type":"structure","members":{"DataSource":"TransformDataSource","ContentType":"ContentType","CompressionType":"CompressionType","SplitType":"SplitType"},"required":["DataSource"]},
    TransformInstanceCount: {"type":"integer","min":1},
    TransformInstanceType: {"type":"string","enum":["ml.m4.xlarge","ml.m4.2xlarge","ml.m4.4xlarge","ml.m4.10xlarge","ml.m4.16xlarge","ml.c4.xlarge","ml.c4.2xlarge","ml.c4.4xlarge","ml.c4.8xlarge","ml.p2.xlarge","ml.p2.8xlarge","ml.p2.16xlarge","ml.p3.2xlarge","ml.p3.8xlarge","ml.p3.16xlarge","ml.c5.xlarge","ml.c5.2xlarge","ml.c5.4xlarge","ml.c5.9xlarge","ml.c5.18xlarge","ml.m5.large","ml.m5.xlarge","ml.m5.2xlarge","ml.m5.4xlarge","ml.m5.12xlarge","ml.m5.24xlarge","ml.m6i.large","ml.m6i.xlarge","ml.m6i.2xlarge","ml.m6i.4xlarge","ml.m6i.8xlarge","ml.m6i.12xlarge","ml.m6i.16xlarge","ml.m6i.24xlarge","ml.m6i.32xlarge","ml.c6i.large","ml.c6i.xlarge","ml.c6i.2xlarge","ml.c6i.4xlarge","ml.c6i.8xlarge","ml.c6i.12xlarge","ml.c6i.16xlarge","ml.c6i.24xlarge","ml.c6i.32xlarge","ml.r6i.large","ml.r6i.xlarge","ml.r6i.2xlarge","ml.r6i.4xlarge","ml.r6i.8xlarge","ml.r6i.12xlarge","ml.r6i.16xlarge","ml.r6i.24xlarge","ml.r6i.32xlarge","ml.m7i.large","ml.m7i.xlarge","ml.m7i.2xlarge","ml.m7i.4xlarge","ml.m7i.8xlarge","ml.m7i.12xlarge","ml.m7i.16xlarge","ml.m7i.24xlarge","ml.m7i.48xlarge","ml.c7i.large","ml.c7i.xlarge","ml.c7i.2xlarge","ml.c7i.4xlarge","ml.c7i.8xlarge","ml.c7i.12xlarge","ml.c7i.16xlarge","ml.c7i.24xlarge","ml.c7i.48xlarge","ml.r7i.large","ml.r7i.xlarge","ml.r7i.2xlarge","ml.r7i.4xlarge","ml.r7i.8xlarge","ml.r7i.12xlarge","ml.r7i.16xlarge","ml.r7i.24xlarge","ml.r7i.48xlarge","ml.g4dn.xlarge","ml.g4dn.2xlarge","ml.g4dn.4xlarge","ml.g4dn.8xlarge","ml.g4dn.12xlarge","ml.g4dn.16xlarge","ml.g5.xlarge","ml.g5.2xlarge","ml.g5.4xlarge","ml.g5.8xlarge","ml.g5.12xlarge","ml.g5.16xlarge","ml.g5.24xlarge","ml.g5.48xlarge","ml.trn1.2xlarge","ml.trn1.32xlarge","ml.inf2.xlarge","ml.inf2.8xlarge","ml.inf2.24xlarge","ml.inf2.48xlarge","ml.g6.xlarge","ml.g6.2xlarge","ml.g6.4xlarge","ml.g6.8xlarge","ml.g6.12xlarge","ml.g6.16xlarge","ml.g6.24xlarge","ml.g6.48xlarge","ml.g6e.xlarge","ml.g6e.2xlarge","ml.g6e.4xlarge","ml.g6e.8xlarge","ml.g6e.12xlarge","ml.g6e.16xlarge","ml.g6e.24xlarge","ml.g6e.48xlarge"]},
    TransformJobArn: {"type":"string","min":0,"max":256,"pattern":"arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:transform-job/.*"},
    TransformJobName: {"type":"string","min":1,"max":63,"pattern":"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"},
    TransformJobStatus: {"type":"string","enum":["InProgress","Completed","Failed","Stopping","Stopped"]},
    TransformJobSummaries: {"type":"list","member":"TransformJobSummary"},
    TransformJobSummary: {"type":"structure","members":{"TransformJobName":"TransformJobName","TransformJobArn":"TransformJobArn","CreationTime":"Timestamp","TransformEndTime":"Timestamp","LastModifiedTime":"Timestamp","TransformJobStatus":"TransformJobStatus","FailureReason":"FailureReason"},"required":["TransformJobName","TransformJobArn","CreationTime","TransformJobStatus"]},
    TransformOutput: {"type":"structure","members":{"S3OutputPath":"S3Uri","Accept":"Accept","AssembleWith":"AssemblyType","KmsKeyId":"KmsKeyId"},"required":["S3OutputPath"]},
    TransformResources: {"type":"structure","members":{"InstanceType":"TransformInstanceType","InstanceCount":"TransformInstanceCount","VolumeKmsKeyId":"KmsKeyId","TransformAmiVersion":"TransformAmiVersion"},"required":["InstanceType","InstanceCount"]},
    TransformS3DataSource: {"type":"structure","members":{"S3DataType":"S3DataType","S3Uri":"S3Uri"},"required":["S3DataType","S3Uri"]},
    UpdateEndpointInput: {"type":"structure","members":{"EndpointName":"EndpointName","EndpointConfigName":"EndpointConfigName","RetainAllVariantProperties":"Boolean","ExcludeRetainedVariantProperties":"VariantPropertyList","DeploymentConfig":"DeploymentConfig","RetainDeploymentConfig":"Boolean"},"required":["EndpointName","EndpointConfigName"]},
    UpdateEndpointOutput: {"type":"structure","members":{"EndpointArn":"EndpointArn"},"required":["EndpointArn"]},
    UpdateEndpointWeightsAndCapacitiesInput: {"type":"structure","members":{"EndpointName":"EndpointName","DesiredWeightsAndCapacities":"DesiredWeightAndCapacityList"},"required":["EndpointName","DesiredWeightsAndCapacities"]},
    UpdateEndpointWeightsAndCapacitiesOutput: {"type":"structure","members":{"EndpointArn":"EndpointArn"},"required":["EndpointArn"]},
    Url: {"type":"string","min":0,"max":1024,"pattern":"(https|s3)://([^/]+)/?(.*)"},
    VariantInstanceProvisionTimeoutInSeconds: {"type":"integer","min":300,"max":3600},
    VariantName: {"type":"string","min":0,"max":63,"pattern":"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"},
    VariantProperty: {"type":"structure","members":{"VariantPropertyType":"VariantPropertyType"},"required":["VariantPropertyType"]},
    VariantPropertyList: {"type":"list","member":"VariantProperty","min":0,"max":3},
    VariantPropertyType: {"type":"string","enum":["DesiredInstanceCount","DesiredWeight","DataCaptureConfig"]},
    VariantStatus: {"type":"string","enum":["Creating","Updating","Deleting","ActivatingTraffic","Baking"]},
    VariantStatusMessage: {"type":"string","min":0,"max":1024},
    VariantWeight: {"type":"float","min":0},
    VersionedArnOrName: {"type":"string","min":1,"max":176,"pattern":"(arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:[a-z\\-]*\\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)(\\/[0-9]{1,9})?"},
    VpcConfig: {"type":"structure","members":{"SecurityGroupIds":"VpcSecurityGroupIds","Subnets":"Subnets"},"required":["SecurityGroupIds","Subnets"]},
    VpcSecurityGroupIds: {"type":"list","member":"SecurityGroupId","min":1,"max":5},
    WaitIntervalInSeconds: {"type":"integer","min":0,"max":3600},
  },
}
