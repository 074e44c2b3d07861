/** What is named by what it says, and so is either there or not: buckets, archives, models, the configuration. */

import type { CreateModelCommandInput, DescribeModelOutput } from '@aws-sdk/client-sagemaker'
import { addressOf, type Live, variantsOf } from '../aws/live.ts'
import type { Action } from './action.ts'
import type { Desired } from './desired.ts'
import { type Change, diff, pick } from './diff.ts'

export type Stored = Extract<Action, { what: 'bucket' | 'archive' }>

export const archiveActions = (
  { archives }: Pick<Desired, 'archives'>,
  live: Pick<Live, 'buckets' | 'objects'>,
  region: string,
): Stored[] => {
  const buckets = [...new Set(archives.map(({ bucket }) => bucket))].map(
    (bucket): Stored => ({
      what: 'bucket',
      kind: live.buckets.includes(bucket) ? 'keep' : 'create',
      name: bucket,
      // "us-east-1" is the one that must not be named (S3 API reference, CreateBucket).
      request: {
        Bucket: bucket,
        ...(region !== 'us-east-1' && {
          CreateBucketConfiguration: { LocationConstraint: region as never },
        }),
      },
      changes: [],
    }),
  )
  return [
    ...buckets,
    ...archives.map(
      (archive): Stored => ({
        what: 'archive',
        kind: live.objects.includes(addressOf(archive)) ? 'keep' : 'create',
        name: addressOf(archive),
        request: archive,
        changes: [],
        note: `${archive.bytes} bytes from ${archive.folder}`,
      }),
    ),
  ]
}

/** AWS fills in what a request leaves out, so only what the request says is compared, and what it could have said. */
const MODEL_FIELDS = ['ExecutionRoleArn', 'VpcConfig', 'EnableNetworkIsolation']
const CONTAINER_FIELDS = [
  'Image',
  'ModelDataUrl',
  'ModelPackageName',
  'Environment',
  'ContainerMetricsConfig',
]
const CONFIG_FIELDS = [
  'ProductionVariants',
  'ShadowProductionVariants',
  'DataCaptureConfig',
  'AsyncInferenceConfig',
  'KmsKeyId',
  'MetricsConfig',
]

/** What a request says by saying nothing (API reference, CreateModel and MetricsConfig). */
const DEFAULTS: Record<string, unknown> = {
  EnableNetworkIsolation: false,
  'MetricsConfig.EnableDetailedObservability': true,
  'MetricsConfig.EnableEnhancedMetrics': false,
  'MetricsConfig.MetricPublishFrequencyInSeconds': 60,
}

const differs = ({ path, from = DEFAULTS[path], to = DEFAULTS[path] }: Change): boolean => from !== to

const modelChanges = (from: DescribeModelOutput | undefined, to: CreateModelCommandInput): Change[] => {
  if (from === undefined) return []
  const container = new Set([...CONTAINER_FIELDS, ...Object.keys(to.PrimaryContainer ?? {})])
  const { ModelName: _, Tags, PrimaryContainer, ...said } = to
  const model = new Set([...MODEL_FIELDS, ...Object.keys(said)])
  return [
    ...diff(pick(from.PrimaryContainer, container), pick(PrimaryContainer, container)),
    ...diff(pick(from, model), pick(said, model)).filter(differs),
  ]
}

/** The live model that the new one takes the place of: the one which the same variant has now. */
const replacedModel = (name: string, desired: Desired, live: Live): DescribeModelOutput | undefined => {
  const variant = variantsOf(desired.config).find(({ ModelName }) => ModelName === name)?.VariantName
  const now = live.config && variantsOf(live.config).find(({ VariantName }) => VariantName === variant)
  return now?.ModelName === undefined || now.ModelName === name ? undefined : live.models[now.ModelName]
}

export const modelActions = (desired: Desired, live: Live): Action[] =>
  desired.models.map((request): Action => {
    const name = request.ModelName as string
    const there = name in live.models
    return {
      what: 'model',
      kind: there ? 'keep' : 'create',
      name,
      request,
      changes: modelChanges(replacedModel(name, desired, live), request),
    }
  })

export const configAction = ({ config }: Desired, live: Live): Action => {
  const name = config.EndpointConfigName as string
  const runs = live.config?.EndpointConfigName === name
  const { EndpointConfigName: _, Tags, ...said } = config
  const fields = new Set([...CONFIG_FIELDS, ...Object.keys(said)])
  return {
    what: 'configuration',
    kind: live.configs.includes(name) ? 'keep' : 'create',
    name,
    request: config,
    changes:
      live.config === undefined || runs
        ? []
        : diff(pick(live.config, fields), pick(said, fields)).filter(differs),
  }
}
