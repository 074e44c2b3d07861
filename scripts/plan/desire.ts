/** From a deployment to the very requests that make it. Pure: what had to be looked up is given. */

import type {
  ContainerDefinition,
  CreateEndpointConfigCommandInput,
  CreateModelCommandInput,
  DeploymentConfig,
  ProductionVariant,
  UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker'
import { isPackage } from '../config/complete.ts'
import type {
  Compute,
  Deployment,
  FleetSize,
  ImageSource,
  ModelSource,
  Rollout,
} from '../config/deployment.ts'
import { desireAlarms, rollbackAlarms } from './alarms.ts'
import { type Archive, type Desired, HISTORY_TAG, imageKey, type Resolved } from './desired.ts'
import { hardware } from './hardware.ts'
import { merged } from './members.ts'
import { hashName } from './names.ts'
import { desireScaling } from './scaling.ts'
import { tagsOf } from './tags.ts'
import { validate } from './validate.ts'

/** Throws CommandError with what SageMaker would refuse, and Error if `resolved` lacks what the deployment names. */
export const desire = (deployment: Deployment, resolved: Resolved): Desired => {
  const { endpoint, variants, shadow } = deployment
  const tags = tagsOf(deployment)
  const fleets = [...variants, ...(shadow ? [shadow] : [])]
  const models = fleets.map((fleet) => desireModel(deployment, fleet, resolved))

  const variantOf = (at: number, name: string, weight: number, compute: Compute): ProductionVariant =>
    merged('variant', deployment, {
      VariantName: name,
      ModelName: models[at]?.ModelName,
      InitialVariantWeight: weight,
      ...hardware(compute),
    })
  const content = merged('config', deployment, {
    ProductionVariants: variants.map(({ name, weight, compute }, at) => variantOf(at, name, weight, compute)),
    ...(shadow && {
      ShadowProductionVariants: [
        // The share of requests that is copied is its weight by that of the production variant.
        variantOf(
          variants.length,
          shadow.name,
          ((variants[0]?.weight ?? 1) * shadow.percent) / 100,
          shadow.compute,
        ),
      ],
    }),
    ...(deployment.kmsKey !== undefined && { KmsKeyId: deployment.kmsKey }),
    ...asynchronous(deployment),
    ...capture(deployment),
    ...metrics(deployment),
  })
  const configName = hashName(endpoint, content)
  const alarms = desireAlarms(deployment, configName)
  const names = { EndpointName: endpoint, EndpointConfigName: configName }

  const desired: Desired = {
    endpoint,
    archives: archivesOf(fleets, resolved),
    models: [...new Map(models.map((model) => [model.ModelName, model])).values()],
    config: { EndpointConfigName: configName, ...content, Tags: tags },
    create: {
      ...names,
      Tags: [...tags, { Key: HISTORY_TAG, Value: configName.slice(endpoint.length + 1) }],
    },
    update: { ...names, ...retained(deployment.rollout), ...guarded(deployment, alarms) },
    alarms,
    scaling: desireScaling(deployment),
  }
  validate(desired, resolved)
  return desired
}

type Fleet = { model: ModelSource; image?: ImageSource | undefined; compute: Compute }

const desireModel = (
  deployment: Deployment,
  { model, image }: Fleet,
  resolved: Resolved,
): CreateModelCommandInput => {
  const { endpoint, role, env, network } = deployment
  const content = merged('model', deployment, {
    ExecutionRoleArn: role,
    PrimaryContainer: {
      ...(image !== undefined && {
        Image: found(resolved.images.get(imageKey(image)), `the image ${imageKey(image)}`),
      }),
      ...modelData(model, resolved),
      ...(Object.keys(env).length > 0 && { Environment: env }),
      ...scraped(deployment),
    },
    ...(network.subnets.length > 0 && {
      VpcConfig: { Subnets: network.subnets, SecurityGroupIds: network.securityGroups },
    }),
    ...(network.isolated && { EnableNetworkIsolation: true }),
  })
  return { ModelName: hashName(endpoint, content), ...content, Tags: tagsOf(deployment) }
}

const found = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`${what} was not looked up`)
  return value
}

const modelData = (model: ModelSource, resolved: Resolved) => {
  if (model === 'baked-in') return {}
  if (isPackage(model)) return { ModelPackageName: model.package }
  if ('uri' in model) return { ModelDataUrl: model.uri }
  if ('path' in model) {
    const { bucket, key } = found(resolved.archives.get(model.path), `the archive of ${model.path}`)
    return { ModelDataUrl: `s3://${bucket}/${key}` }
  }
  return {
    ModelDataSource: {
      S3DataSource: {
        S3Uri: model.prefix,
        S3DataType: 'S3Prefix' as const,
        CompressionType: 'None' as const,
      },
    },
  }
}

const archivesOf = (fleets: readonly Fleet[], resolved: Resolved): Archive[] => {
  const folders = fleets.flatMap(({ model }) =>
    typeof model === 'object' && 'path' in model ? [model.path] : [],
  )
  return [...new Set(folders)].flatMap((folder) => resolved.archives.get(folder) ?? [])
}

const asynchronous = ({
  async: settings,
}: Deployment): Pick<CreateEndpointConfigCommandInput, 'AsyncInferenceConfig'> => {
  if (settings === undefined) return {}
  const { output, failure, concurrencyPerInstance, kmsKey, successTopic, errorTopic } = settings
  return {
    AsyncInferenceConfig: {
      OutputConfig: {
        S3OutputPath: output,
        ...(kmsKey !== undefined && { KmsKeyId: kmsKey }),
        ...(failure !== undefined && { S3FailurePath: failure }),
        ...((successTopic ?? errorTopic) !== undefined && {
          NotificationConfig: {
            ...(successTopic !== undefined && { SuccessTopic: successTopic }),
            ...(errorTopic !== undefined && { ErrorTopic: errorTopic }),
          },
        }),
      },
      ...(concurrencyPerInstance !== undefined && {
        ClientConfig: { MaxConcurrentInvocationsPerInstance: concurrencyPerInstance },
      }),
    },
  }
}

const capture = ({
  capture: settings,
}: Deployment): Pick<CreateEndpointConfigCommandInput, 'DataCaptureConfig'> =>
  settings === undefined
    ? {}
    : {
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: settings.percent,
          DestinationS3Uri: settings.to,
          ...(settings.kmsKey !== undefined && { KmsKeyId: settings.kmsKey }),
          CaptureOptions: settings.what.map((what) => ({
            CaptureMode: what === 'input' ? 'Input' : 'Output',
          })),
          ...((settings.asJson ?? settings.asCsv) !== undefined && {
            CaptureContentTypeHeader: {
              ...(settings.asJson !== undefined && { JsonContentTypes: settings.asJson }),
              ...(settings.asCsv !== undefined && { CsvContentTypes: settings.asCsv }),
            },
          }),
        },
      }

const metrics = ({ observability }: Deployment): Pick<CreateEndpointConfigCommandInput, 'MetricsConfig'> => {
  const { detailed, enhanced, everySeconds } = observability ?? {}
  return (detailed ?? enhanced ?? everySeconds) === undefined
    ? {}
    : {
        MetricsConfig: {
          ...(detailed !== undefined && { EnableDetailedObservability: detailed }),
          ...(enhanced !== undefined && { EnableEnhancedMetrics: enhanced }),
          ...(everySeconds !== undefined && { MetricPublishFrequencyInSeconds: everySeconds }),
        },
      }
}

/** Which metrics of the container are read. */
const scraped = ({ observability }: Deployment): Pick<ContainerDefinition, 'ContainerMetricsConfig'> => {
  if (observability?.container === undefined) return {}
  const { path, everySeconds } = observability.container
  return {
    ContainerMetricsConfig: {
      MetricsEndpoints: [
        {
          MetricsEndpointPath: path,
          ...(everySeconds !== undefined && { MetricPublishFrequencyInSeconds: everySeconds }),
        },
      ],
    },
  }
}

type Update = Omit<UpdateEndpointCommandInput, 'EndpointName' | 'EndpointConfigName'>

/** What is captured is for the file alone to say. */
const retained = ({ keepCapacity }: Rollout): Update =>
  keepCapacity
    ? {
        RetainAllVariantProperties: true,
        ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DataCaptureConfig' }],
      }
    : { RetainAllVariantProperties: false }

/** How an update is guarded. Nothing where SageMaker's default will do: all at once, no wait, no alarms. */
export const guarded = (
  deployment: Deployment,
  alarms: Desired['alarms'],
): Pick<Update, 'DeploymentConfig'> => {
  const { strategy, keepOldSeconds, rollbackOn } = deployment.rollout
  if (strategy === 'all-at-once' && keepOldSeconds === 0 && rollbackOn.length === 0) return {}
  const names = rollbackAlarms(deployment, alarms)
  return {
    DeploymentConfig: {
      ...updatePolicy(deployment.rollout),
      ...(names.length > 0 && {
        AutoRollbackConfiguration: { Alarms: names.map((AlarmName) => ({ AlarmName })) },
      }),
    },
  }
}

const updatePolicy = ({
  strategy,
  step = { percent: 100 },
  bakeSeconds,
  keepOldSeconds,
  timeoutSeconds,
  rollbackStep,
}: Rollout): DeploymentConfig => {
  if (strategy === 'rolling') {
    return {
      RollingUpdatePolicy: {
        MaximumBatchSize: capacity(step),
        WaitIntervalInSeconds: bakeSeconds,
        MaximumExecutionTimeoutInSeconds: timeoutSeconds,
        ...(rollbackStep !== undefined && { RollbackMaximumBatchSize: capacity(rollbackStep) }),
      },
    }
  }
  const routing = {
    'all-at-once': { Type: 'ALL_AT_ONCE' as const },
    canary: { Type: 'CANARY' as const, CanarySize: capacity(step) },
    linear: { Type: 'LINEAR' as const, LinearStepSize: capacity(step) },
  }
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { ...routing[strategy], WaitIntervalInSeconds: bakeSeconds },
      TerminationWaitInSeconds: keepOldSeconds,
      MaximumExecutionTimeoutInSeconds: timeoutSeconds,
    },
  }
}

const capacity = (size: FleetSize) =>
  'percent' in size
    ? { Type: 'CAPACITY_PERCENT' as const, Value: size.percent }
    : { Type: 'INSTANCE_COUNT' as const, Value: size.instances }
