/** What is there now. Only reads; "there is none" is undefined or an empty list. */

import {
  paginateDescribeScalableTargets,
  paginateDescribeScalingPolicies,
  type ScalableTarget,
  type ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling'
import {
  ListTagsForResourceCommand,
  type MetricAlarm,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch'
import { HeadBucketCommand } from '@aws-sdk/client-s3'
import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  type DescribeEndpointConfigOutput,
  type DescribeEndpointOutput,
  DescribeModelCommand,
  type DescribeModelOutput,
  paginateListTags,
} from '@aws-sdk/client-sagemaker'
import { CommandError } from '../cli/command.ts'
import { isUploaded } from '../package/upload.ts'
import { type Archive, type Desired, OWNER_TAG } from '../plan/desired.ts'
import { scalableResource } from '../plan/names.ts'
import { isWakeAlarm } from '../plan/wake.ts'
import type { Clients } from './clients.ts'
import { messageOf, orMissing } from './errors.ts'
import { inTens } from './in-tens.ts'

export type Live = {
  endpoint?: DescribeEndpointOutput
  /** The configuration that the endpoint runs. */
  config?: DescribeEndpointConfigOutput
  /** The endpoint's. */
  tags: Record<string, string>
  /** Those of the configuration that runs, and those wanted that are there already. */
  models: Record<string, DescribeModelOutput>
  /** Names of the configurations wanted that are there already. */
  configs: string[]
  scaling: {
    targets: ScalableTarget[]
    policies: ScalingPolicy[]
    /** Ours, which bring up an instance where there is none. */
    alarms: MetricAlarm[]
  }
  /** Ours, of updates. */
  alarms: MetricAlarm[]
  /** Buckets of the archives wanted that are there. */
  buckets: string[]
  /** `s3://` addresses of the archives wanted that are there. */
  objects: string[]
}

export const describeEndpoint = ({ sagemaker }: Clients, name: string) =>
  orMissing<DescribeEndpointOutput>(sagemaker.send(new DescribeEndpointCommand({ EndpointName: name })))

export const describeConfig = ({ sagemaker }: Clients, name: string) =>
  orMissing<DescribeEndpointConfigOutput>(
    sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name })),
  )

export const describeModel = ({ sagemaker }: Clients, name: string) =>
  orMissing<DescribeModelOutput>(sagemaker.send(new DescribeModelCommand({ ModelName: name })))

/** Tags of an endpoint, a configuration or a model. */
export const readTags = async ({ sagemaker }: Clients, arn: string): Promise<Record<string, string>> => {
  const tags: Record<string, string> = {}
  for await (const page of paginateListTags({ client: sagemaker }, { ResourceArn: arn })) {
    for (const { Key = '', Value = '' } of page.Tags ?? []) tags[Key] = Value
  }
  return tags
}

/** Names of all variants of a configuration, a shadow's too. */
export const variantsOf = (
  config: Pick<DescribeEndpointConfigOutput, 'ProductionVariants' | 'ShadowProductionVariants'>,
) => [...(config.ProductionVariants ?? []), ...(config.ShadowProductionVariants ?? [])]

const modelNames = (config: DescribeEndpointConfigOutput | undefined): string[] =>
  config === undefined ? [] : variantsOf(config).flatMap(({ ModelName }) => ModelName ?? [])

export const readModels = async (
  clients: Clients,
  names: Iterable<string>,
): Promise<Record<string, DescribeModelOutput>> => {
  const models = await inTens([...new Set(names)].sort(), (name) => describeModel(clients, name))
  return Object.fromEntries(
    models.flatMap((model) => (model === undefined ? [] : [[model.ModelName, model]])),
  )
}

/** What scales these variants of an endpoint; one call each for targets, and for the policies of each target that is there. */
export const readScaling = async (
  { scaling: client }: Clients,
  endpoint: string,
  variants: Iterable<{ VariantName?: string | undefined }>,
): Promise<Omit<Live['scaling'], 'alarms'>> => {
  const ResourceIds = [
    ...new Set([...variants].map(({ VariantName = '' }) => scalableResource(endpoint, VariantName))),
  ]
  const namespace = { ServiceNamespace: 'sagemaker' as const }
  const targets: ScalableTarget[] = []
  const policies: ScalingPolicy[] = []
  // Without names, they would be all of the account.
  if (ResourceIds.length === 0) return { targets, policies }
  for await (const page of paginateDescribeScalableTargets({ client }, { ...namespace, ResourceIds })) {
    targets.push(...(page.ScalableTargets ?? []))
  }
  for (const ResourceId of new Set(targets.map((target) => target.ResourceId))) {
    for await (const page of paginateDescribeScalingPolicies({ client }, { ...namespace, ResourceId })) {
      policies.push(...(page.ScalingPolicies ?? []))
    }
  }
  return { targets, policies }
}

/** Our alarms of updates, which go with them. */
export const readAlarms = async (
  clients: Clients,
  endpoint: string,
  owner = endpoint,
): Promise<MetricAlarm[]> =>
  (await readAllAlarms(clients, endpoint, owner)).filter(({ AlarmName }) => !isWakeAlarm(AlarmName))

/** Alarms that carry our tag with this endpoint's name, or with another owner of that name. */
export const readAllAlarms = async (
  { cloudwatch: client }: Clients,
  endpoint: string,
  owner = endpoint,
): Promise<MetricAlarm[]> => {
  const found: MetricAlarm[] = []
  for await (const page of paginateDescribeAlarms(
    { client },
    { AlarmNamePrefix: `${endpoint}-`, AlarmTypes: ['MetricAlarm'] },
  )) {
    found.push(...(page.MetricAlarms ?? []))
  }
  const owned = await inTens(found, async ({ AlarmArn: arn }) => {
    const answer = await orMissing(client.send(new ListTagsForResourceCommand({ ResourceARN: arn })))
    return answer?.Tags?.some(({ Key, Value }) => Key === OWNER_TAG && Value === owner) === true
  })
  return found.filter((_, at) => owned[at])
}

export const addressOf = ({ bucket, key }: Pick<Archive, 'bucket' | 'key'>): string => `s3://${bucket}/${key}`

/** Whether the bucket is there, is this account's and is in the endpoint's Region. */
const bucketIsThere = async ({ s3 }: Clients, bucket: string): Promise<boolean> => {
  try {
    // Anyone may make a bucket that is named after this account, and wait for models.
    const [, owner] = bucket.match(/^sagemaker-.+-(\d{12})$/) ?? []
    const request = { Bucket: bucket, ...(owner !== undefined && { ExpectedBucketOwner: owner }) }
    const answer = await orMissing(s3.send(new HeadBucketCommand(request)))
    const region = await s3.config.region()
    if (answer?.BucketRegion !== undefined && answer.BucketRegion !== region) {
      throw new CommandError(`the bucket ${bucket} is in ${answer.BucketRegion}, the endpoint in ${region}`, {
        fix: 'SageMaker loads models from its own Region only: name another bucket in model.bucket',
      })
    }
    return answer !== undefined
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
    if (status === 301 || status === 403) {
      throw new CommandError(
        status === 301
          ? `the bucket ${bucket} is in another Region than the endpoint`
          : `the bucket ${bucket} may not be read (${messageOf(error)}): it is another account's, or s3:ListBucket is missing`,
        { fix: 'name another bucket in model.bucket, or ask for the permission' },
      )
    }
    throw error
  }
}

/** Which of the buckets and archives wanted are there. */
export const readStored = async (
  clients: Clients,
  archives: readonly Archive[],
): Promise<Pick<Live, 'buckets' | 'objects'>> => {
  const wanted = [...new Set(archives.map(({ bucket }) => bucket))]
  const there = await Promise.all(wanted.map((bucket) => bucketIsThere(clients, bucket)))
  const buckets = wanted.filter((_, at) => there[at])
  const objects = await Promise.all(
    archives.map(async (archive) =>
      buckets.includes(archive.bucket) && (await isUploaded(clients.s3, archive)) ? [addressOf(archive)] : [],
    ),
  )
  return { buckets, objects: objects.flat() }
}

/** Reads all that `plan` compares with what is wanted. */
export const readLive = async (
  clients: Clients,
  desired: Pick<Desired, 'endpoint' | 'archives' | 'models' | 'config'>,
): Promise<Live> => {
  const [stored, endpoint, wantedConfig, alarms] = await Promise.all([
    readStored(clients, desired.archives),
    describeEndpoint(clients, desired.endpoint),
    describeConfig(clients, desired.config.EndpointConfigName as string),
    readAllAlarms(clients, desired.endpoint),
  ])
  const [tags, config] = await Promise.all([
    endpoint?.EndpointArn === undefined ? {} : readTags(clients, endpoint.EndpointArn),
    endpoint?.EndpointConfigName === undefined
      ? undefined
      : describeConfig(clients, endpoint.EndpointConfigName),
  ])
  const [models, scaling] = await Promise.all([
    readModels(clients, [
      ...modelNames(config),
      ...desired.models.map(({ ModelName }) => ModelName as string),
    ]),
    readScaling(clients, desired.endpoint, [
      ...variantsOf(desired.config),
      ...(config === undefined ? [] : variantsOf(config)),
      ...(endpoint?.ProductionVariants ?? []),
    ]),
  ])
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(config !== undefined && { config }),
    tags,
    models,
    configs: wantedConfig?.EndpointConfigName === undefined ? [] : [wantedConfig.EndpointConfigName],
    scaling: { ...scaling, alarms: alarms.filter(({ AlarmName }) => isWakeAlarm(AlarmName)) },
    alarms: alarms.filter(({ AlarmName }) => !isWakeAlarm(AlarmName)),
    ...stored,
  }
}
