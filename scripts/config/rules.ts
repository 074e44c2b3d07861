/**
 * Rules that concern several keys at once: what SageMaker would refuse after minutes, or silently do otherwise. Sources: SageMaker
 * API reference; developer guide, "deployment guardrails exclusions", "serverless endpoints", "automatic scaling".
 */

import { MAX_ENDPOINT_NAME } from '../plan/names.ts'
import { alarmWindowSeconds, mostInstances, waitsSeconds } from './complete.ts'
import { computeRules, typesOf } from './compute-rules.ts'
import type { Deployment, FleetSize, ImageSource } from './deployment.ts'
import { type Finding, fleetsOf, found, type Given, type Path, type Rule } from './given.ts'
import { hasGpu, hasInferentia1, platformOf } from './instance-types.ts'
import { mediaTypeOf } from './media-types.ts'
import { members } from './member-rules.ts'
import { ECR_IMAGE, type Settings } from './schema.ts'
import { namedVariants } from './sticky.ts'
import { formatDuration } from './units.ts'

/** What is a mistake, and what is allowed but hardly meant. */
export const checkRules = (
  deployment: Deployment,
  settings: Settings,
): { mistakes: Finding[]; warnings: Finding[] } => {
  const given: Given = { deployment, settings, fleets: fleetsOf(deployment, settings) }
  return { mistakes: distinct(MISTAKES, given), warnings: distinct(WARNINGS, given) }
}

/** Variants that share the keys of the file share its mistakes. */
export const distinct = <Looked>(rules: Record<string, Rule<Looked>>, given: Looked): Finding[] => [
  ...new Map(
    Object.values(rules)
      .flatMap((rule) => rule(given))
      .map((finding) => [JSON.stringify(finding), finding]),
  ).values(),
]

const seconds = formatDuration

/** Rules of both targets look at what both have. */
type Looked = {
  deployment: Pick<Deployment, 'endpoint' | 'env' | 'tags'>
  settings: Settings
  fleets: { image?: ImageSource | undefined; at: (key: 'image', ...below: string[]) => Path }[]
}

export const names: Rule<Looked> = ({ deployment: { endpoint } }) =>
  found(
    endpoint.length > MAX_ENDPOINT_NAME,
    ['name'],
    `the endpoint would be called ${endpoint}, of ${endpoint.length} characters; at most ${MAX_ENDPOINT_NAME} leave room for the hash in 63; shorten the name or the environment's`,
  )

const account: Rule = ({ deployment: { account: guard, role } }) => {
  const owner = role.split(':')[4]
  return found(
    guard !== undefined && owner !== guard,
    ['role'],
    `the role is in account ${owner}, but account says ${guard}; SageMaker takes roles of the endpoint's account only`,
  )
}

const images: Rule = ({ deployment: { region }, fleets }) =>
  fleets.flatMap(({ label, image, compute, at }) => {
    if (image === undefined) return []
    if ('uri' in image) {
      const [, , imageRegion] = ECR_IMAGE.exec(image.uri) ?? []
      return found(
        region !== undefined && imageRegion !== region,
        at('image'),
        `the image is in ${imageRegion}, but region says ${region}; SageMaker takes images of the endpoint's Region only: push it there`,
      )
    }
    const needed = compute.kind === 'serverless' ? 'linux/amd64' : platformOf(compute.type)
    const what = compute.kind === 'serverless' ? 'serverless' : compute.type
    return found(
      image.platform !== needed,
      at('image', 'platform'),
      `${label} runs on ${what}, which needs ${needed}; leave platform out, or choose another type`,
    )
  })

/** Amazon ECR API reference, CreateRepository. A repository that the file does not name is called as the endpoint is. */
export const repositories: Rule<Looked> = ({ deployment: { endpoint }, fleets }) =>
  fleets.flatMap(({ image, at }) => {
    if (image === undefined || !('repository' in image)) return []
    const { repository } = image
    const isName = endpoint.split('-')[0] === repository
    return found(
      repository.length < 2 || repository.length > 256,
      isName ? ['name'] : at('image', 'repository'),
      `the image's repository would be called "${repository}", and Amazon ECR takes names of 2 to 256 characters; choose another name${isName ? ', or name the repository: image: {repository: …}' : ''}`,
    )
  })

/** One repository's newest image is of one platform only. */
const platforms: Rule = ({ fleets }) => {
  const seen = new Map<string, string>()
  return fleets.flatMap(({ image, label, at }) => {
    if (image === undefined || 'uri' in image) return []
    const first = seen.get(image.repository) ?? image.platform
    seen.set(image.repository, first)
    return found(
      first !== image.platform,
      at('image'),
      `${label} needs ${image.repository} for ${image.platform}, and another variant for ${first}; give one of them an image with a repository of its own`,
    )
  })
}

const KIB = 1024

export const environmentVariables: Rule<Looked> = ({ deployment: { env } }) => {
  const entries = Object.entries(env)
  const bytes = Buffer.byteLength(entries.flat().join(''))
  return [
    ...found(entries.length > 100, ['env'], `there are ${entries.length} variables; at most 100 are taken`),
    ...found(bytes > 32 * KIB, ['env'], `all variables have ${bytes} bytes; at most ${32 * KIB} are taken`),
    ...entries.flatMap(([key, value]) =>
      found(
        Buffer.byteLength(value) > KIB || Buffer.byteLength(key) > KIB,
        ['env', key],
        `a name and a value have at most ${KIB} bytes each; put long values into a file of the model or the image`,
      ),
    ),
  ]
}

/** Fifty are taken, and three of them are ours. */
const MAX_TAGS = 47

const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

export const tags: Rule<Looked> = ({ deployment }) => {
  const entries = Object.entries(deployment.tags)
  return [
    ...found(
      entries.length > MAX_TAGS,
      ['tags'],
      `there are ${entries.length} tags; at most ${MAX_TAGS} are taken`,
    ),
    ...entries.flatMap(([key, value]) => [
      ...found(
        /^(aws|onnx-serving):/i.test(key),
        ['tags', key],
        'names that begin with "aws:" or "onnx-serving:" are not yours to give; choose another',
      ),
      ...found(
        key.length > 128 || value.length > 256,
        ['tags', key],
        'a name has at most 128 characters, and a value 256; shorten it',
      ),
      ...found(
        !TAG.test(key) || !TAG.test(value),
        ['tags', key],
        'names and values have letters, digits, spaces and _ . : / = + - @ only',
      ),
    ]),
  ]
}

const network: Rule = ({ deployment: { network } }) =>
  found(
    (network.subnets.length === 0) !== (network.securityGroups.length === 0),
    ['network'],
    'subnets and securityGroups go together; give both or none',
  )

const variants: Rule = ({ deployment: { variants, shadow } }) => [
  ...variants.flatMap(({ name }, i) =>
    found(
      variants.findIndex((other) => other.name === name) < i || name === shadow?.name,
      ['variants', i, 'name'],
      `${name} is taken; each variant, and the shadow, needs a name of its own`,
    ),
  ),
  ...found(
    variants.every(({ weight }) => weight === 0),
    ['variants'],
    'all weights are 0, so that no variant would get traffic; give one of them a weight',
  ),
]

const shadows: Rule = ({ deployment: { variants, shadow } }) =>
  found(
    shadow !== undefined && variants.length > 1,
    ['shadow'],
    `a shadow goes with exactly one variant, and there are ${variants.length}; remove it, or all variants but one`,
  )

const sticky: Rule = ({ deployment }) =>
  (deployment.sticky === undefined ? [] : namedVariants(deployment.sticky)).flatMap(({ path, variant }) =>
    found(
      !deployment.variants.some(({ name }) => name === variant),
      ['sticky', ...path],
      `there is no variant ${variant}; name one of ${deployment.variants.map(({ name }) => name).join(', ')}`,
    ),
  )

const autoscaling: Rule = ({ deployment, fleets }) => {
  const { autoscaling: scaling } = deployment
  if (scaling === undefined) return []
  const { min, max, metric, value } = scaling
  const at = (...below: string[]): Path => ['autoscaling', ...below]
  const metricAt = at('target', 'metric')
  const production = fleets.slice(0, deployment.variants.length)
  const serverless = production.some(({ compute }) => compute.kind === 'serverless')
  const asynchronous = deployment.async !== undefined
  return [
    ...found(min > max, at('min'), `at most max, which is ${max}`),
    ...found(
      min === 0 && !(asynchronous && metric === 'backlog'),
      at('min'),
      'at least 1: only asynchronous endpoints that follow their backlog can have no instance',
    ),
    ...found(
      (metric === 'backlog') !== asynchronous && (metric === 'backlog' || asynchronous),
      metricAt,
      asynchronous
        ? `asynchronous endpoints follow their backlog; say "backlog" instead of "${metric}"`
        : 'only asynchronous endpoints have a backlog; add async, or choose another metric',
    ),
    ...found(
      serverless && metric !== 'provisioned-concurrency',
      metricAt,
      'serverless endpoints scale by "provisioned-concurrency" only',
    ),
    ...found(
      !serverless && metric === 'provisioned-concurrency',
      metricAt,
      'only serverless endpoints have provisioned concurrency; choose "concurrency"',
    ),
    ...found(
      (metric === 'cpu' || metric === 'provisioned-concurrency') && value > 100,
      at('target', 'value'),
      'it is in percent, at most 100',
    ),
    ...production.flatMap(({ compute, at: place }) => {
      if (compute.kind === 'serverless') {
        const { provisioned, maxConcurrency } = compute
        return [
          ...found(
            provisioned === undefined,
            place('compute', 'serverless'),
            'autoscaling needs provisioned, the concurrency to begin with',
          ),
          ...found(max > maxConcurrency, at('max'), `at most maxConcurrency, which is ${maxConcurrency}`),
          ...found(
            provisioned !== undefined && (provisioned < min || provisioned > max),
            place('compute', 'serverless', 'provisioned'),
            `from autoscaling.min to autoscaling.max, ${min} to ${max}`,
          ),
        ]
      }
      return [
        ...found(
          min <= max && (compute.count < min || compute.count > max),
          place('compute', 'instances'),
          `from autoscaling.min to autoscaling.max, ${min} to ${max}, and it is ${compute.count}`,
        ),
        ...found(
          typesOf(compute).some((type) => type.startsWith('ml.t2.')),
          place('compute', compute.pools === undefined ? 'type' : 'pools'),
          'burstable instances cannot be scaled automatically; choose another type',
        ),
      ]
    }),
  ]
}

const SMALLEST_STEP = { canary: 1, linear: 10, rolling: 5 } as const
const LARGEST_STEP = 50

/** What a step is of a fleet. */
const percentOf = (step: FleetSize, instances: number): number =>
  'percent' in step ? step.percent : (100 * step.instances) / instances

const steps: Rule = ({ deployment: { rollout, variants }, settings, fleets }) => {
  const { strategy, step } = rollout
  const at = (key: string): Path => ['rollout', key]
  if (strategy === 'all-at-once') {
    const { step: ownStep, bake } = settings.rollout ?? {}
    const fix = 'all-at-once has no steps; remove it, or choose canary, linear or rolling'
    return [
      ...found(ownStep !== undefined, at('step'), fix),
      ...found(bake !== undefined, at('bake'), `${fix}. keepOldFor is how long alarms watch then`),
    ]
  }
  if (step === undefined) return []
  const smallest = SMALLEST_STEP[strategy]
  return fleets.slice(0, variants.length).flatMap(({ compute, label, at: place }) => {
    if (compute.kind === 'serverless') return []
    if (compute.count < 2) {
      return found(
        true,
        place('compute', 'instances'),
        `${strategy} moves at most half of the instances at once, so that ${label} needs 2 or more`,
      )
    }
    const percent = percentOf(step, compute.count)
    return found(
      percent < smallest || percent > LARGEST_STEP,
      at('step'),
      `${strategy} takes from ${smallest}% to ${LARGEST_STEP}% of the instances, and this is ${Math.round(percent)}% of the ${compute.count} of ${label}`,
    )
  })
}

const rolling: Rule = ({ deployment: { rollout, variants, shadow }, settings, fleets }) =>
  rollout.strategy !== 'rolling'
    ? found(
        settings.rollout?.rollbackStep !== undefined,
        ['rollout', 'rollbackStep'],
        'only rolling goes back in steps, the others by their old fleet; remove it',
      )
    : [
        ...fleets.slice(0, 1).flatMap(({ compute, label }) => {
          const count = compute.kind === 'instances' ? compute.count : 1
          const percent = percentOf(rollout.rollbackStep ?? { percent: 100 }, count)
          return found(
            percent > 100,
            ['rollout', 'rollbackStep'],
            `a rollback takes at most 100% of the instances, and this is ${Math.round(percent)}% of the ${count} of ${label}`,
          )
        }),
        ...found(
          variants.length > 1 || shadow !== undefined,
          ['rollout', 'strategy'],
          'rolling is for endpoints with one variant; choose canary or linear',
        ),
        ...found(
          settings.rollout?.keepOldFor !== undefined,
          ['rollout', 'keepOldFor'],
          'rolling keeps no old fleet; remove it',
        ),
      ]

const waits: Rule = ({ deployment: { rollout, variants }, settings }) => {
  const { strategy, bakeSeconds, keepOldSeconds, timeoutSeconds, rollbackOn } = rollout
  const window = alarmWindowSeconds(rollbackOn)
  const watched = strategy === 'all-at-once' ? keepOldSeconds : bakeSeconds
  const key = strategy === 'all-at-once' ? 'keepOldFor' : 'bake'
  const total = waitsSeconds({ ...rollout, instances: mostInstances(variants) })
  return [
    ...found(
      watched < window,
      ['rollout', key],
      `the alarms of rollbackOn need ${seconds(window)} (their minutes, and 2 more until CloudWatch has the points), and this is ${seconds(watched)}; make it longer, or "for" shorter`,
    ),
    ...found(
      total >= timeoutSeconds,
      settings.rollout?.timeout === undefined ? ['rollout', key] : ['rollout', 'timeout'],
      `the waits of the update add up to ${seconds(total)}, and it is ended after ${seconds(timeoutSeconds)}; shorten bake, or take a larger step or timeout (at most 8h)`,
    ),
  ]
}

const MAX_ALARMS = 10

const targets: Rule = ({ settings }) => [
  ...found(
    settings.lambda !== undefined,
    ['lambda'],
    'is for target: lambda, and this is for sagemaker; add target: lambda, or remove it',
  ),
  ...(settings.rollout?.rollbackOn ?? []).flatMap((rule, i) =>
    found(
      'metric' in rule && rule.metric === 'error-rate',
      ['rollout', 'rollbackOn', i, 'metric'],
      'error-rate is of Lambda; say 5xx-rate',
    ),
  ),
]

const alarms: Rule = ({ deployment: { rollout, variants } }) => {
  const own = rollout.rollbackOn.filter((rule) => 'alarm' in rule).length
  const count = own + (rollout.rollbackOn.length - own) * variants.length
  return found(
    count > MAX_ALARMS,
    ['rollout', 'rollbackOn'],
    `these are ${count} alarms, one for each metric and variant, and SageMaker takes ${MAX_ALARMS}; remove some`,
  )
}

export const smoke: Rule<Looked> = ({ settings }) =>
  (settings.smoke ?? []).flatMap(({ file, contentType }, i) =>
    found(
      contentType === undefined && mediaTypeOf(file) === undefined,
      ['smoke', i, 'file'],
      'its name does not tell the media type; add contentType beside it',
    ),
  )

export const MISTAKES = {
  names,
  account,
  images,
  repositories,
  platforms,
  environmentVariables,
  tags,
  network,
  variants,
  shadows,
  sticky,
  ...computeRules,
  members,
  autoscaling,
  steps,
  rolling,
  waits,
  alarms,
  targets,
  smoke,
} satisfies Record<string, Rule>

export const unguarded: Rule<{
  deployment: { rollout: Pick<Deployment['rollout'], 'strategy' | 'rollbackOn'> }
}> = ({ deployment: { rollout } }) =>
  found(
    rollout.strategy !== 'all-at-once' && rollout.rollbackOn.length === 0,
    ['rollout'],
    'nothing will roll a bad version back; add rollbackOn',
  )

/** These fall back to all at once without a word. */
const inferentia: Rule = ({ deployment: { rollout }, fleets }) =>
  fleets.flatMap(({ compute, at }) =>
    found(
      compute.kind === 'instances' &&
        typesOf(compute).some(hasInferentia1) &&
        (rollout.strategy !== 'all-at-once' || rollout.rollbackOn.length > 0),
      at('compute', 'type'),
      'SageMaker updates Inferentia 1 all at once, and without rollback',
    ),
  )

const gpus: Rule = ({ fleets }) =>
  fleets.flatMap(({ image, compute, at }) =>
    found(
      compute.kind === 'instances' &&
        typesOf(compute).some(hasGpu) &&
        image !== undefined &&
        'dockerfile' in image &&
        /[\\/]Dockerfile$/.test(image.dockerfile),
      at('image'),
      'the instances have a GPU, and Dockerfile makes an image for the CPU; name Dockerfile.gpu',
    ),
  )

export const WARNINGS = { unguarded, inferentia, gpus } satisfies Record<string, Rule>
