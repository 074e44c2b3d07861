/** What must be sent so that what is wanted becomes what is there, in the order in which it is sent. Pure. */

import type {
  DeregisterScalableTargetCommandInput,
  PutScalingPolicyCommandInput,
  RegisterScalableTargetCommandInput,
} from '@aws-sdk/client-application-auto-scaling'
import type { DeleteAlarmsCommandInput, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import type { CreateBucketCommandInput } from '@aws-sdk/client-s3'
import type {
  AddTagsCommandInput,
  CreateEndpointCommandInput,
  CreateEndpointConfigCommandInput,
  CreateModelCommandInput,
  DescribeEndpointConfigOutput,
  DescribeEndpointOutput,
  DescribeModelOutput,
  ProductionVariant,
  UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker'
import { addressOf, type Live, scalableResource, variantsOf } from '../aws/live.ts'
import { type Archive, type Desired, HISTORY_TAG, VERIFIED_TAG } from './desired.ts'
import { type Change, diff } from './diff.ts'
import { configHash, extendHistory, parseHistory } from './history.ts'

export type Scaling = { target: RegisterScalableTargetCommandInput; policy: PutScalingPolicyCommandInput }

type Step<What, Kind, Request> = {
  what: What
  kind: Kind
  name: string
  request: Request
  /** Against what is live, where there is something to compare with. */
  changes: Change[]
  /** What the request cannot say. */
  note?: string
}

export type Action =
  | Step<'bucket', 'create' | 'keep', CreateBucketCommandInput>
  | Step<'archive', 'create' | 'keep', Archive>
  | Step<'model', 'create' | 'keep', CreateModelCommandInput>
  | Step<'configuration', 'create' | 'keep', CreateEndpointConfigCommandInput>
  | Step<'tags', 'update', Pick<AddTagsCommandInput, 'Tags'>>
  | Step<'alarm', 'create', PutMetricAlarmCommandInput>
  | Step<'alarm', 'delete', DeleteAlarmsCommandInput>
  | Step<'endpoint', 'create' | 'replace', CreateEndpointCommandInput>
  | Step<'endpoint', 'update', UpdateEndpointCommandInput>
  | Step<'endpoint', 'keep', undefined>
  | Step<'autoscaling', 'create' | 'update' | 'keep', Scaling>
  | Step<'autoscaling', 'delete', DeregisterScalableTargetCommandInput>

export type Plan = {
  endpoint: string
  /** In the order in which they are carried out. */
  actions: Action[]
  warnings: string[]
  /** Why nothing of this can be done, and what can be. */
  blocked?: { message: string; fix: string }
}

/** What AWS is busy with; only waiting helps. */
const BUSY = new Set(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting'])

export const isBusy = (endpoint: Pick<DescribeEndpointOutput, 'EndpointStatus'> | undefined): boolean =>
  endpoint?.EndpointStatus !== undefined && BUSY.has(endpoint.EndpointStatus)

const archiveActions = ({ archives }: Desired, live: Live, region: string): Action[] => {
  const buckets = [...new Set(archives.map(({ bucket }) => bucket))].map(
    (bucket): Action => ({
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
      (archive): Action => ({
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

const pick = (value: object | undefined, keys: Iterable<string>): Record<string, unknown> | undefined =>
  value === undefined
    ? undefined
    : Object.fromEntries([...keys].map((key) => [key, (value as Record<string, unknown>)[key]]))

/** AWS fills in what a request leaves out, so only what the request says is compared, and what it could have said. */
const MODEL_FIELDS = ['ExecutionRoleArn', 'VpcConfig', 'EnableNetworkIsolation']
const CONTAINER_FIELDS = ['Image', 'ModelDataUrl', 'Environment']
const CONFIG_FIELDS = [
  'ProductionVariants',
  'ShadowProductionVariants',
  'DataCaptureConfig',
  'AsyncInferenceConfig',
  'KmsKeyId',
]

const modelChanges = (from: DescribeModelOutput | undefined, to: CreateModelCommandInput): Change[] => {
  if (from === undefined) return []
  const container = new Set([...CONTAINER_FIELDS, ...Object.keys(to.PrimaryContainer ?? {})])
  return [
    ...diff(pick(from.PrimaryContainer, container), pick(to.PrimaryContainer, container)),
    ...diff(pick(from, MODEL_FIELDS), pick(to, MODEL_FIELDS)).filter(
      ({ path, from: was, to: is }) => path !== 'EnableNetworkIsolation' || (was ?? false) !== (is ?? false),
    ),
  ]
}

/** The live model that the new one takes the place of: the one which the same variant has now. */
const replacedModel = (name: string, desired: Desired, live: Live): DescribeModelOutput | undefined => {
  const variant = variantsOf(desired.config).find(({ ModelName }) => ModelName === name)?.VariantName
  const now = live.config && variantsOf(live.config).find(({ VariantName }) => VariantName === variant)
  return now?.ModelName === undefined || now.ModelName === name ? undefined : live.models[now.ModelName]
}

const modelActions = (desired: Desired, live: Live): Action[] =>
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

const configAction = ({ config }: Desired, live: Live): Action => {
  const name = config.EndpointConfigName as string
  const runs = live.config?.EndpointConfigName === name
  return {
    what: 'configuration',
    kind: live.configs.includes(name) ? 'keep' : 'create',
    name,
    request: config,
    changes:
      live.config === undefined || runs
        ? []
        : diff(pick(live.config, CONFIG_FIELDS), pick(config, CONFIG_FIELDS)),
  }
}

type Variants = ReadonlyMap<string, ProductionVariant>

const byName = (
  config: DescribeEndpointConfigOutput | CreateEndpointConfigCommandInput | undefined,
): Variants =>
  new Map(
    config === undefined ? [] : variantsOf(config).map((variant) => [variant.VariantName as string, variant]),
  )

const sameNames = (a: Variants, b: Variants): boolean =>
  a.size === b.size && [...a.keys()].every((name) => b.has(name))

const list = (names: Iterable<string>): string => [...names].join(', ') || 'none'

/** The update that AWS accepts in place of the one wanted, and what is lost by it. */
export const legalUpdate = (
  wanted: UpdateEndpointCommandInput,
  now: DescribeEndpointConfigOutput | undefined,
  next: DescribeEndpointConfigOutput | CreateEndpointConfigCommandInput,
): { request: UpdateEndpointCommandInput; guarded: boolean; warnings: string[] } => {
  const from = byName(now)
  const to = byName(next)
  if (sameNames(from, to)) {
    return {
      request: wanted,
      guarded: wanted.DeploymentConfig?.AutoRollbackConfiguration !== undefined,
      warnings: [],
    }
  }
  const { DeploymentConfig: dropped, ExcludeRetainedVariantProperties: _, ...rest } = wanted
  const warnings = [
    `the variants change (${list(from.keys())} → ${list(to.keys())}), so counts and weights are set to what the file says`,
  ]
  if (dropped !== undefined) {
    // SageMaker developer guide, deployment guardrails exclusions.
    warnings.push(
      'the update is all at once and without rollback by alarms: SageMaker guards an update only if the variants keep their names',
    )
  }
  return { request: { ...rest, RetainAllVariantProperties: false }, guarded: false, warnings }
}

/** Registered variants that must be taken off autoscaling first: their instance type changes, or they go. */
export const mustDeregister = (
  live: Pick<Live, 'endpoint' | 'config' | 'scaling'>,
  next: CreateEndpointConfigCommandInput | DescribeEndpointConfigOutput,
): string[] => {
  const endpoint = live.endpoint?.EndpointName as string
  const to = byName(next)
  const registered = new Set(live.scaling.targets.map(({ ResourceId }) => ResourceId))
  return [...byName(live.config)].flatMap(([name, { InstanceType }]) => {
    const stays = to.get(name)?.InstanceType === InstanceType && to.has(name)
    return !stays && registered.has(scalableResource(endpoint, name))
      ? [scalableResource(endpoint, name)]
      : []
  })
}

const deregister = (live: Live, resource: string, note: string): Action[] =>
  live.scaling.targets
    .filter(({ ResourceId }) => ResourceId === resource)
    .map(({ ScalableDimension }) => ({
      what: 'autoscaling',
      kind: 'delete',
      name: resource,
      request: { ServiceNamespace: 'sagemaker', ResourceId: resource, ScalableDimension },
      changes: [],
      note,
    }))

const TARGET_FIELDS = ['MinCapacity', 'MaxCapacity'] as const
const POLICY_FIELDS = ['PolicyType', 'TargetTrackingScalingPolicyConfiguration'] as const

/** Only what the request says: AWS fills in the rest. */
const saidDiffers = (from: object | undefined, to: object, fields: readonly string[]): Change[] =>
  diff(pick(from, fields), pick(to, fields)).filter(({ to: said }) => said !== undefined)

const scalingActions = (desired: Desired, live: Live, removed: ReadonlySet<string>): Action[] => {
  const wanted = desired.scaling.map((request): Action => {
    const name = request.target.ResourceId as string
    const gone = removed.has(name)
    const target = gone ? undefined : live.scaling.targets.find(({ ResourceId }) => ResourceId === name)
    const policy =
      target &&
      live.scaling.policies.find(
        ({ ResourceId, PolicyName }) => ResourceId === name && PolicyName === request.policy.PolicyName,
      )
    const changes =
      target === undefined
        ? []
        : [
            ...saidDiffers(target, request.target, TARGET_FIELDS),
            ...saidDiffers(policy, request.policy, POLICY_FIELDS),
          ]
    const kind =
      target === undefined ? 'create' : changes.length > 0 || policy === undefined ? 'update' : 'keep'
    return { what: 'autoscaling', kind, name, request, changes }
  })
  const named = new Set(desired.scaling.map(({ target }) => target.ResourceId))
  const unwanted = live.scaling.targets.flatMap(({ ResourceId: name = '' }) =>
    named.has(name) || removed.has(name) ? [] : deregister(live, name, 'the file does not ask for it'),
  )
  return [...wanted, ...unwanted]
}

const toTags = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const tagAction = (live: Live, wanted: Record<string, string>, note: string): Action[] => {
  const changed = Object.entries(wanted).filter(([key, value]) => live.tags[key] !== value)
  if (changed.length === 0) return []
  const tags = Object.fromEntries(changed)
  return [
    {
      what: 'tags',
      kind: 'update',
      name: Object.keys(tags).join(', '),
      request: { Tags: toTags(tags) },
      changes: diff(pick(live.tags, Object.keys(tags)), tags),
      note,
    },
  ]
}

/** Tags that the file asks for; ours have values which change with each deployment. */
const fileTags = ({ create }: Desired): Record<string, string> =>
  Object.fromEntries(
    (create.Tags ?? []).flatMap(({ Key = '', Value = '' }) =>
      Key === HISTORY_TAG || Key === VERIFIED_TAG ? [] : [[Key, Value]],
    ),
  )

const dropAlarms = (names: string[], note: string): Action[] =>
  names.length === 0
    ? []
    : [
        {
          what: 'alarm',
          kind: 'delete',
          name: names.join(', '),
          request: { AlarmNames: names },
          changes: [],
          note,
        },
      ]

const isServerless = (config: DescribeEndpointConfigOutput | CreateEndpointConfigCommandInput): boolean =>
  config.ProductionVariants?.some(({ ServerlessConfig }) => ServerlessConfig !== undefined) === true

const blockedBy = (desired: Desired, live: Live, recreate: boolean): Plan['blocked'] => {
  if (recreate) return undefined
  const fix =
    'run deploy --recreate, which deletes the endpoint and creates it anew: it does not answer meanwhile'
  if (live.endpoint?.EndpointStatus === 'Failed') {
    return {
      message: `the endpoint ${desired.endpoint} has failed, and AWS lets a failed endpoint only be deleted (${live.endpoint.FailureReason ?? 'no reason is given'})`,
      fix,
    }
  }
  if (live.config !== undefined && !isServerless(live.config) && isServerless(desired.config)) {
    return { message: 'SageMaker cannot turn an endpoint with instances into a serverless one', fix }
  }
  return undefined
}

export type PlanOptions = {
  region: string
  /** Deletes an endpoint that cannot be updated, and creates it anew. */
  recreate?: boolean
}

/** Compares. @param live read when the endpoint was not busy, or the plan says that it will change */
export const plan = (desired: Desired, live: Live, { region, recreate = false }: PlanOptions): Plan => {
  const { endpoint } = desired
  const configName = desired.config.EndpointConfigName as string
  const hash = configHash(endpoint, configName) ?? configName
  const blocked = blockedBy(desired, live, recreate)
  const warnings: string[] = []
  const base = [
    ...archiveActions(desired, live, region),
    ...modelActions(desired, live),
    configAction(desired, live),
  ]
  const owned = fileTags(desired)
  const verified = { [VERIFIED_TAG]: hash }
  const stale = live.alarms.map(({ AlarmName }) => AlarmName as string)

  if (isBusy(live.endpoint)) {
    warnings.push(
      `the endpoint is ${live.endpoint?.EndpointStatus}: deploy waits until that is over and plans again; what follows may change`,
    )
  }
  const fresh = live.endpoint === undefined || live.endpoint.EndpointStatus === 'Deleting'
  const replaced =
    !fresh &&
    (live.endpoint?.EndpointStatus === 'Failed' ||
      (recreate && blockedBy(desired, live, false) !== undefined))

  if (fresh || replaced) {
    const tags = {
      ...owned,
      [HISTORY_TAG]: replaced ? extendHistory(parseHistory(live.tags[HISTORY_TAG]), undefined, hash) : hash,
    }
    const removed = new Set(live.scaling.targets.map(({ ResourceId = '' }) => ResourceId))
    const actions: Action[] = [
      ...base,
      ...[...removed].flatMap((name) => deregister(live, name, 'its endpoint is gone')),
      ...dropAlarms(stale, 'left behind'),
      {
        what: 'endpoint',
        kind: replaced ? 'replace' : 'create',
        name: endpoint,
        request: { ...desired.create, Tags: toTags(tags) },
        changes: [],
      },
      ...tagAction({ ...live, tags: {} }, verified, 'when the tests have passed'),
      ...scalingActions(desired, live, removed),
    ]
    return { endpoint, actions, warnings, ...(blocked !== undefined && { blocked }) }
  }

  if (live.endpoint?.EndpointConfigName === configName) {
    const actions: Action[] = [
      ...base,
      ...dropAlarms(stale, 'left behind'),
      ...tagAction(live, owned, 'as the file says'),
      { what: 'endpoint', kind: 'keep', name: endpoint, request: undefined, changes: [] },
      ...tagAction(live, verified, 'when the tests have passed'),
      ...scalingActions(desired, live, new Set()),
    ]
    return { endpoint, actions, warnings, ...(blocked !== undefined && { blocked }) }
  }

  const liveHash = configHash(endpoint, live.endpoint?.EndpointConfigName)
  if (liveHash === undefined) {
    warnings.push(
      `the endpoint runs ${live.endpoint?.EndpointConfigName}, which was not made here: rollback will not know of it`,
    )
  }
  if (live.endpoint?.EndpointStatus === 'UpdateRollbackFailed') {
    warnings.push(
      'an earlier update and its rollback have both failed: the endpoint runs a mix of two configurations',
    )
  }
  const { request, guarded, warnings: lost } = legalUpdate(desired.update, live.config, desired.config)
  warnings.push(...lost)
  const removed = new Set(mustDeregister(live, desired.config))
  if (removed.size > 0) {
    warnings.push(
      `autoscaling of ${list(removed)} is taken off before the update and put back after it: SageMaker changes no instance type and removes no variant that is registered`,
    )
  }
  const alarms = guarded ? desired.alarms : []
  const actions: Action[] = [
    ...base,
    ...dropAlarms(stale, 'left behind'),
    ...alarms.map(
      (alarm): Action => ({
        what: 'alarm',
        kind: 'create',
        name: alarm.AlarmName as string,
        request: alarm,
        changes: [],
        note: 'while the update runs',
      }),
    ),
    ...[...removed].flatMap((name) => deregister(live, name, 'for the update')),
    ...tagAction(
      live,
      { ...owned, [HISTORY_TAG]: extendHistory(parseHistory(live.tags[HISTORY_TAG]), liveHash, hash) },
      'before the update',
    ),
    {
      what: 'endpoint',
      kind: 'update',
      name: endpoint,
      request,
      changes: [{ path: 'EndpointConfigName', from: live.endpoint?.EndpointConfigName, to: configName }],
    },
    ...tagAction(live, verified, 'when the tests have passed'),
    ...scalingActions(desired, live, removed),
    ...dropAlarms(
      alarms.map(({ AlarmName }) => AlarmName as string),
      'when the update is over',
    ),
  ]
  return { endpoint, actions, warnings, ...(blocked !== undefined && { blocked }) }
}

/** Whether `deploy` would send nothing. */
export const isNothing = ({ actions }: Plan): boolean => actions.every(({ kind }) => kind === 'keep')
