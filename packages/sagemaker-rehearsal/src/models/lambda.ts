/** lambda 2015-03-31, written by scripts/generate-models.ts from botocore 1.44.8. */

import type { Model } from '../model.ts'

export type AcceleratorConfig = {
  AcceleratorMemorySize: number
}

export type AddPermissionRequest = {
  FunctionName: string
  StatementId: string
  Action: string
  Principal: string
  SourceArn?: string | undefined
  FunctionUrlAuthType?: 'NONE' | 'AWS_IAM' | undefined
  InvokedViaFunctionUrl?: boolean | undefined
  SourceAccount?: string | undefined
  EventSourceToken?: string | undefined
  Qualifier?: string | undefined
  RevisionId?: string | undefined
  PrincipalOrgID?: string | undefined
}

export type AddPermissionResponse = {
  Statement?: string | undefined
}

export type AliasConfiguration = {
  AliasArn?: string | undefined
  Name?: string | undefined
  FunctionVersion?: string | undefined
  Description?: string | undefined
  RoutingConfig?: AliasRoutingConfiguration | undefined
  RevisionId?: string | undefined
}

export type AliasRoutingConfiguration = {
  AdditionalVersionWeights?: Record<string, number> | undefined
}

export type CapacityProviderConfig = {
  LambdaManagedInstancesCapacityProviderConfig: LambdaManagedInstancesCapacityProviderConfig
}

export type Concurrency = {
  ReservedConcurrentExecutions?: number | undefined
}

export type Cors = {
  AllowCredentials?: boolean | undefined
  AllowHeaders?: Array<string> | undefined
  AllowMethods?: Array<string> | undefined
  AllowOrigins?: Array<string> | undefined
  ExposeHeaders?: Array<string> | undefined
  MaxAge?: number | undefined
}

export type CreateAliasRequest = {
  FunctionName: string
  Name: string
  FunctionVersion: string
  Description?: string | undefined
  RoutingConfig?: AliasRoutingConfiguration | undefined
}

export type CreateFunctionRequest = {
  FunctionName: string
  Runtime?: string | undefined
  Role: string
  Handler?: string | undefined
  Code: FunctionCode
  Description?: string | undefined
  Timeout?: number | undefined
  MemorySize?: number | undefined
  Publish?: boolean | undefined
  PublishTo?: 'LATEST_PUBLISHED' | undefined
  VpcConfig?: VpcConfig | undefined
  PackageType?: 'Zip' | 'Image' | undefined
  DeadLetterConfig?: DeadLetterConfig | undefined
  Environment?: Environment | undefined
  KMSKeyArn?: string | undefined
  TracingConfig?: TracingConfig | undefined
  Tags?: Record<string, string> | undefined
  Layers?: Array<string> | undefined
  FileSystemConfigs?: Array<FileSystemConfig> | undefined
  CodeSigningConfigArn?: string | undefined
  ImageConfig?: ImageConfig | undefined
  Architectures?: Array<'x86_64' | 'arm64'> | undefined
  EphemeralStorage?: EphemeralStorage | undefined
  SnapStart?: SnapStart | undefined
  LoggingConfig?: LoggingConfig | undefined
  TenancyConfig?: TenancyConfig | undefined
  CapacityProviderConfig?: CapacityProviderConfig | undefined
  DurableConfig?: DurableConfig | undefined
  RuntimeConfig?: FunctionRuntimeConfig | undefined
  AcceleratorConfig?: AcceleratorConfig | undefined
}

export type CreateFunctionUrlConfigRequest = {
  FunctionName: string
  Qualifier?: string | undefined
  AuthType: 'NONE' | 'AWS_IAM'
  Cors?: Cors | undefined
  InvokeMode?: 'BUFFERED' | 'RESPONSE_STREAM' | undefined
}

export type CreateFunctionUrlConfigResponse = {
  FunctionUrl: string
  FunctionArn: string
  AuthType: 'NONE' | 'AWS_IAM'
  Cors?: Cors | undefined
  CreationTime: string
  InvokeMode?: 'BUFFERED' | 'RESPONSE_STREAM' | undefined
}

export type DeadLetterConfig = {
  TargetArn?: string | undefined
}

export type DeleteAliasRequest = {
  FunctionName: string
  Name: string
}

export type DeleteFunctionConcurrencyRequest = {
  FunctionName: string
}

export type DeleteFunctionRequest = {
  FunctionName: string
  Qualifier?: string | undefined
}

export type DeleteFunctionResponse = {
  StatusCode?: number | undefined
}

export type DeleteFunctionUrlConfigRequest = {
  FunctionName: string
  Qualifier?: string | undefined
}

export type DeleteProvisionedConcurrencyConfigRequest = {
  FunctionName: string
  Qualifier: string
}

export type DurableConfig = {
  KMSKeyArn?: string | undefined
  RetentionPeriodInDays?: number | undefined
  ExecutionTimeout?: number | undefined
}

export type Environment = {
  Variables?: Record<string, string> | undefined
}

export type EnvironmentError = {
  ErrorCode?: string | undefined
  Message?: string | undefined
}

export type EnvironmentResponse = {
  Variables?: Record<string, string> | undefined
  Error?: EnvironmentError | undefined
}

export type EphemeralStorage = {
  Size: number
}

export type FileSystemConfig = {
  Arn: string
  LocalMountPath: string
  S3FilesConfig?: S3FilesConfig | undefined
}

export type FunctionCode = {
  ZipFile?: string | undefined
  S3Bucket?: string | undefined
  S3Key?: string | undefined
  S3ObjectVersion?: string | undefined
  S3ObjectStorageMode?: 'COPY' | 'REFERENCE' | undefined
  ImageUri?: string | undefined
  SourceKMSKeyArn?: string | undefined
}

export type FunctionCodeLocation = {
  RepositoryType?: string | undefined
  Location?: string | undefined
  ImageUri?: string | undefined
  ResolvedImageUri?: string | undefined
  ResolvedS3Object?: ResolvedS3Object | undefined
  SourceKMSKeyArn?: string | undefined
  Error?: FunctionCodeLocationError | undefined
}

export type FunctionCodeLocationError = {
  ErrorCode?: string | undefined
  Message?: string | undefined
}

export type FunctionConfiguration = {
  FunctionName?: string | undefined
  FunctionArn?: string | undefined
  Runtime?: string | undefined
  Role?: string | undefined
  Handler?: string | undefined
  CodeSize?: number | undefined
  Description?: string | undefined
  Timeout?: number | undefined
  MemorySize?: number | undefined
  LastModified?: string | undefined
  CodeSha256?: string | undefined
  Version?: string | undefined
  VpcConfig?: VpcConfigResponse | undefined
  DeadLetterConfig?: DeadLetterConfig | undefined
  Environment?: EnvironmentResponse | undefined
  KMSKeyArn?: string | undefined
  TracingConfig?: TracingConfigResponse | undefined
  MasterArn?: string | undefined
  RevisionId?: string | undefined
  Layers?: Array<Layer> | undefined
  State?: 'Pending' | 'Active' | 'Inactive' | 'Failed' | 'Deactivating' | 'Deactivated' | 'ActiveNonInvocable' | 'Deleting' | undefined
  StateReason?: string | undefined
  StateReasonCode?: string | undefined
  LastUpdateStatus?: 'Successful' | 'Failed' | 'InProgress' | undefined
  LastUpdateStatusReason?: string | undefined
  LastUpdateStatusReasonCode?: string | undefined
  FileSystemConfigs?: Array<FileSystemConfig> | undefined
  SigningProfileVersionArn?: string | undefined
  SigningJobArn?: string | undefined
  PackageType?: 'Zip' | 'Image' | undefined
  ImageConfigResponse?: ImageConfigResponse | undefined
  Architectures?: Array<'x86_64' | 'arm64'> | undefined
  EphemeralStorage?: EphemeralStorage | undefined
  SnapStart?: SnapStartResponse | undefined
  RuntimeVersionConfig?: RuntimeVersionConfig | undefined
  LoggingConfig?: LoggingConfig | undefined
  TenancyConfig?: TenancyConfig | undefined
  CapacityProviderConfig?: CapacityProviderConfig | undefined
  ConfigSha256?: string | undefined
  DurableConfig?: DurableConfig | undefined
  RuntimeConfig?: FunctionRuntimeConfig | undefined
  AcceleratorConfig?: AcceleratorConfig | undefined
}

export type FunctionRuntimeConfig = {
  RuntimeArn: string
  RuntimeAlias: string
}

export type GetAliasRequest = {
  FunctionName: string
  Name: string
}

export type GetFunctionConcurrencyRequest = {
  FunctionName: string
}

export type GetFunctionConcurrencyResponse = {
  ReservedConcurrentExecutions?: number | undefined
}

export type GetFunctionConfigurationRequest = {
  FunctionName: string
  Qualifier?: string | undefined
}

export type GetFunctionRequest = {
  FunctionName: string
  Qualifier?: string | undefined
}

export type GetFunctionResponse = {
  Configuration?: FunctionConfiguration | undefined
  Code?: FunctionCodeLocation | undefined
  Tags?: Record<string, string> | undefined
  TagsError?: TagsError | undefined
  Concurrency?: Concurrency | undefined
}

export type GetFunctionUrlConfigRequest = {
  FunctionName: string
  Qualifier?: string | undefined
}

export type GetFunctionUrlConfigResponse = {
  FunctionUrl: string
  FunctionArn: string
  AuthType: 'NONE' | 'AWS_IAM'
  Cors?: Cors | undefined
  CreationTime: string
  LastModifiedTime: string
  InvokeMode?: 'BUFFERED' | 'RESPONSE_STREAM' | undefined
}

export type GetPolicyRequest = {
  FunctionName: string
  Qualifier?: string | undefined
}

export type GetPolicyResponse = {
  Policy?: string | undefined
  RevisionId?: string | undefined
}

export type GetProvisionedConcurrencyConfigRequest = {
  FunctionName: string
  Qualifier: string
}

export type GetProvisionedConcurrencyConfigResponse = {
  RequestedProvisionedConcurrentExecutions?: number | undefined
  AvailableProvisionedConcurrentExecutions?: number | undefined
  AllocatedProvisionedConcurrentExecutions?: number | undefined
  Status?: 'IN_PROGRESS' | 'READY' | 'FAILED' | undefined
  StatusReason?: string | undefined
  LastModified?: string | undefined
}

export type ImageConfig = {
  EntryPoint?: Array<string> | undefined
  Command?: Array<string> | undefined
  WorkingDirectory?: string | undefined
}

export type ImageConfigError = {
  ErrorCode?: string | undefined
  Message?: string | undefined
}

export type ImageConfigResponse = {
  ImageConfig?: ImageConfig | undefined
  Error?: ImageConfigError | undefined
}

export type InvocationRequest = {
  FunctionName: string
  InvocationType?: 'Event' | 'RequestResponse' | 'DryRun' | undefined
  LogType?: 'None' | 'Tail' | undefined
  ClientContext?: string | undefined
  DurableExecutionName?: string | undefined
  Payload?: string | undefined
  Qualifier?: string | undefined
  TenantId?: string | undefined
}

export type InvocationResponse = {
  StatusCode?: number | undefined
  FunctionError?: string | undefined
  LogResult?: string | undefined
  Payload?: string | undefined
  ExecutedVersion?: string | undefined
  DurableExecutionArn?: string | undefined
}

export type LambdaManagedInstancesCapacityProviderConfig = {
  CapacityProviderArn: string
  PerExecutionEnvironmentMaxConcurrency?: number | undefined
  ExecutionEnvironmentMemoryGiBPerVCpu?: number | undefined
}

export type Layer = {
  Arn?: string | undefined
  CodeSize?: number | undefined
  SigningProfileVersionArn?: string | undefined
  SigningJobArn?: string | undefined
}

export type ListAliasesRequest = {
  FunctionName: string
  FunctionVersion?: string | undefined
  Marker?: string | undefined
  MaxItems?: number | undefined
}

export type ListAliasesResponse = {
  NextMarker?: string | undefined
  Aliases?: Array<AliasConfiguration> | undefined
}

export type ListFunctionsRequest = {
  MasterRegion?: string | undefined
  FunctionVersion?: 'ALL' | undefined
  Marker?: string | undefined
  MaxItems?: number | undefined
}

export type ListFunctionsResponse = {
  NextMarker?: string | undefined
  Functions?: Array<FunctionConfiguration> | undefined
}

export type ListProvisionedConcurrencyConfigsRequest = {
  FunctionName: string
  Marker?: string | undefined
  MaxItems?: number | undefined
}

export type ListProvisionedConcurrencyConfigsResponse = {
  ProvisionedConcurrencyConfigs?: Array<ProvisionedConcurrencyConfigListItem> | undefined
  NextMarker?: string | undefined
}

export type ListTagsRequest = {
  Resource: string
}

export type ListTagsResponse = {
  Tags?: Record<string, string> | undefined
}

export type ListVersionsByFunctionRequest = {
  FunctionName: string
  Marker?: string | undefined
  MaxItems?: number | undefined
}

export type ListVersionsByFunctionResponse = {
  NextMarker?: string | undefined
  Versions?: Array<FunctionConfiguration> | undefined
}

export type LoggingConfig = {
  LogFormat?: 'JSON' | 'Text' | undefined
  ApplicationLogLevel?: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL' | undefined
  SystemLogLevel?: 'DEBUG' | 'INFO' | 'WARN' | undefined
  LogGroup?: string | undefined
}

export type ProvisionedConcurrencyConfigListItem = {
  FunctionArn?: string | undefined
  RequestedProvisionedConcurrentExecutions?: number | undefined
  AvailableProvisionedConcurrentExecutions?: number | undefined
  AllocatedProvisionedConcurrentExecutions?: number | undefined
  Status?: 'IN_PROGRESS' | 'READY' | 'FAILED' | undefined
  StatusReason?: string | undefined
  LastModified?: string | undefined
}

export type PublishVersionRequest = {
  FunctionName: string
  CodeSha256?: string | undefined
  Description?: string | undefined
  RevisionId?: string | undefined
  PublishTo?: 'LATEST_PUBLISHED' | undefined
}

export type PutFunctionConcurrencyRequest = {
  FunctionName: string
  ReservedConcurrentExecutions: number
}

export type PutProvisionedConcurrencyConfigRequest = {
  FunctionName: string
  Qualifier: string
  ProvisionedConcurrentExecutions: number
}

export type PutProvisionedConcurrencyConfigResponse = {
  RequestedProvisionedConcurrentExecutions?: number | undefined
  AllocatedProvisionedConcurrentExecutions?: number | undefined
  AvailableProvisionedConcurrentExecutions?: number | undefined
  Status?: 'IN_PROGRESS' | 'READY' | 'FAILED' | undefined
  StatusReason?: string | undefined
  LastModified?: string | undefined
}

export type RemovePermissionRequest = {
  FunctionName: string
  StatementId: string
  Qualifier?: string | undefined
  RevisionId?: string | undefined
}

export type ResolvedS3Object = {
  S3Bucket?: string | undefined
  S3Key?: string | undefined
  S3ObjectVersion?: string | undefined
}

export type RuntimeVersionConfig = {
  RuntimeVersionArn?: string | undefined
  Error?: RuntimeVersionError | undefined
}

export type RuntimeVersionError = {
  ErrorCode?: string | undefined
  Message?: string | undefined
}

export type S3FilesConfig = {
  DirectS3Read?: 'ENABLED' | 'DISABLED' | 'AUTO' | undefined
}

export type SnapStart = {
  ApplyOn?: 'PublishedVersions' | 'None' | undefined
}

export type SnapStartResponse = {
  ApplyOn?: 'PublishedVersions' | 'None' | undefined
  OptimizationStatus?: 'On' | 'Off' | undefined
}

export type TagResourceRequest = {
  Resource: string
  Tags: Record<string, string>
}

export type TagsError = {
  ErrorCode: string
  Message: string
}

export type TenancyConfig = {
  TenantIsolationMode: 'PER_TENANT'
}

export type TracingConfig = {
  Mode?: 'Active' | 'PassThrough' | undefined
}

export type TracingConfigResponse = {
  Mode?: 'Active' | 'PassThrough' | undefined
}

export type UntagResourceRequest = {
  Resource: string
  TagKeys: Array<string>
}

export type UpdateAliasRequest = {
  FunctionName: string
  Name: string
  FunctionVersion?: string | undefined
  Description?: string | undefined
  RoutingConfig?: AliasRoutingConfiguration | undefined
  RevisionId?: string | undefined
}

export type UpdateFunctionCodeRequest = {
  FunctionName: string
  ZipFile?: string | undefined
  S3Bucket?: string | undefined
  S3Key?: string | undefined
  S3ObjectVersion?: string | undefined
  S3ObjectStorageMode?: 'COPY' | 'REFERENCE' | undefined
  ImageUri?: string | undefined
  Architectures?: Array<'x86_64' | 'arm64'> | undefined
  Publish?: boolean | undefined
  PublishTo?: 'LATEST_PUBLISHED' | undefined
  DryRun?: boolean | undefined
  RevisionId?: string | undefined
  SourceKMSKeyArn?: string | undefined
}

export type UpdateFunctionConfigurationRequest = {
  FunctionName: string
  Role?: string | undefined
  Handler?: string | undefined
  Description?: string | undefined
  Timeout?: number | undefined
  MemorySize?: number | undefined
  VpcConfig?: VpcConfig | undefined
  Environment?: Environment | undefined
  Runtime?: string | undefined
  DeadLetterConfig?: DeadLetterConfig | undefined
  KMSKeyArn?: string | undefined
  TracingConfig?: TracingConfig | undefined
  RevisionId?: string | undefined
  Layers?: Array<string> | undefined
  FileSystemConfigs?: Array<FileSystemConfig> | undefined
  ImageConfig?: ImageConfig | undefined
  EphemeralStorage?: EphemeralStorage | undefined
  SnapStart?: SnapStart | undefined
  LoggingConfig?: LoggingConfig | undefined
  CapacityProviderConfig?: CapacityProviderConfig | undefined
  DurableConfig?: DurableConfig | undefined
  RuntimeConfig?: FunctionRuntimeConfig | undefined
  AcceleratorConfig?: AcceleratorConfig | undefined
}

export type UpdateFunctionUrlConfigRequest = {
  FunctionName: string
  Qualifier?: string | undefined
  AuthType?: 'NONE' | 'AWS_IAM' | undefined
  Cors?: Cors | undefined
  InvokeMode?: 'BUFFERED' | 'RESPONSE_STREAM' | undefined
}

export type UpdateFunctionUrlConfigResponse = {
  FunctionUrl: string
  FunctionArn: string
  AuthType: 'NONE' | 'AWS_IAM'
  Cors?: Cors | undefined
  CreationTime: string
  LastModifiedTime: string
  InvokeMode?: 'BUFFERED' | 'RESPONSE_STREAM' | undefined
}

export type VpcConfig = {
  SubnetIds?: Array<string> | undefined
  SecurityGroupIds?: Array<string> | undefined
  Ipv6AllowedForDualStack?: boolean | undefined
}

export type VpcConfigResponse = {
  SubnetIds?: Array<string> | undefined
  SecurityGroupIds?: Array<string> | undefined
  VpcId?: string | undefined
  Ipv6AllowedForDualStack?: boolean | undefined
}

export type Actions = {
  CreateFunction: { input: CreateFunctionRequest; output: FunctionConfiguration }
  GetFunction: { input: GetFunctionRequest; output: GetFunctionResponse }
  GetFunctionConfiguration: { input: GetFunctionConfigurationRequest; output: FunctionConfiguration }
  ListFunctions: { input: ListFunctionsRequest; output: ListFunctionsResponse }
  DeleteFunction: { input: DeleteFunctionRequest; output: DeleteFunctionResponse }
  UpdateFunctionCode: { input: UpdateFunctionCodeRequest; output: FunctionConfiguration }
  UpdateFunctionConfiguration: { input: UpdateFunctionConfigurationRequest; output: FunctionConfiguration }
  PublishVersion: { input: PublishVersionRequest; output: FunctionConfiguration }
  ListVersionsByFunction: { input: ListVersionsByFunctionRequest; output: ListVersionsByFunctionResponse }
  CreateAlias: { input: CreateAliasRequest; output: AliasConfiguration }
  GetAlias: { input: GetAliasRequest; output: AliasConfiguration }
  ListAliases: { input: ListAliasesRequest; output: ListAliasesResponse }
  UpdateAlias: { input: UpdateAliasRequest; output: AliasConfiguration }
  DeleteAlias: { input: DeleteAliasRequest; output: unknown }
  PutFunctionConcurrency: { input: PutFunctionConcurrencyRequest; output: Concurrency }
  GetFunctionConcurrency: { input: GetFunctionConcurrencyRequest; output: GetFunctionConcurrencyResponse }
  DeleteFunctionConcurrency: { input: DeleteFunctionConcurrencyRequest; output: unknown }
  PutProvisionedConcurrencyConfig: { input: PutProvisionedConcurrencyConfigRequest; output: PutProvisionedConcurrencyConfigResponse }
  GetProvisionedConcurrencyConfig: { input: GetProvisionedConcurrencyConfigRequest; output: GetProvisionedConcurrencyConfigResponse }
  ListProvisionedConcurrencyConfigs: { input: ListProvisionedConcurrencyConfigsRequest; output: ListProvisionedConcurrencyConfigsResponse }
  DeleteProvisionedConcurrencyConfig: { input: DeleteProvisionedConcurrencyConfigRequest; output: unknown }
  CreateFunctionUrlConfig: { input: CreateFunctionUrlConfigRequest; output: CreateFunctionUrlConfigResponse }
  GetFunctionUrlConfig: { input: GetFunctionUrlConfigRequest; output: GetFunctionUrlConfigResponse }
  UpdateFunctionUrlConfig: { input: UpdateFunctionUrlConfigRequest; output: UpdateFunctionUrlConfigResponse }
  DeleteFunctionUrlConfig: { input: DeleteFunctionUrlConfigRequest; output: unknown }
  AddPermission: { input: AddPermissionRequest; output: AddPermissionResponse }
  GetPolicy: { input: GetPolicyRequest; output: GetPolicyResponse }
  RemovePermission: { input: RemovePermissionRequest; output: unknown }
  TagResource: { input: TagResourceRequest; output: unknown }
  UntagResource: { input: UntagResourceRequest; output: unknown }
  ListTags: { input: ListTagsRequest; output: ListTagsResponse }
  Invoke: { input: InvocationRequest; output: InvocationResponse }
}

export const MODEL: Model = {
  actions: {
    CreateFunction: {"input":"CreateFunctionRequest","output":"FunctionConfiguration","method":"POST","uri":"/2015-03-31/functions","status":201},
    GetFunction: {"input":"GetFunctionRequest","output":"GetFunctionResponse","method":"GET","uri":"/2015-03-31/functions/{FunctionName}","status":200},
    GetFunctionConfiguration: {"input":"GetFunctionConfigurationRequest","output":"FunctionConfiguration","method":"GET","uri":"/2015-03-31/functions/{FunctionName}/configuration","status":200},
    ListFunctions: {"input":"ListFunctionsRequest","output":"ListFunctionsResponse","method":"GET","uri":"/2015-03-31/functions","status":200},
    DeleteFunction: {"input":"DeleteFunctionRequest","output":"DeleteFunctionResponse","method":"DELETE","uri":"/2015-03-31/functions/{FunctionName}","status":200},
    UpdateFunctionCode: {"input":"UpdateFunctionCodeRequest","output":"FunctionConfiguration","method":"PUT","uri":"/2015-03-31/functions/{FunctionName}/code","status":200},
    UpdateFunctionConfiguration: {"input":"UpdateFunctionConfigurationRequest","output":"FunctionConfiguration","method":"PUT","uri":"/2015-03-31/functions/{FunctionName}/configuration","status":200},
    PublishVersion: {"input":"PublishVersionRequest","output":"FunctionConfiguration","method":"POST","uri":"/2015-03-31/functions/{FunctionName}/versions","status":201},
    ListVersionsByFunction: {"input":"ListVersionsByFunctionRequest","output":"ListVersionsByFunctionResponse","method":"GET","uri":"/2015-03-31/functions/{FunctionName}/versions","status":200},
    CreateAlias: {"input":"CreateAliasRequest","output":"AliasConfiguration","method":"POST","uri":"/2015-03-31/functions/{FunctionName}/aliases","status":201},
    GetAlias: {"input":"GetAliasRequest","output":"AliasConfiguration","method":"GET","uri":"/2015-03-31/functions/{FunctionName}/aliases/{Name}","status":200},
    ListAliases: {"input":"ListAliasesRequest","output":"ListAliasesResponse","method":"GET","uri":"/2015-03-31/functions/{FunctionName}/aliases","status":200},
    UpdateAlias: {"input":"UpdateAliasRequest","output":"AliasConfiguration","method":"PUT","uri":"/2015-03-31/functions/{FunctionName}/aliases/{Name}","status":200},
    DeleteAlias: {"input":"DeleteAliasRequest","method":"DELETE","uri":"/2015-03-31/functions/{FunctionName}/aliases/{Name}","status":204},
    PutFunctionConcurrency: {"input":"PutFunctionConcurrencyRequest","output":"Concurrency","method":"PUT","uri":"/2017-10-31/functions/{FunctionName}/concurrency","status":200},
    GetFunctionConcurrency: {"input":"GetFunctionConcurrencyRequest","output":"GetFunctionConcurrencyResponse","method":"GET","uri":"/2019-09-30/functions/{FunctionName}/concurrency","status":200},
    DeleteFunctionConcurrency: {"input":"DeleteFunctionConcurrencyRequest","method":"DELETE","uri":"/2017-10-31/functions/{FunctionName}/concurrency","status":204},
    PutProvisionedConcurrencyConfig: {"input":"PutProvisionedConcurrencyConfigRequest","output":"PutProvisionedConcurrencyConfigResponse","method":"PUT","uri":"/2019-09-30/functions/{FunctionName}/provisioned-concurrency","status":202},
    GetProvisionedConcurrencyConfig: {"input":"GetProvisionedConcurrencyConfigRequest","output":"GetProvisionedConcurrencyConfigResponse","method":"GET","uri":"/2019-09-30/functions/{FunctionName}/provisioned-concurrency","status":200},
    ListProvisionedConcurrencyConfigs: {"input":"ListProvisionedConcurrencyConfigsRequest","output":"ListProvisionedConcurrencyConfigsResponse","method":"GET","uri":"/2019-09-30/functions/{FunctionName}/provisioned-concurrency?List=ALL","status":200},
    DeleteProvisionedConcurrencyConfig: {"input":"DeleteProvisionedConcurrencyConfigRequest","method":"DELETE","uri":"/2019-09-30/functions/{FunctionName}/provisioned-concurrency","status":204},
    CreateFunctionUrlConfig: {"input":"CreateFunctionUrlConfigRequest","output":"CreateFunctionUrlConfigResponse","method":"POST","uri":"/2021-10-31/functions/{FunctionName}/url","status":201},
    GetFunctionUrlConfig: {"input":"GetFunctionUrlConfigRequest","output":"GetFunctionUrlConfigResponse","method":"GET","uri":"/2021-10-31/functions/{FunctionName}/url","status":200},
    UpdateFunctionUrlConfig: {"input":"UpdateFunctionUrlConfigRequest","output":"UpdateFunctionUrlConfigResponse","method":"PUT","uri":"/2021-10-31/functions/{FunctionName}/url","status":200},
    DeleteFunctionUrlConfig: {"input":"DeleteFunctionUrlConfigRequest","method":"DELETE","uri":"/2021-10-31/functions/{FunctionName}/url","status":204},
    AddPermission: {"input":"AddPermissionRequest","output":"AddPermissionResponse","method":"POST","uri":"/2015-03-31/functions/{FunctionName}/policy","status":201},
    GetPolicy: {"input":"GetPolicyRequest","output":"GetPolicyResponse","method":"GET","uri":"/2015-03-31/functions/{FunctionName}/policy","status":200},
    RemovePermission: {"input":"RemovePermissionRequest","method":"DELETE","uri":"/2015-03-31/functions/{FunctionName}/policy/{StatementId}","status":204},
    TagResource: {"input":"TagResourceRequest","method":"POST","uri":"/2017-03-31/tags/{Resource}","status":204},
    UntagResource: {"input":"UntagResourceRequest","method":"DELETE","uri":"/2017-03-31/tags/{Resource}","status":204},
    ListTags: {"input":"ListTagsRequest","output":"ListTagsResponse","method":"GET","uri":"/2017-03-31/tags/{Resource}","status":200},
    Invoke: {"input":"InvocationRequest","output":"InvocationResponse","method":"POST","uri":"/2015-03-31/functions/{FunctionName}/invocations","status":200},
  },
  shapes: {
    AcceleratorConfig: {"type":"structure","members":{"AcceleratorMemorySize":"AcceleratorMemoryGB"},"required":["AcceleratorMemorySize"]},
    AcceleratorMemoryGB: {"type":"integer"},
    Action: {"type":"string","min":0,"max":10000,"pattern":"(lambda:[*]|lambda:[a-zA-Z]+|[*])"},
    AddPermissionRequest: {"type":"structure","members":{"FunctionName":"NamespacedFunctionName","StatementId":"StatementId","Action":"Action","Principal":"Principal","SourceArn":"Arn","FunctionUrlAuthType":"FunctionUrlAuthType","InvokedViaFunctionUrl":"InvokedViaFunctionUrl","SourceAccount":"SourceOwner","EventSourceToken":"EventSourceToken","Qualifier":"NumericLatestPublishedOrAliasQualifier","RevisionId":"String","PrincipalOrgID":"PrincipalOrgID"},"required":["FunctionName","StatementId","Action","Principal"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    AddPermissionResponse: {"type":"structure","members":{"Statement":"String"}},
    AdditionalVersion: {"type":"string","min":1,"max":1024,"pattern":"[0-9]+"},
    AdditionalVersionWeights: {"type":"map","key":"AdditionalVersion","value":"Weight"},
    Alias: {"type":"string","min":1,"max":128,"pattern":"(?!^[0-9]+$)([a-zA-Z0-9-_]+)"},
    AliasConfiguration: {"type":"structure","members":{"AliasArn":"FunctionArn","Name":"Alias","FunctionVersion":"Version","Description":"Description","RoutingConfig":"AliasRoutingConfiguration","RevisionId":"String"}},
    AliasList: {"type":"list","member":"AliasConfiguration"},
    AliasRoutingConfiguration: {"type":"structure","members":{"AdditionalVersionWeights":"AdditionalVersionWeights"}},
    AllowCredentials: {"type":"boolean"},
    AllowMethodsList: {"type":"list","member":"Method","min":0,"max":6},
    AllowOriginsList: {"type":"list","member":"Origin","min":0,"max":100},
    ApplicationLogLevel: {"type":"string","enum":["TRACE","DEBUG","INFO","WARN","ERROR","FATAL"]},
    Architecture: {"type":"string","enum":["x86_64","arm64"]},
    ArchitecturesList: {"type":"list","member":"Architecture","min":1,"max":1},
    Arn: {"type":"string","min":0,"max":10000,"pattern":"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)"},
    Blob: {"type":"blob","sensitive":true},
    Boolean: {"type":"boolean"},
    CapacityProviderArn: {"type":"string","min":1,"max":140,"pattern":"arn:aws[a-zA-Z-]*:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:capacity-provider:[a-zA-Z0-9-_]+"},
    CapacityProviderConfig: {"type":"structure","members":{"LambdaManagedInstancesCapacityProviderConfig":"LambdaManagedInstancesCapacityProviderConfig"},"required":["LambdaManagedInstancesCapacityProviderConfig"]},
    CodeSigningConfigArn: {"type":"string","min":0,"max":200,"pattern":"arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:code-signing-config:csc-[a-z0-9]{17}"},
    Concurrency: {"type":"structure","members":{"ReservedConcurrentExecutions":"ReservedConcurrentExecutions"}},
    Cors: {"type":"structure","members":{"AllowCredentials":"AllowCredentials","AllowHeaders":"HeadersList","AllowMethods":"AllowMethodsList","AllowOrigins":"AllowOriginsList","ExposeHeaders":"HeadersList","MaxAge":"MaxAge"}},
    CreateAliasRequest: {"type":"structure","members":{"FunctionName":"FunctionName","Name":"Alias","FunctionVersion":"VersionWithLatestPublished","Description":"Description","RoutingConfig":"AliasRoutingConfiguration"},"required":["FunctionName","Name","FunctionVersion"],"labels":{"FunctionName":"FunctionName"}},
    CreateFunctionRequest: {"type":"structure","members":{"FunctionName":"FunctionName","Runtime":"Runtime","Role":"RoleArn","Handler":"Handler","Code":"FunctionCode","Description":"Description","Timeout":"Timeout","MemorySize":"MemorySize","Publish":"Boolean","PublishTo":"FunctionVersionLatestPublished","VpcConfig":"VpcConfig","PackageType":"PackageType","DeadLetterConfig":"DeadLetterConfig","Environment":"Environment","KMSKeyArn":"KMSKeyArn","TracingConfig":"TracingConfig","Tags":"Tags","Layers":"LayerList","FileSystemConfigs":"FileSystemConfigList","CodeSigningConfigArn":"CodeSigningConfigArn","ImageConfig":"ImageConfig","Architectures":"ArchitecturesList","EphemeralStorage":"EphemeralStorage","SnapStart":"SnapStart","LoggingConfig":"LoggingConfig","TenancyConfig":"TenancyConfig","CapacityProviderConfig":"CapacityProviderConfig","DurableConfig":"DurableConfig","RuntimeConfig":"FunctionRuntimeConfig","AcceleratorConfig":"AcceleratorConfig"},"required":["FunctionName","Role","Code"]},
    CreateFunctionUrlConfigRequest: {"type":"structure","members":{"FunctionName":"FunctionUrlFunctionName","Qualifier":"FunctionUrlQualifier","AuthType":"FunctionUrlAuthType","Cors":"Cors","InvokeMode":"InvokeMode"},"required":["FunctionName","AuthType"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    CreateFunctionUrlConfigResponse: {"type":"structure","members":{"FunctionUrl":"FunctionUrl","FunctionArn":"FunctionArn","AuthType":"FunctionUrlAuthType","Cors":"Cors","CreationTime":"Timestamp","InvokeMode":"InvokeMode"},"required":["FunctionUrl","FunctionArn","AuthType","CreationTime"]},
    DeadLetterConfig: {"type":"structure","members":{"TargetArn":"ResourceArn"}},
    DeleteAliasRequest: {"type":"structure","members":{"FunctionName":"FunctionName","Name":"Alias"},"required":["FunctionName","Name"],"labels":{"FunctionName":"FunctionName","Name":"Name"}},
    DeleteFunctionConcurrencyRequest: {"type":"structure","members":{"FunctionName":"FunctionName"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"}},
    DeleteFunctionRequest: {"type":"structure","members":{"FunctionName":"NamespacedFunctionName","Qualifier":"NumericLatestPublishedOrAliasQualifier"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    DeleteFunctionResponse: {"type":"structure","members":{"StatusCode":"Integer"}},
    DeleteFunctionUrlConfigRequest: {"type":"structure","members":{"FunctionName":"FunctionUrlFunctionName","Qualifier":"FunctionUrlQualifier"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    DeleteProvisionedConcurrencyConfigRequest: {"type":"structure","members":{"FunctionName":"FunctionName","Qualifier":"Qualifier"},"required":["FunctionName","Qualifier"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    Description: {"type":"string","min":0,"max":256},
    DirectS3Read: {"type":"string","enum":["ENABLED","DISABLED","AUTO"]},
    DurableConfig: {"type":"structure","members":{"KMSKeyArn":"KMSKeyArn","RetentionPeriodInDays":"RetentionPeriodInDays","ExecutionTimeout":"ExecutionTimeout"}},
    DurableExecutionArn: {"type":"string","min":1,"max":1024,"pattern":"arn:([a-zA-Z0-9-]+):lambda:([a-zA-Z0-9-]+):(\\d{12}):function:([a-zA-Z0-9_-]+):(\\$LATEST(?:\\.PUBLISHED)?|[0-9]+)/durable-execution/([a-zA-Z0-9_-]+)/([a-zA-Z0-9_-]+)"},
    DurableExecutionName: {"type":"string","min":1,"max":64,"pattern":"[a-zA-Z0-9-_]+"},
    Environment: {"type":"structure","members":{"Variables":"EnvironmentVariables"}},
    EnvironmentError: {"type":"structure","members":{"ErrorCode":"String","Message":"SensitiveString"}},
    EnvironmentResponse: {"type":"structure","members":{"Variables":"EnvironmentVariables","Error":"EnvironmentError"}},
    EnvironmentVariableName: {"type":"string","pattern":"[a-zA-Z]([a-zA-Z0-9_])+","sensitive":true},
    EnvironmentVariableValue: {"type":"string","sensitive":true},
    EnvironmentVariables: {"type":"map","key":"EnvironmentVariableName","value":"EnvironmentVariableValue","sensitive":true},
    EphemeralStorage: {"type":"structure","members":{"Size":"EphemeralStorageSize"},"required":["Size"]},
    EphemeralStorageSize: {"type":"integer","min":512,"max":32768},
    EventSourceToken: {"type":"string","min":0,"max":256,"pattern":"[a-zA-Z0-9._\\-]+"},
    ExecutionEnvironmentMemoryGiBPerVCpu: {"type":"double","min":2,"max":8},
    ExecutionTimeout: {"type":"integer","min":1,"max":31622400},
    FileSystemArn: {"type":"string","min":0,"max":256,"pattern":"arn:aws[a-zA-Z-]*:elasticfilesystem:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:access-point/fsap-[a-f0-9]{17}$|^arn:aws[-a-z]*:s3files:[0-9a-z-:]+:file-system/fs-[0-9a-f]{17,40}/access-point/fsap-[0-9a-f]{17,40}"},
    FileSystemConfig: {"type":"structure","members":{"Arn":"FileSystemArn","LocalMountPath":"LocalMountPath","S3FilesConfig":"S3FilesConfig"},"required":["Arn","LocalMountPath"]},
    FileSystemConfigList: {"type":"list","member":"FileSystemConfig","min":0,"max":1},
    FunctionArn: {"type":"string","min":0,"max":10000,"pattern":"arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?"},
    FunctionCode: {"type":"structure","members":{"ZipFile":"Blob","S3Bucket":"S3Bucket","S3Key":"S3Key","S3ObjectVersion":"S3ObjectVersion","S3ObjectStorageMode":"S3ObjectStorageMode","ImageUri":"String","SourceKMSKeyArn":"KMSKeyArn"}},
    FunctionCodeLocation: {"type":"structure","members":{"RepositoryType":"String","Location":"SensitiveStringOnServerOnly","ImageUri":"String","ResolvedImageUri":"String","ResolvedS3Object":"ResolvedS3Object","SourceKMSKeyArn":"KMSKeyArn","Error":"FunctionCodeLocationError"}},
    FunctionCodeLocationError: {"type":"structure","members":{"ErrorCode":"String","Message":"SensitiveString"}},
    FunctionConfiguration: {"type":"structure","members":{"FunctionName":"NamespacedFunctionName","FunctionArn":"NameSpacedFunctionArn","Runtime":"Runtime","Role":"RoleArn","Handler":"Handler","CodeSize":"Long","Description":"Description","Timeout":"Timeout","MemorySize":"MemorySize","LastModified":"Timestamp","CodeSha256":"String","Version":"Version","VpcConfig":"VpcConfigResponse","DeadLetterConfig":"DeadLetterConfig","Environment":"EnvironmentResponse","KMSKeyArn":"KMSKeyArn","TracingConfig":"TracingConfigResponse","MasterArn":"FunctionArn","RevisionId":"String","Layers":"LayersReferenceList","State":"State","StateReason":"StateReason","StateReasonCode":"StateReasonCode","LastUpdateStatus":"LastUpdateStatus","LastUpdateStatusReason":"LastUpdateStatusReason","LastUpdateStatusReasonCode":"LastUpdateStatusReasonCode","FileSystemConfigs":"FileSystemConfigList","SigningProfileVersionArn":"Arn","SigningJobArn":"Arn","PackageType":"PackageType","ImageConfigResponse":"ImageConfigResponse","Architectures":"ArchitecturesList","EphemeralStorage":"EphemeralStorage","SnapStart":"SnapStartResponse","RuntimeVersionConfig":"RuntimeVersionConfig","LoggingConfig":"LoggingConfig","TenancyConfig":"TenancyConfig","CapacityProviderConfig":"CapacityProviderConfig","ConfigSha256":"String","DurableConfig":"DurableConfig","RuntimeConfig":"FunctionRuntimeConfig","AcceleratorConfig":"AcceleratorConfig"}},
    FunctionList: {"type":"list","member":"FunctionConfiguration"},
    FunctionName: {"type":"string","min":1,"max":140,"pattern":"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"},
    FunctionRuntimeAlias: {"type":"string","min":1,"max":128},
    FunctionRuntimeArn: {"type":"string","min":48,"max":2048,"pattern":"arn:[a-z-]+:lambda:[a-z0-9-]+:\\d{12}:runtime/.+"},
    FunctionRuntimeConfig: {"type":"structure","members":{"RuntimeArn":"FunctionRuntimeArn","RuntimeAlias":"FunctionRuntimeAlias"},"required":["RuntimeArn","RuntimeAlias"]},
    FunctionUrl: {"type":"string","min":40,"max":100},
    FunctionUrlAuthType: {"type":"string","enum":["NONE","AWS_IAM"]},
    FunctionUrlFunctionName: {"type":"string","min":1,"max":140,"pattern":"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]{1,64})(:((?!\\d+$)[0-9a-zA-Z-_]+))?"},
    FunctionUrlQualifier: {"type":"string","min":1,"max":128,"pattern":"((?!^\\d+$)^[0-9a-zA-Z-_]+$)"},
    FunctionVersion: {"type":"string","enum":["ALL"]},
    FunctionVersionLatestPublished: {"type":"string","enum":["LATEST_PUBLISHED"]},
    GetAliasRequest: {"type":"structure","members":{"FunctionName":"FunctionName","Name":"Alias"},"required":["FunctionName","Name"],"labels":{"FunctionName":"FunctionName","Name":"Name"}},
    GetFunctionConcurrencyRequest: {"type":"structure","members":{"FunctionName":"FunctionName"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"}},
    GetFunctionConcurrencyResponse: {"type":"structure","members":{"ReservedConcurrentExecutions":"ReservedConcurrentExecutions"}},
    GetFunctionConfigurationRequest: {"type":"structure","members":{"FunctionName":"NamespacedFunctionName","Qualifier":"NumericLatestPublishedOrAliasQualifier"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    GetFunctionRequest: {"type":"structure","members":{"FunctionName":"NamespacedFunctionName","Qualifier":"NumericLatestPublishedOrAliasQualifier"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    GetFunctionResponse: {"type":"structure","members":{"Configuration":"FunctionConfiguration","Code":"FunctionCodeLocation","Tags":"Tags","TagsError":"TagsError","Concurrency":"Concurrency"}},
    GetFunctionUrlConfigRequest: {"type":"structure","members":{"FunctionName":"FunctionUrlFunctionName","Qualifier":"FunctionUrlQualifier"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    GetFunctionUrlConfigResponse: {"type":"structure","members":{"FunctionUrl":"FunctionUrl","FunctionArn":"FunctionArn","AuthType":"FunctionUrlAuthType","Cors":"Cors","CreationTime":"Timestamp","LastModifiedTime":"Timestamp","InvokeMode":"InvokeMode"},"required":["FunctionUrl","FunctionArn","AuthType","CreationTime","LastModifiedTime"]},
    GetPolicyRequest: {"type":"structure","members":{"FunctionName":"NamespacedFunctionName","Qualifier":"NumericLatestPublishedOrAliasQualifier"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    GetPolicyResponse: {"type":"structure","members":{"Policy":"String","RevisionId":"String"}},
    GetProvisionedConcurrencyConfigRequest: {"type":"structure","members":{"FunctionName":"FunctionName","Qualifier":"Qualifier"},"required":["FunctionName","Qualifier"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    GetProvisionedConcurrencyConfigResponse: {"type":"structure","members":{"RequestedProvisionedConcurrentExecutions":"PositiveInteger","AvailableProvisionedConcurrentExecutions":"NonNegativeInteger","AllocatedProvisionedConcurrentExecutions":"NonNegativeInteger","Status":"ProvisionedConcurrencyStatusEnum","StatusReason":"String","LastModified":"Timestamp"}},
    Handler: {"type":"string","min":0,"max":128,"pattern":"[^\\s]+"},
    Header: {"type":"string","min":0,"max":1024,"pattern":".*"},
    HeadersList: {"type":"list","member":"Header","min":0,"max":100},
    ImageConfig: {"type":"structure","members":{"EntryPoint":"StringList","Command":"StringList","WorkingDirectory":"WorkingDirectory"}},
    ImageConfigError: {"type":"structure","members":{"ErrorCode":"String","Message":"SensitiveString"}},
    ImageConfigResponse: {"type":"structure","members":{"ImageConfig":"ImageConfig","Error":"ImageConfigError"}},
    Integer: {"type":"integer"},
    InvocationRequest: {"type":"structure","members":{"FunctionName":"NamespacedFunctionName","InvocationType":"InvocationType","LogType":"LogType","ClientContext":"String","DurableExecutionName":"DurableExecutionName","Payload":"Blob","Qualifier":"NumericLatestPublishedOrAliasQualifier","TenantId":"TenantId"},"required":["FunctionName"],"headers":{"InvocationType":"X-Amz-Invocation-Type","LogType":"X-Amz-Log-Type","ClientContext":"X-Amz-Client-Context","DurableExecutionName":"X-Amz-Durable-Execution-Name","TenantId":"X-Amz-Tenant-Id"},"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    InvocationResponse: {"type":"structure","members":{"StatusCode":"Integer","FunctionError":"String","LogResult":"String","Payload":"Blob","ExecutedVersion":"Version","DurableExecutionArn":"DurableExecutionArn"},"headers":{"FunctionError":"X-Amz-Function-Error","LogResult":"X-Amz-Log-Result","ExecutedVersion":"X-Amz-Executed-Version","DurableExecutionArn":"X-Amz-Durable-Execution-Arn"}},
    InvocationType: {"type":"string","enum":["Event","RequestResponse","DryRun"]},
    InvokeMode: {"type":"string","enum":["BUFFERED","RESPONSE_STREAM"]},
    InvokedViaFunctionUrl: {"type":"boolean"},
    KMSKeyArn: {"type":"string","min":0,"max":10000,"pattern":"(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()"},
    LambdaManagedInstancesCapacityProviderConfig: {"type":"structure","members":{"CapacityProviderArn":"CapacityProviderArn","PerExecutionEnvironmentMaxConcurrency":"PerExecutionEnvironmentMaxConcurrency","ExecutionEnvironmentMemoryGiBPerVCpu":"ExecutionEnvironmentMemoryGiBPerVCpu"},"required":["CapacityProviderArn"]},
    LastUpdateStatus: {"type":"string","enum":["Successful","Failed","InProgress"]},
    LastUpdateStatusReason: {"type":"string"},
    LastUpdateStatusReasonCode: {"type":"string","enum":["EniLimitExceeded","InsufficientRolePermissions","InvalidConfiguration","InternalError","SubnetOutOfIPAddresses","InvalidSubnet","InvalidSecurityGroup","ImageDeleted","ImageAccessDenied","InvalidImage","KMSKeyAccessDenied","KMSKeyNotFound","InvalidStateKMSKey","DisabledKMSKey","EFSIOError","EFSMountConnectivityError","EFSMountFailure","EFSMountTimeout","InvalidRuntime","InvalidZipFileException","FunctionError","ServiceQuotaExceededException","VcpuLimitExceeded","CapacityProviderScalingLimitExceeded","InsufficientCapacity","EC2RequestLimitExceeded","FunctionError.InitTimeout","FunctionError.RuntimeInitError","FunctionError.ExtensionInitError","FunctionError.InvalidEntryPoint","FunctionError.InvalidWorkingDirectory","FunctionError.PermissionDenied","FunctionError.TooManyExtensions","FunctionError.InitResourceExhausted","DisallowedByVpcEncryptionControl","IncompatibleAcceleratorInstanceTypes","DependencyError"]},
    Layer: {"type":"structure","members":{"Arn":"LayerVersionArn","CodeSize":"Long","SigningProfileVersionArn":"Arn","SigningJobArn":"Arn"}},
    LayerList: {"type":"list","member":"LayerVersionArn"},
    LayerVersionArn: {"type":"string","min":1,"max":2048,"pattern":"((arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+))"},
    LayersReferenceList: {"type":"list","member":"Layer"},
    ListAliasesRequest: {"type":"structure","members":{"FunctionName":"FunctionName","FunctionVersion":"VersionWithLatestPublished","Marker":"String","MaxItems":"MaxListItems"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"},"query":{"FunctionVersion":"FunctionVersion","Marker":"Marker","MaxItems":"MaxItems"}},
    ListAliasesResponse: {"type":"structure","members":{"NextMarker":"String","Aliases":"AliasList"}},
    ListFunctionsRequest: {"type":"structure","members":{"MasterRegion":"MasterRegion","FunctionVersion":"FunctionVersion","Marker":"String","MaxItems":"MaxListItems"},"query":{"MasterRegion":"MasterRegion","FunctionVersion":"FunctionVersion","Marker":"Marker","MaxItems":"MaxItems"}},
    ListFunctionsResponse: {"type":"structure","members":{"NextMarker":"String","Functions":"FunctionList"}},
    ListProvisionedConcurrencyConfigsRequest: {"type":"structure","members":{"FunctionName":"FunctionName","Marker":"String","MaxItems":"MaxProvisionedConcurrencyConfigListItems"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"},"query":{"Marker":"Marker","MaxItems":"MaxItems"}},
    ListProvisionedConcurrencyConfigsResponse: {"type":"structure","members":{"ProvisionedConcurrencyConfigs":"ProvisionedConcurrencyConfigList","NextMarker":"String"}},
    ListTagsRequest: {"type":"structure","members":{"Resource":"TaggableResource"},"required":["Resource"],"labels":{"Resource":"Resource"}},
    ListTagsResponse: {"type":"structure","members":{"Tags":"Tags"}},
    ListVersionsByFunctionRequest: {"type":"structure","members":{"FunctionName":"NamespacedFunctionName","Marker":"String","MaxItems":"MaxListItems"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"},"query":{"Marker":"Marker","MaxItems":"MaxItems"}},
    ListVersionsByFunctionResponse: {"type":"structure","members":{"NextMarker":"String","Versions":"FunctionList"}},
    LocalMountPath: {"type":"string","min":0,"max":160,"pattern":"/mnt/[a-zA-Z0-9-_.]+"},
    LogFormat: {"type":"string","enum":["JSON","Text"]},
    LogGroup: {"type":"string","min":1,"max":512,"pattern":"[\\.\\-_/#A-Za-z0-9]+"},
    LogType: {"type":"string","enum":["None","Tail"]},
    LoggingConfig: {"type":"structure","members":{"LogFormat":"LogFormat","ApplicationLogLevel":"ApplicationLogLevel","SystemLogLevel":"SystemLogLevel","LogGroup":"LogGroup"}},
    Long: {"type":"long"},
    MasterRegion: {"type":"string","min":1,"max":50,"pattern":"ALL|(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}"},
    MaxAge: {"type":"integer","min":0,"max":86400},
    MaxListItems: {"type":"integer","min":1,"max":10000},
    MaxProvisionedConcurrencyConfigListItems: {"type":"integer","min":1,"max":50},
    MemorySize: {"type":"integer","min":128,"max":32768},
    Method: {"type":"string","min":0,"max":6,"pattern":".*"},
    NameSpacedFunctionArn: {"type":"string","min":0,"max":10000,"pattern":"arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:function:[a-zA-Z0-9-_\\.]+(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"},
    NamespacedFunctionName: {"type":"string","min":1,"max":256,"pattern":"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"},
    NamespacedStatementId: {"type":"string","min":1,"max":100,"pattern":"([a-zA-Z0-9-_.]+)"},
    NonNegativeInteger: {"type":"integer","min":0},
    NullableBoolean: {"type":"boolean"},
    NumericLatestPublishedOrAliasQualifier: {"type":"string","min":1,"max":128,"pattern":"\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"},
    Origin: {"type":"string","min":1,"max":253,"pattern":".*"},
    PackageType: {"type":"string","enum":["Zip","Image"]},
    PerExecutionEnvironmentMaxConcurrency: {"type":"integer","min":1,"max":1600},
    PositiveInteger: {"type":"integer","min":1},
    Principal: {"type":"string","min":0,"max":2048,"pattern":"[^\\s]+"},
    PrincipalOrgID: {"type":"string","min":12,"max":34,"pattern":"o-[a-z0-9]{10,32}"},
    ProvisionedConcurrencyConfigList: {"type":"list","member":"ProvisionedConcurrencyConfigListItem"},
    ProvisionedConcurrencyConfigListItem: {"type":"structure","members":{"FunctionArn":"FunctionArn","RequestedProvisionedConcurrentExecutions":"PositiveInteger","AvailableProvisionedConcurrentExecutions":"NonNegativeInteger","AllocatedProvisionedConcurrentExecutions":"NonNegativeInteger","Status":"ProvisionedConcurrencyStatusEnum","StatusReason":"String","LastModified":"Timestamp"}},
    ProvisionedConcurrencyStatusEnum: {"type":"string","enum":["IN_PROGRESS","READY","FAILED"]},
    PublishVersionRequest: {"type":"structure","members":{"FunctionName":"FunctionName","CodeSha256":"String","Description":"Description","RevisionId":"String","PublishTo":"FunctionVersionLatestPublished"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"}},
    PutFunctionConcurrencyRequest: {"type":"structure","members":{"FunctionName":"FunctionName","ReservedConcurrentExecutions":"ReservedConcurrentExecutions"},"required":["FunctionName","ReservedConcurrentExecutions"],"labels":{"FunctionName":"FunctionName"}},
    PutProvisionedConcurrencyConfigRequest: {"type":"structure","members":{"FunctionName":"FunctionName","Qualifier":"Qualifier","ProvisionedConcurrentExecutions":"PositiveInteger"},"required":["FunctionName","Qualifier","ProvisionedConcurrentExecutions"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    PutProvisionedConcurrencyConfigResponse: {"type":"structure","members":{"RequestedProvisionedConcurrentExecutions":"PositiveInteger","AllocatedProvisionedConcurrentExecutions":"NonNegativeInteger","AvailableProvisionedConcurrentExecutions":"NonNegativeInteger","Status":"ProvisionedConcurrencyStatusEnum","StatusReason":"String","LastModified":"Timestamp"}},
    Qualifier: {"type":"string","min":1,"max":128,"pattern":"(|[a-zA-Z0-9$_-]+)"},
    RemovePermissionRequest: {"type":"structure","members":{"FunctionName":"NamespacedFunctionName","StatementId":"NamespacedStatementId","Qualifier":"NumericLatestPublishedOrAliasQualifier","RevisionId":"String"},"required":["FunctionName","StatementId"],"labels":{"FunctionName":"FunctionName","StatementId":"StatementId"},"query":{"Qualifier":"Qualifier","RevisionId":"RevisionId"}},
    ReservedConcurrentExecutions: {"type":"integer","min":0},
    ResolvedS3Object: {"type":"structure","members":{"S3Bucket":"S3Bucket","S3Key":"S3Key","S3ObjectVersion":"S3ObjectVersion"}},
    ResourceArn: {"type":"string","min":0,"max":10000,"pattern":"(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()"},
    RetentionPeriodInDays: {"type":"integer","min":1,"max":90},
    RoleArn: {"type":"string","min":0,"max":10000,"pattern":"arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+"},
    Runtime: {"type":"string","enum":["nodejs","nodejs4.3","nodejs6.10","nodejs8.10","nodejs10.x","nodejs12.x","nodejs14.x","nodejs16.x","nodejs18.x","nodejs20.x","nodejs22.x","nodejs24.x","java8","java8.al2","java11","java17","java21","java25","python2.7","python3.6","python3.7","python3.8","python3.9","python3.10","python3.11","python3.12","python3.13","python3.14","dotnetcore1.0","dotnetcore2.0","dotnetcore2.1","dotnetcore3.1","dotnet6","dotnet8","dotnet10","nodejs4.3-edge","go1.x","ruby2.5","ruby2.7","ruby3.2","ruby3.3","ruby3.4","ruby4.0","provided","provided.al2","provided.al2023","nodejs26.x","python3.15","java8.al2023","java11.al2023","java17.al2023","custom"]},
    RuntimeVersionArn: {"type":"string","min":26,"max":2048,"pattern":"((arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}::runtime:.+)|(arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:runtime/[A-Za-z0-9_.-]{1,128}/version/[A-Za-z0-9_.-]{1,128}))"},
    RuntimeVersionConfig: {"type":"structure","members":{"RuntimeVersionArn":"RuntimeVersionArn","Error":"RuntimeVersionError"}},
    RuntimeVersionError: {"type":"structure","members":{"ErrorCode":"String","Message":"SensitiveString"}},
    S3Bucket: {"type":"string","min":3,"max":63,"pattern":"[0-9A-Za-z\\.\\-_]*(?<!\\.)"},
    S3FilesConfig: {"type":"structure","members":{"DirectS3Read":"DirectS3Read"}},
    S3Key: {"type":"string","min":1,"max":1024,"pattern":".*"},
    S3ObjectStorageMode: {"type":"string","enum":["COPY","REFERENCE"]},
    S3ObjectVersion: {"type":"string","min":1,"max":1024,"pattern":".*"},
    SecurityGroupId: {"type":"string","min":0,"max":1024,"pattern":"sg-[0-9a-zA-Z]*"},
    SecurityGroupIds: {"type":"list","member":"SecurityGroupId","min":0,"max":5},
    SensitiveString: {"type":"string","sensitive":true},
    SensitiveStringOnServerOnly: {"type":"string","min":0,"max":10000},
    SnapStart: {"type":"structure","members":{"ApplyOn":"SnapStartApplyOn"}},
    SnapStartApplyOn: {"type":"string","enum":["PublishedVersions","None"]},
    SnapStartOptimizationStatus: {"type":"string","enum":["On","Off"]},
    SnapStartResponse: {"type":"structure","members":{"ApplyOn":"SnapStartApplyOn","OptimizationStatus":"SnapStartOptimizationStatus"}},
    SourceOwner: {"type":"string","min":0,"max":12,"pattern":"\\d{12}"},
    State: {"type":"string","enum":["Pending","Active","Inactive","Failed","Deactivating","Deactivated","ActiveNonInvocable","Deleting"]},
    StateReason: {"type":"string"},
    StateReasonCode: {"type":"string","enum":["Idle","Creating","Restoring","EniLimitExceeded","InsufficientRolePermissions","InvalidConfiguration","InternalError","SubnetOutOfIPAddresses","InvalidSubnet","InvalidSecurityGroup","ImageDeleted","ImageAccessDenied","InvalidImage","KMSKeyAccessDenied","KMSKeyNotFound","InvalidStateKMSKey","DisabledKMSKey","EFSIOError","EFSMountConnectivityError","EFSMountFailure","EFSMountTimeout","InvalidRuntime","InvalidZipFileException","FunctionError","ServiceQuotaExceededException","VcpuLimitExceeded","CapacityProviderScalingLimitExceeded","InsufficientCapacity","EC2RequestLimitExceeded","FunctionError.InitTimeout","FunctionError.RuntimeInitError","FunctionError.ExtensionInitError","FunctionError.InvalidEntryPoint","FunctionError.InvalidWorkingDirectory","FunctionError.PermissionDenied","FunctionError.TooManyExtensions","FunctionError.InitResourceExhausted","DisallowedByVpcEncryptionControl","DrainingDurableExecutions","IncompatibleAcceleratorInstanceTypes","DependencyError"]},
    StatementId: {"type":"string","min":1,"max":100,"pattern":"([a-zA-Z0-9-_]+)"},
    String: {"type":"string"},
    StringList: {"type":"list","member":"String","min":0,"max":1500},
    SubnetId: {"type":"string","min":0,"max":1024,"pattern":"subnet-[0-9a-z]*"},
    SubnetIds: {"type":"list","member":"SubnetId","min":0,"max":16},
    SystemLogLevel: {"type":"string","enum":["DEBUG","INFO","WARN"]},
    TagKey: {"type":"string","min":1,"max":128,"pattern":"([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)"},
    TagKeyList: {"type":"list","member":"TagKey"},
    TagResourceRequest: {"type":"structure","members":{"Resource":"TaggableResource","Tags":"Tags"},"required":["Resource","Tags"],"labels":{"Resource":"Resource"}},
    TagValue: {"type":"string","min":0,"max":256,"pattern":"([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)"},
    TaggableResource: {"type":"string","min":1,"max":10000,"pattern":"arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|(capacity-provider|network-connector):[a-zA-Z0-9-_]{1,64})"},
    Tags: {"type":"map","key":"TagKey","value":"TagValue"},
    TagsError: {"type":"structure","members":{"ErrorCode":"TagsErrorCode","Message":"TagsErrorMessage"},"required":["ErrorCode","Message"]},
    TagsErrorCode: {"type":"string","min":10,"max":21,"pattern":"[A-Za-z]+Exception"},
    TagsErrorMessage: {"type":"string","min":84,"max":1000,"pattern":".*"},
    TenancyConfig: {"type":"structure","members":{"TenantIsolationMode":"TenantIsolationMode"},"required":["TenantIsolationMode"]},
    TenantId: {"type":"string","min":1,"max":256,"pattern":"[a-zA-Z0-9\\._:\\/=+\\-@ ]+"},
    TenantIsolationMode: {"type":"string","enum":["PER_TENANT"]},
    Timeout: {"type":"integer","min":1,"max":5400},
    Timestamp: {"type":"string","min":0,"max":100,"pattern":".*"},
    TracingConfig: {"type":"structure","members":{"Mode":"TracingMode"}},
    TracingConfigResponse: {"type":"structure","members":{"Mode":"TracingMode"}},
    TracingMode: {"type":"string","enum":["Active","PassThrough"]},
    UntagResourceRequest: {"type":"structure","members":{"Resource":"TaggableResource","TagKeys":"TagKeyList"},"required":["Resource","TagKeys"],"labels":{"Resource":"Resource"},"query":{"TagKeys":"tagKeys"}},
    UpdateAliasRequest: {"type":"structure","members":{"FunctionName":"FunctionName","Name":"Alias","FunctionVersion":"VersionWithLatestPublished","Description":"Description","RoutingConfig":"AliasRoutingConfiguration","RevisionId":"String"},"required":["FunctionName","Name"],"labels":{"FunctionName":"FunctionName","Name":"Name"}},
    UpdateFunctionCodeRequest: {"type":"structure","members":{"FunctionName":"FunctionName","ZipFile":"Blob","S3Bucket":"S3Bucket","S3Key":"S3Key","S3ObjectVersion":"S3ObjectVersion","S3ObjectStorageMode":"S3ObjectStorageMode","ImageUri":"String","Architectures":"ArchitecturesList","Publish":"Boolean","PublishTo":"FunctionVersionLatestPublished","DryRun":"Boolean","RevisionId":"String","SourceKMSKeyArn":"KMSKeyArn"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"}},
    UpdateFunctionConfigurationRequest: {"type":"structure","members":{"FunctionName":"FunctionName","Role":"RoleArn","Handler":"Handler","Description":"Description","Timeout":"Timeout","MemorySize":"MemorySize","VpcConfig":"VpcConfig","Environment":"Environment","Runtime":"Runtime","DeadLetterConfig":"DeadLetterConfig","KMSKeyArn":"KMSKeyArn","TracingConfig":"TracingConfig","RevisionId":"String","Layers":"LayerList","FileSystemConfigs":"FileSystemConfigList","ImageConfig":"ImageConfig","EphemeralStorage":"EphemeralStorage","SnapStart":"SnapStart","LoggingConfig":"LoggingConfig","CapacityProviderConfig":"CapacityProviderConfig","DurableConfig":"DurableConfig","RuntimeConfig":"FunctionRuntimeConfig","AcceleratorConfig":"AcceleratorConfig"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"}},
    UpdateFunctionUrlConfigRequest: {"type":"structure","members":{"FunctionName":"FunctionUrlFunctionName","Qualifier":"FunctionUrlQualifier","AuthType":"FunctionUrlAuthType","Cors":"Cors","InvokeMode":"InvokeMode"},"required":["FunctionName"],"labels":{"FunctionName":"FunctionName"},"query":{"Qualifier":"Qualifier"}},
    UpdateFunctionUrlConfigResponse: {"type":"structure","members":{"FunctionUrl":"FunctionUrl","FunctionArn":"FunctionArn","AuthType":"FunctionUrlAuthType","Cors":"Cors","CreationTime":"Timestamp","LastModifiedTime":"Timestamp","InvokeMode":"InvokeMode"},"required":["FunctionUrl","FunctionArn","AuthType","CreationTime","LastModifiedTime"]},
    Version: {"type":"string","min":1,"max":1024,"pattern":"(\\$LATEST|[0-9]+)"},
    VersionWithLatestPublished: {"type":"string","min":1,"max":1024,"pattern":"(\\$LATEST(\\.PUBLISHED)?|[0-9]+)"},
    VpcConfig: {"type":"structure","members":{"SubnetIds":"SubnetIds","SecurityGroupIds":"SecurityGroupIds","Ipv6AllowedForDualStack":"NullableBoolean"}},
    VpcConfigResponse: {"type":"structure","members":{"SubnetIds":"SubnetIds","SecurityGroupIds":"SecurityGroupIds","VpcId":"VpcId","Ipv6AllowedForDualStack":"NullableBoolean"}},
    VpcId: {"type":"string"},
    Weight: {"type":"double","min":0,"max":1},
    WorkingDirectory: {"type":"string","min":0,"max":1000},
  },
}
