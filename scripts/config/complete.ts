/** From the keys of one environment to a Deployment: paths made absolute, and every default filled in. */

import { dirname, join, resolve } from 'node:path'
import type {
  Compute,
  Deployment,
  ImageSource,
  ModelSource,
  RollbackRule,
  Rollout,
  SmokeTest,
} from './deployment.ts'
import { DEFAULT_INSTANCE_TYPE, platformOf } from './instance-types.ts'
import { mediaTypeOf } from './media-types.ts'
import type { Settings } from './schema.ts'
import { completeSticky } from './sticky.ts'

/** What has no default. */
export type Complete = Settings & { role: string; model: NonNullable<Settings['model']> }

export type Identity = {
  name: string
  environment?: string
  file: string
  /** Those of the file that `sticky.force` names, if it does. */
  users?: Record<string, string>
}

export const complete = (settings: Complete, { name, environment, file, users }: Identity): Deployment => {
  const folder = dirname(resolve(file))
  const { async: asynchronous, sticky, capture, autoscaling } = settings

  type Own = Pick<Settings, 'model' | 'image' | 'compute'>
  const own = (from: Own) => {
    const compute = completeCompute(from.compute ?? settings.compute, autoscaling?.min ?? 1)
    const model = completeModel(from.model ?? settings.model, folder)
    return {
      model,
      ...(!isPackage(model) && {
        image: completeImage(from.image ?? settings.image, {
          name,
          folder,
          platform: compute.kind === 'instances' ? platformOf(compute.type) : 'linux/amd64',
        }),
      }),
      compute,
    }
  }

  const variants = (settings.variants ?? [{ name: 'primary' }]).map((variant) => ({
    name: variant.name,
    weight: variant.weight ?? 1,
    ...own(variant),
  }))

  return {
    endpoint: environment === undefined ? name : `${name}-${environment}`,
    ...(environment !== undefined && { environment }),
    ...(settings.region !== undefined && { region: settings.region }),
    ...(settings.account !== undefined && { account: settings.account }),
    role: settings.role,
    env: settings.env ?? {},
    network: {
      isolated: settings.network?.isolated ?? false,
      subnets: settings.network?.subnets ?? [],
      securityGroups: settings.network?.securityGroups ?? [],
    },
    tags: settings.tags ?? {},
    variants,
    ...(settings.shadow && {
      shadow: {
        name: settings.shadow.name ?? 'shadow',
        percent: settings.shadow.sample,
        ...own(settings.shadow),
      },
    }),
    ...(asynchronous && {
      async: {
        output: asynchronous.output,
        ...given({
          failure: asynchronous.failure,
          concurrencyPerInstance: asynchronous.concurrencyPerInstance,
          kmsKey: asynchronous.kmsKey,
          successTopic: asynchronous.topics?.success,
          errorTopic: asynchronous.topics?.error,
        }),
      },
    }),
    ...(autoscaling && {
      autoscaling: {
        min: autoscaling.min,
        max: autoscaling.max,
        ...autoscaling.target,
        scaleInSeconds: autoscaling.scaleIn ?? 300,
        scaleOutSeconds: autoscaling.scaleOut ?? 60,
      },
    }),
    ...(capture && {
      capture: {
        percent: capture.percent,
        to: capture.to,
        what: capture.what ?? ['input', 'output'],
        ...given({ asJson: capture.asJson, asCsv: capture.asCsv, kmsKey: capture.kmsKey }),
      },
    }),
    ...given({
      kmsKey: settings.kmsKey,
      observability: completeObservability(settings.observability),
      aws: settings.aws,
    }),
    ...(sticky && { sticky: completeSticky(sticky, users) }),
    rollout: completeRollout(settings, mostInstances(variants)),
    smoke: completeSmoke(settings.smoke, folder),
    keepVersions: settings.keepVersions ?? DEFAULT_KEEP_VERSIONS,
  }
}

export const DEFAULT_KEEP_VERSIONS = 3

export const completeSmoke = (smoke: Settings['smoke'], folder: string): SmokeTest[] =>
  (smoke ?? []).map((test) => ({
    file: resolve(folder, test.file),
    contentType: test.contentType ?? mediaTypeOf(test.file) ?? 'application/octet-stream',
    status: test.status ?? 200,
    expect: (test.expect ?? []).map(({ path, equals }) => ({ path, ...given({ equals }) })),
    ...given({ accept: test.accept, maxMs: test.maxMs }),
  }))

/** Without the keys whose value is undefined. */
export const given = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

export const isPackage = (model: ModelSource): model is { package: string } =>
  typeof model === 'object' && 'package' in model

const completeObservability = (settings: Settings['observability']): Deployment['observability'] =>
  settings && {
    ...given({ detailed: settings.detailed, enhanced: settings.enhanced, everySeconds: settings.every }),
    ...(settings.container && {
      container: {
        path: settings.container.path ?? '/metrics',
        ...given({ everySeconds: settings.container.every }),
      },
    }),
  }

export const completeModel = (model: Complete['model'], folder: string): ModelSource => {
  if (typeof model === 'string') {
    return model.startsWith('s3://') ? { uri: model } : { path: resolve(folder, model) }
  }
  if ('bakedIn' in model) return 'baked-in'
  if ('path' in model) return { path: resolve(folder, model.path), ...given({ bucket: model.bucket }) }
  return model
}

/** @param platform what is needed where the file does not say */
export const completeImage = (
  image: Settings['image'],
  { name, folder, platform }: { name: string; folder: string; platform: 'linux/amd64' | 'linux/arm64' },
): ImageSource => {
  if (typeof image === 'string') return { uri: image }
  const context = resolve(folder, image?.context ?? '.')
  return {
    repository: image?.repository ?? name,
    ...given({ tag: image?.tag }),
    dockerfile:
      image?.dockerfile === undefined ? join(context, 'Dockerfile') : resolve(folder, image.dockerfile),
    context,
    platform: image?.platform ?? platform,
    buildArgs: image?.buildArgs ?? {},
  }
}

const completeCompute = (compute: Settings['compute'], fewest: number): Compute => {
  if (compute?.serverless !== undefined) {
    const { memoryMb, maxConcurrency, provisioned } = compute.serverless
    return { kind: 'serverless', memoryMb, maxConcurrency, ...given({ provisioned }) }
  }
  const { pools, managedScaling, coreDumps } = compute ?? {}
  return {
    kind: 'instances',
    type: compute?.type ?? pools?.[0] ?? DEFAULT_INSTANCE_TYPE,
    count: compute?.instances ?? Math.max(1, managedScaling?.min ?? fewest),
    ...(coreDumps && { coreDumps: { to: coreDumps.to, ...given({ kmsKey: coreDumps.kmsKey }) } }),
    ...(managedScaling && {
      managedScaling: {
        min: managedScaling.min,
        max: managedScaling.max,
        ...given({
          scaleIn: managedScaling.scaleIn,
          step: managedScaling.step,
          cooldownSeconds: managedScaling.cooldown,
        }),
      },
    }),
    ...given({
      pools,
      provisionTimeoutSeconds: compute?.provisionTimeout,
      ami: compute?.ami,
      reservation: compute?.reservation,
      ssmAccess: compute?.ssmAccess,
      volumeGb: compute?.volumeGb,
      routing: compute?.routing,
      startupTimeoutSeconds: compute?.startupTimeout,
      downloadTimeoutSeconds: compute?.downloadTimeout,
    }),
  }
}

/** CloudWatch has a minute's points about two minutes later. */
const METRIC_DELAY_SECONDS = 120

/** How long the alarms need at least to see what they are for; 0 if none of them is ours. */
export const alarmWindowSeconds = (rules: readonly RollbackRule[]): number =>
  Math.max(0, ...rules.map((rule) => ('of' in rule ? rule.of * 60 + METRIC_DELAY_SECONDS : 0)))

/** What must lie between the waits and the timeout: instances take minutes to come. */
const STARTING_SECONDS = 1800

const MAX_TIMEOUT_SECONDS = 28_800

const completeRollout = ({ rollout = {}, autoscaling }: Settings, instances: number): Rollout => {
  const { strategy = 'all-at-once', rollbackOn = [] } = rollout
  const window = alarmWindowSeconds(rollbackOn)
  const guarded = strategy !== 'all-at-once'
  const step = rollout.step ?? (guarded ? { percent: strategy === 'canary' ? 10 : 25 } : undefined)
  const bakeSeconds = rollout.bake ?? (guarded ? Math.max(300, window) : 0)
  const keepOldSeconds =
    rollout.keepOldFor ?? (strategy === 'rolling' ? 0 : strategy === 'all-at-once' ? window : bakeSeconds)
  const waits = waitsSeconds({
    strategy,
    bakeSeconds,
    keepOldSeconds,
    ...(step && { step }),
    instances,
  })
  return {
    strategy,
    ...(step && { step }),
    bakeSeconds,
    keepOldSeconds,
    timeoutSeconds:
      rollout.timeout ?? Math.min(MAX_TIMEOUT_SECONDS, Math.max(3600, waits + STARTING_SECONDS)),
    ...(strategy === 'rolling' && step && { rollbackStep: rollout.rollbackStep ?? step }),
    rollbackOn,
    keepCapacity: rollout.keepCapacity ?? autoscaling !== undefined,
  }
}

export const mostInstances = (variants: readonly { compute: Compute }[]): number =>
  Math.max(...variants.map(({ compute }) => (compute.kind === 'instances' ? compute.count : 1)))

/** All the waits of an update of a fleet of so many instances. */
export const waitsSeconds = ({
  strategy,
  step,
  bakeSeconds,
  keepOldSeconds,
  instances,
}: Pick<Rollout, 'strategy' | 'step' | 'bakeSeconds' | 'keepOldSeconds'> & { instances: number }): number => {
  const share = step === undefined ? 1 : 'percent' in step ? step.percent / 100 : step.instances / instances
  const steps = { 'all-at-once': 0, canary: 1, linear: Math.ceil(1 / share), rolling: Math.ceil(1 / share) }
  return steps[strategy] * bakeSeconds + keepOldSeconds
}
