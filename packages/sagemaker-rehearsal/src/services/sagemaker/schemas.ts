/** Requests of SageMaker, with the bounds of its API reference. Members that mean nothing here are kept and given back. */

import {
  ProductionVariantInferenceAmiVersion,
  ProductionVariantInstanceType,
} from '@aws-sdk/client-sagemaker'
import { z } from 'zod'

export const MODEL_NAME = z
  .string()
  .max(63)
  .regex(/^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/)

/** Endpoints, their configurations and variants. */
export const NAME = z
  .string()
  .max(63)
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/)

const ROLE = z
  .string()
  .min(20)
  .max(2048)
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/)

const S3_URI = z
  .string()
  .max(1024)
  .regex(/^(https|s3):\/\/([^/]+)\/?(.*)$/)

/** Where SageMaker puts things. */
const DESTINATION = z
  .string()
  .max(512)
  .regex(/^(https|s3):\/\/([^/])\/?(.*)$/)

const KMS_KEY = z
  .string()
  .max(2048)
  .regex(/^[a-zA-Z0-9:/_-]*$/)

const PUBLISH_SECONDS = z.literal([10, 30, 60, 120, 180, 240, 300])

export const TAGS = z
  .array(
    z.object({
      Key: z
        .string()
        .min(1)
        .max(128)
        .regex(/^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u),
      Value: z
        .string()
        .max(256)
        .regex(/^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u),
    }),
  )
  .max(50)

const bytesOf = (texts: Iterable<string>): number => {
  let bytes = 0
  for (const text of texts) bytes += Buffer.byteLength(text)
  return bytes
}

const ENVIRONMENT = z
  .record(
    z
      .string()
      .max(1024)
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/),
    z.string().max(1024),
  )
  .refine((all) => Object.keys(all).length <= 100, 'Member must have length less than or equal to 100')
  .refine(
    (all) => bytesOf(Object.entries(all).flat()) <= 32 * 1024,
    'All keys and values together must not exceed 32 KB',
  )

const CONTAINER = z
  .looseObject({
    ContainerHostname: z.string().max(63).optional(),
    Image: z.string().max(255).regex(/^\S+$/).optional(),
    ModelPackageName: z
      .string()
      .min(1)
      .max(176)
      .regex(
        /^(arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:[a-z-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)(\/[0-9]{1,9})?$/,
      )
      .optional(),
    Mode: z.enum(['SingleModel', 'MultiModel']).optional(),
    ModelDataUrl: S3_URI.optional(),
    ModelDataSource: z
      .looseObject({
        S3DataSource: z
          .looseObject({
            S3Uri: S3_URI,
            S3DataType: z.enum(['S3Prefix', 'S3Object']),
            CompressionType: z.enum(['None', 'Gzip']),
          })
          .refine(
            ({ S3DataType, S3Uri }) => S3DataType !== 'S3Prefix' || S3Uri.endsWith('/'),
            'S3Uri must end with a forward slash when S3DataType is S3Prefix',
          )
          .optional(),
      })
      .optional(),
    Environment: ENVIRONMENT.optional(),
    ContainerMetricsConfig: z
      .looseObject({
        MetricsEndpoints: z
          .array(
            z.looseObject({
              MetricsEndpointPath: z
                .string()
                .max(256)
                .regex(/^\/(?!.*\.\.)[a-zA-Z0-9/_.-]+$/),
              MetricPublishFrequencyInSeconds: PUBLISH_SECONDS.optional(),
            }),
          )
          .max(1)
          .optional(),
      })
      .optional(),
  })
  .refine(
    ({ Image, ModelPackageName }) => (Image === undefined) !== (ModelPackageName === undefined),
    'Exactly one of Image and ModelPackageName must be specified',
  )
  .refine(
    ({ ModelDataUrl, ModelDataSource }) => ModelDataUrl === undefined || ModelDataSource === undefined,
    'Only one of ModelDataUrl and ModelDataSource can be specified',
  )

const VPC = z.looseObject({
  SecurityGroupIds: z.array(z.string().max(32)).min(1).max(5),
  Subnets: z.array(z.string().max(32)).min(1).max(16),
})

export const CREATE_MODEL = z
  .looseObject({
    ModelName: MODEL_NAME,
    ExecutionRoleArn: ROLE,
    PrimaryContainer: CONTAINER.optional(),
    Containers: z.array(CONTAINER).min(1).max(15).optional(),
    VpcConfig: VPC.optional(),
    EnableNetworkIsolation: z.boolean().optional(),
    Tags: TAGS.optional(),
  })
  .refine(
    ({ PrimaryContainer, Containers }) => (PrimaryContainer === undefined) !== (Containers === undefined),
    'Exactly one of PrimaryContainer and Containers must be specified',
  )

const SERVERLESS = z
  .looseObject({
    MemorySizeInMB: z.int().min(1024).max(6144).multipleOf(1024),
    MaxConcurrency: z.int().min(1).max(200),
    ProvisionedConcurrency: z.int().min(1).max(200).optional(),
  })
  .refine(
    ({ MaxConcurrency, ProvisionedConcurrency = 0 }) => ProvisionedConcurrency <= MaxConcurrency,
    'ProvisionedConcurrency must be less than or equal to MaxConcurrency',
  )

const INSTANCE_TYPE = z.enum(Object.values(ProductionVariantInstanceType))

/** SageMaker developer guide, "Deploy to multiple instance types with instance pools". */
const POOLS = z
  .array(
    z.looseObject({
      InstanceType: INSTANCE_TYPE,
      ModelNameOverride: MODEL_NAME.optional(),
      Priority: z.int().min(1).max(5),
    }),
  )
  .min(1)
  .max(5)

const MANAGED_SCALING = z.looseObject({
  Status: z.enum(['ENABLED', 'DISABLED']).optional(),
  MinInstanceCount: z.int().min(0).optional(),
  MaxInstanceCount: z.int().min(1).optional(),
  ScaleInPolicy: z
    .looseObject({
      Strategy: z.enum(['IDLE_RELEASE', 'CONSOLIDATION']),
      MaximumStepSize: z.int().min(1).max(100).optional(),
      CooldownInMinutes: z.int().min(5).max(1440).optional(),
    })
    .optional(),
})

const RESERVATION = z.looseObject({
  CapacityReservationPreference: z.literal('capacity-reservations-only').optional(),
  MlReservationArn: z
    .string()
    .min(20)
    .max(258)
    .regex(/^arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:[a-z0-9-]{1,14}\/.*$/)
    .optional(),
})

const STARTUP_SECONDS = z.int().min(60).max(3600)

const VARIANT = z
  .looseObject({
    VariantName: NAME,
    ModelName: MODEL_NAME,
    InitialInstanceCount: z.int().min(1).optional(),
    InstanceType: INSTANCE_TYPE.optional(),
    InstancePools: POOLS.optional(),
    VariantInstanceProvisionTimeoutInSeconds: z.int().min(300).max(3600).optional(),
    InferenceAmiVersion: z.enum(Object.values(ProductionVariantInferenceAmiVersion)).optional(),
    EnableSSMAccess: z.boolean().optional(),
    CoreDumpConfig: z.looseObject({ DestinationS3Uri: DESTINATION, KmsKeyId: KMS_KEY.optional() }).optional(),
    CapacityReservationConfig: RESERVATION.optional(),
    ManagedInstanceScaling: MANAGED_SCALING.optional(),
    InitialVariantWeight: z.number().min(0).optional(),
    ServerlessConfig: SERVERLESS.optional(),
    VolumeSizeInGB: z.int().min(1).max(512).optional(),
    ModelDataDownloadTimeoutInSeconds: STARTUP_SECONDS.optional(),
    ContainerStartupHealthCheckTimeoutInSeconds: STARTUP_SECONDS.optional(),
    RoutingConfig: z
      .looseObject({ RoutingStrategy: z.enum(['LEAST_OUTSTANDING_REQUESTS', 'RANDOM', 'PREFIX_AWARE']) })
      .optional(),
  })
  .refine(
    ({ ServerlessConfig, InstanceType, InstancePools, InitialInstanceCount }) =>
      ServerlessConfig === undefined ||
      (InstanceType === undefined && InstancePools === undefined && InitialInstanceCount === undefined),
    'ServerlessConfig excludes InstanceType, InstancePools and InitialInstanceCount',
  )
  .refine(
    ({ ServerlessConfig, InstanceType, InstancePools, InitialInstanceCount }) =>
      ServerlessConfig !== undefined ||
      ((InstanceType === undefined) !== (InstancePools === undefined) && InitialInstanceCount !== undefined),
    'InstanceType or InstancePools, and InitialInstanceCount, or ServerlessConfig, must be specified',
  )
  .refine(
    ({ ServerlessConfig, VolumeSizeInGB }) => ServerlessConfig === undefined || VolumeSizeInGB === undefined,
    'ServerlessConfig excludes VolumeSizeInGB',
  )

const ASYNC = z.looseObject({
  OutputConfig: z.looseObject({
    S3OutputPath: DESTINATION.optional(),
    S3FailurePath: DESTINATION.optional(),
    KmsKeyId: KMS_KEY.optional(),
  }),
  ClientConfig: z
    .looseObject({ MaxConcurrentInvocationsPerInstance: z.int().min(1).max(1000).optional() })
    .optional(),
})

const MEDIA_TYPES = z
  .array(
    z
      .string()
      .min(1)
      .max(256)
      .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9])*\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*$/),
  )
  .min(1)
  .max(10)

const METRICS = z.looseObject({
  EnableEnhancedMetrics: z.boolean().optional(),
  EnableDetailedObservability: z.boolean().optional(),
  MetricPublishFrequencyInSeconds: PUBLISH_SECONDS.optional(),
})

const CAPTURE = z.looseObject({
  EnableCapture: z.boolean().optional(),
  InitialSamplingPercentage: z.int().min(0).max(100),
  DestinationS3Uri: DESTINATION,
  KmsKeyId: KMS_KEY.optional(),
  CaptureContentTypeHeader: z
    .looseObject({ CsvContentTypes: MEDIA_TYPES.optional(), JsonContentTypes: MEDIA_TYPES.optional() })
    .optional(),
  CaptureOptions: z
    .array(z.looseObject({ CaptureMode: z.enum(['Input', 'Output', 'InputAndOutput']) }))
    .min(1)
    .max(32),
})

/** What holds between the members is checked in `endpoint-configs.ts`. */
export const CREATE_ENDPOINT_CONFIG = z.looseObject({
  EndpointConfigName: NAME,
  ProductionVariants: z.array(VARIANT).min(1).max(10),
  ShadowProductionVariants: z.array(VARIANT).min(1).max(10).optional(),
  DataCaptureConfig: CAPTURE.optional(),
  AsyncInferenceConfig: ASYNC.optional(),
  KmsKeyId: KMS_KEY.optional(),
  MetricsConfig: METRICS.optional(),
  ExecutionRoleArn: ROLE.optional(),
  VpcConfig: VPC.optional(),
  Tags: TAGS.optional(),
})

const CAPACITY = z.looseObject({
  Type: z.enum(['INSTANCE_COUNT', 'CAPACITY_PERCENT']),
  Value: z.int().min(1),
})

const WAIT_SECONDS = z.int().min(0).max(3600)
const EXECUTION_SECONDS = z.int().min(600).max(28_800)

export const DEPLOYMENT = z
  .looseObject({
    BlueGreenUpdatePolicy: z
      .looseObject({
        TrafficRoutingConfiguration: z.looseObject({
          Type: z.enum(['ALL_AT_ONCE', 'CANARY', 'LINEAR']),
          WaitIntervalInSeconds: WAIT_SECONDS,
          CanarySize: CAPACITY.optional(),
          LinearStepSize: CAPACITY.optional(),
        }),
        TerminationWaitInSeconds: WAIT_SECONDS.optional(),
        MaximumExecutionTimeoutInSeconds: EXECUTION_SECONDS.optional(),
      })
      .optional(),
    RollingUpdatePolicy: z
      .looseObject({
        MaximumBatchSize: CAPACITY,
        WaitIntervalInSeconds: WAIT_SECONDS,
        MaximumExecutionTimeoutInSeconds: EXECUTION_SECONDS.optional(),
        RollbackMaximumBatchSize: CAPACITY.optional(),
      })
      .optional(),
    AutoRollbackConfiguration: z
      .looseObject({
        Alarms: z
          .array(z.looseObject({ AlarmName: z.string().min(1).max(255) }))
          .min(1)
          .max(10)
          .optional(),
      })
      .optional(),
  })
  .refine(
    ({ BlueGreenUpdatePolicy, RollingUpdatePolicy }) =>
      BlueGreenUpdatePolicy === undefined || RollingUpdatePolicy === undefined,
    'Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy can be specified',
  )

export const CREATE_ENDPOINT = z.looseObject({
  EndpointName: NAME,
  EndpointConfigName: NAME,
  DeploymentConfig: DEPLOYMENT.optional(),
  Tags: TAGS.optional(),
})

export const UPDATE_ENDPOINT = z.looseObject({
  EndpointName: NAME,
  EndpointConfigName: NAME,
  RetainAllVariantProperties: z.boolean().default(false),
  ExcludeRetainedVariantProperties: z
    .array(
      z.looseObject({
        VariantPropertyType: z.enum(['DesiredInstanceCount', 'DesiredWeight', 'DataCaptureConfig']),
      }),
    )
    .max(3)
    .optional(),
  DeploymentConfig: DEPLOYMENT.optional(),
  RetainDeploymentConfig: z.boolean().default(false),
})

export const UPDATE_WEIGHTS = z.looseObject({
  EndpointName: NAME,
  DesiredWeightsAndCapacities: z
    .array(
      z.looseObject({
        VariantName: NAME,
        DesiredWeight: z.number().min(0).optional(),
        DesiredInstanceCount: z.int().min(0).optional(),
        ServerlessUpdateConfig: z
          .looseObject({
            MaxConcurrency: z.int().min(1).max(200).optional(),
            ProvisionedConcurrency: z.int().min(1).max(200).optional(),
          })
          .optional(),
      }),
    )
    .min(1),
})

/** What all lists take. */
export const LIST = z.looseObject({
  NameContains: z.string().max(63).optional(),
  SortBy: z.enum(['Name', 'CreationTime', 'Status']).default('CreationTime'),
  SortOrder: z.enum(['Ascending', 'Descending']).default('Descending'),
  MaxResults: z.int().min(1).max(100).default(10),
  NextToken: z.string().max(8192).optional(),
  CreationTimeAfter: z.number().optional(),
  CreationTimeBefore: z.number().optional(),
  StatusEquals: z.string().optional(),
})
