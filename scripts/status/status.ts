/** An endpoint as it is: what runs, with how much traffic, and how well. */

import type {
  DescribeEndpointOutput,
  DescribeModelOutput,
  ProductionVariantSummary,
} from '@aws-sdk/client-sagemaker'
import { type Clients, timeOf } from '../aws/clients.ts'
import {
  describeConfig,
  describeEndpoint,
  describeModel,
  readScaling,
  readTags,
  variantsOf,
} from '../aws/live.ts'
import { HISTORY_TAG, VERIFIED_TAG } from '../plan/desired.ts'
import { parseHistory } from '../plan/history.ts'
import { scalableResource } from '../plan/names.ts'
import { readTraffic, type Traffic } from './metrics.ts'

export type VariantStatus = {
  name: string
  shadow: boolean
  weight: number
  /** Of the traffic, from 0 to 1; of a shadow, the part of it that is copied. */
  share: number
  /** Undefined for a serverless variant. */
  instances?: {
    current: number
    desired: number
    /** One, or the pools with a slash between. */
    type?: string
    pools?: { type: string; count: number }[]
    min?: number
    max?: number
  }
  serverless?: { memoryMb: number; maxConcurrency: number }
  /** `sha256:…` of what runs. */
  image?: string
  /** The archive's hash where we named it, else its address, else the model's name. */
  model: string
  /** What SageMaker is doing to it. */
  activity?: string
  traffic?: Traffic
}

export type Status = {
  endpoint: string
  arn: string
  status: string
  failureReason?: string
  configuration?: string
  /** The configuration on its way, and how far it has come. */
  pending?: {
    configuration: string
    variants: { name: string; activity?: string; weight?: number; instances?: number }[]
  }
  changedAt?: string
  /** Hashes of the configurations, newest first, and of the one that was verified last. */
  history: string[]
  verified?: string
  variants: VariantStatus[]
  asynchronous?: boolean
}

const modelName = (model: DescribeModelOutput | undefined, name: string): string => {
  const container = model?.PrimaryContainer
  const address =
    container?.ModelDataUrl ?? container?.ModelDataSource?.S3DataSource?.S3Uri ?? container?.ModelPackageName
  return address?.match(/\/([0-9a-f]{12})\/model\.tar\.gz$/)?.[1] ?? address ?? name
}

const activityOf = ({
  VariantStatus,
}: Pick<ProductionVariantSummary, 'VariantStatus'>): { activity?: string } => {
  const text = VariantStatus?.map(({ Status }) => Status).join(', ')
  return text ? { activity: text } : {}
}

const machinesOf = (type: string | undefined, pools: ProductionVariantSummary['InstancePools']) => {
  if (pools === undefined) return type === undefined ? {} : { type }
  const counts = pools.map(({ InstanceType, CurrentInstanceCount = 0 }) => ({
    type: InstanceType as string,
    count: CurrentInstanceCount,
  }))
  return { type: counts.map((pool) => pool.type).join('/'), pools: counts }
}

/** What runs, from what SageMaker says of the endpoint, its configuration and its models. */
export const statusOf = async (clients: Clients, live: DescribeEndpointOutput): Promise<Status> => {
  const name = live.EndpointName as string
  const [config, tags, scaling] = await Promise.all([
    live.EndpointConfigName === undefined ? undefined : describeConfig(clients, live.EndpointConfigName),
    readTags(clients, live.EndpointArn as string),
    readScaling(clients, name, live.ProductionVariants ?? []),
  ])
  const configured = new Map(
    config === undefined ? [] : variantsOf(config).map((variant) => [variant.VariantName, variant]),
  )
  const models = new Map(
    await Promise.all(
      [...new Set([...configured.values()].map(({ ModelName }) => ModelName as string))].map(
        async (model) => [model, await describeModel(clients, model)] as const,
      ),
    ),
  )
  const production = live.ProductionVariants ?? []
  const total = production.reduce((sum, { CurrentWeight = 0 }) => sum + CurrentWeight, 0)
  const describe = (variant: ProductionVariantSummary, shadow: boolean): VariantStatus => {
    const known = configured.get(variant.VariantName)
    const weight = variant.CurrentWeight ?? 0
    const target = scaling.targets.find(
      ({ ResourceId }) => ResourceId === scalableResource(name, variant.VariantName as string),
    )
    const serverless = variant.CurrentServerlessConfig
    const image = variant.DeployedImages?.[0]?.ResolvedImage?.split('@')[1]
    return {
      name: variant.VariantName as string,
      shadow,
      weight,
      share: total === 0 ? 0 : weight / total,
      ...(serverless === undefined
        ? {
            instances: {
              current: variant.CurrentInstanceCount ?? 0,
              desired: variant.DesiredInstanceCount ?? variant.CurrentInstanceCount ?? 0,
              ...machinesOf(known?.InstanceType, variant.InstancePools),
              ...(target?.MinCapacity !== undefined && { min: target.MinCapacity }),
              ...(target?.MaxCapacity !== undefined && { max: target.MaxCapacity }),
            },
          }
        : {
            serverless: {
              memoryMb: serverless.MemorySizeInMB ?? 0,
              maxConcurrency: serverless.MaxConcurrency ?? 0,
            },
          }),
      ...(image !== undefined && { image }),
      model: modelName(models.get(known?.ModelName ?? ''), known?.ModelName ?? ''),
      ...activityOf(variant),
    }
  }
  const pending = live.PendingDeploymentSummary
  return {
    endpoint: name,
    arn: live.EndpointArn as string,
    status: live.EndpointStatus as string,
    ...(live.FailureReason !== undefined && { failureReason: live.FailureReason }),
    ...(live.EndpointConfigName !== undefined && { configuration: live.EndpointConfigName }),
    ...(pending !== undefined && {
      pending: {
        configuration: pending.EndpointConfigName as string,
        variants: [...(pending.ProductionVariants ?? []), ...(pending.ShadowProductionVariants ?? [])].map(
          (variant) => ({
            name: variant.VariantName as string,
            ...activityOf(variant),
            ...(variant.CurrentWeight !== undefined && { weight: variant.CurrentWeight }),
            ...(variant.CurrentInstanceCount !== undefined && { instances: variant.CurrentInstanceCount }),
          }),
        ),
      },
    }),
    ...(live.LastModifiedTime !== undefined && { changedAt: live.LastModifiedTime.toISOString() }),
    ...(live.AsyncInferenceConfig !== undefined && { asynchronous: true }),
    history: parseHistory(tags[HISTORY_TAG]),
    ...(tags[VERIFIED_TAG] !== undefined && { verified: tags[VERIFIED_TAG] }),
    variants: [
      ...production.map((variant) => describe(variant, false)),
      ...(live.ShadowProductionVariants ?? []).map((variant) => describe(variant, true)),
    ],
  }
}

/** With the traffic of the last minutes. Undefined if there is no endpoint. */
export const readStatus = async (clients: Clients, endpoint: string): Promise<Status | undefined> => {
  const live = await describeEndpoint(clients, endpoint)
  if (live === undefined) return undefined
  const status = await statusOf(clients, live)
  const names = status.variants.map(({ name }) => name)
  const traffic = await readTraffic(clients, endpoint, names, timeOf(clients))
  return {
    ...status,
    variants: status.variants.map((variant, at) => ({
      ...variant,
      ...(traffic[at] && { traffic: traffic[at] }),
    })),
  }
}
