/** Rules of what a model runs on. Sources: SageMaker API reference, ProductionVariant; developer guide, "serverless endpoints", "instance pools". */

import type { Compute } from './deployment.ts'
import { type Finding, found, type Given, type Path, type Rule } from './given.ts'
import { hasGpu, hasNeuron, platformOf, vcpusOf } from './instance-types.ts'
import type { Settings } from './schema.ts'

/** Each compute with its place. */
const computesOf = ({ settings }: Given): [Path, Settings['compute']][] => [
  [['compute'], settings.compute],
  [['shadow', 'compute'], settings.shadow?.compute],
  ...(settings.variants ?? []).map(({ compute }, i): [Path, Settings['compute']] => [
    ['variants', i, 'compute'],
    compute,
  ]),
]

const computes: Rule = (given) =>
  computesOf(given).flatMap(([path, compute]) => {
    const { serverless, ...instances } = compute ?? {}
    if (serverless === undefined) return []
    const { provisioned, maxConcurrency } = serverless
    return [
      ...Object.keys(instances).flatMap((key) =>
        found(true, [...path, key], 'is for instances, and beside it stands serverless; remove one of them'),
      ),
      ...found(
        provisioned !== undefined && provisioned > maxConcurrency,
        [...path, 'serverless', 'provisioned'],
        `at most maxConcurrency, which is ${maxConcurrency}`,
      ),
    ]
  })

/** The types that a variant may get instances of. */
export const typesOf = ({ type, pools }: Instances): string[] => pools ?? [type]

type Instances = Extract<Compute, { kind: 'instances' }>

/** Each fleet of instances, and where the keys of its compute are written. */
const onInstances =
  (rule: (compute: Instances, at: (...below: string[]) => Path, given: Given) => Finding[]): Rule =>
  (given) =>
    given.fleets.flatMap(({ compute, at }) =>
      compute.kind === 'instances' ? rule(compute, (...below) => at('compute', ...below), given) : [],
    )

const pools: Rule = (given) => [
  ...computesOf(given).flatMap(([path, compute]) =>
    found(
      compute?.pools !== undefined && compute.type !== undefined,
      [...path, 'type'],
      'pools stand in place of type; remove one of them',
    ),
  ),
  ...onInstances((compute, at, { deployment }) => {
    const types = typesOf(compute)
    const [first = ''] = types
    const twice = types.find((type, i) => types.indexOf(type) < i)
    const other = types.find((type) => platformOf(type) !== platformOf(first))
    const cores = types.find((type) => vcpusOf(type) !== vcpusOf(first))
    return [
      ...found(twice !== undefined, at('pools'), `${twice} is there twice; name each type once`),
      ...found(
        other !== undefined,
        at('pools'),
        `${other} needs an image for ${platformOf(other ?? '')}, and ${first} one for ${platformOf(first)}; name types of one platform`,
      ),
      ...found(
        deployment.autoscaling?.metric === 'cpu' && cores !== undefined,
        at('pools'),
        `${cores} has ${vcpusOf(cores ?? '')} cores and ${first} ${vcpusOf(first)}, and cpu is measured over all cores; name types with as many, or scale by another metric`,
      ),
    ]
  })(given),
]

/** API reference, ProductionVariant: each image of the machine is for GPUs or for Neuron devices. */
const amis = onInstances((compute, at) => {
  const { ami } = compute
  if (ami === undefined) return []
  const neuron = ami.includes('neuron')
  return typesOf(compute).flatMap((type) =>
    found(
      !(neuron ? hasNeuron(type) : hasGpu(type)),
      at('ami'),
      `${ami} is for ${neuron ? 'Inferentia 2 and Trainium' : 'GPUs'}, and ${type} has none; remove it, or choose another type`,
    ),
  )
})

const managedScaling = onInstances((compute, at, { deployment }) => {
  const { managedScaling: settings, count } = compute
  if (settings === undefined) return []
  const { min, max, scaleIn, step, cooldownSeconds } = settings
  const key = (name: string) => at('managedScaling', name)
  const alone = 'is for scaleIn: consolidation; remove it, or choose that'
  return [
    ...found(min > max, key('min'), `at most max, which is ${max}`),
    ...found(
      min <= max && (count < min || count > max),
      at('instances'),
      `from managedScaling.min to managedScaling.max, ${min} to ${max}, and it is ${count}`,
    ),
    ...found(step !== undefined && scaleIn !== 'consolidation', key('step'), alone),
    ...found(cooldownSeconds !== undefined && scaleIn !== 'consolidation', key('cooldown'), alone),
    ...found(
      cooldownSeconds !== undefined && cooldownSeconds % 60 !== 0,
      key('cooldown'),
      'whole minutes, such as "20m"',
    ),
    ...found(
      deployment.autoscaling !== undefined,
      at('managedScaling'),
      'autoscaling would set the number of instances too; remove one of them',
    ),
  ]
})

const packages: Rule = ({ settings, fleets }) => {
  const unused = settings.image !== undefined && fleets.every(({ image }) => image === undefined)
  return fleets.flatMap(({ image, at }) =>
    found(
      image === undefined && (unused || at('image').length > 1),
      at('image'),
      'a model package has an image of its own; remove this one, or name the model without its package',
    ),
  )
}

const observability: Rule = ({ deployment: { observability: settings } }) =>
  found(
    settings?.detailed === false && settings.container !== undefined,
    ['observability', 'container'],
    "the container's metrics are read only with detailed: true; remove it, or that",
  )

const serverless: Rule = ({ deployment, fleets }) => {
  const [first] = fleets.filter(({ compute }) => compute.kind === 'serverless')
  if (first === undefined) return []
  const { network, rollout } = deployment
  const cannot = (is: boolean, path: Path, what: string) =>
    found(is, path, `serverless endpoints have no ${what}; remove it, or use instances`)
  return [
    ...cannot(deployment.variants.length > 1, ['variants'], 'second variant'),
    ...cannot(deployment.shadow !== undefined, ['shadow'], 'shadow'),
    ...cannot(deployment.capture !== undefined, ['capture'], 'data capture'),
    ...cannot(deployment.async !== undefined, ['async'], 'asynchronous invocations'),
    ...cannot(network.isolated, ['network', 'isolated'], 'network isolation'),
    ...cannot(network.subnets.length > 0, ['network', 'subnets'], 'VPC'),
    ...cannot(rollout.strategy !== 'all-at-once', ['rollout', 'strategy'], 'strategy but all-at-once'),
    ...cannot(rollout.rollbackOn.length > 0, ['rollout', 'rollbackOn'], 'rollback by alarms'),
    ...cannot(
      rollout.rollbackOn.length === 0 && rollout.keepOldSeconds > 0,
      ['rollout', 'keepOldFor'],
      'old fleet to keep',
    ),
    ...fleets.flatMap(({ model, at }) =>
      cannot(
        typeof model === 'object' && 'prefix' in model,
        at('model', 'prefix'),
        'uncompressed model; pack it as model.tar.gz',
      ),
    ),
  ]
}

export const computeRules = {
  computes,
  pools,
  amis,
  managedScaling,
  packages,
  observability,
  serverless,
} satisfies Record<string, Rule>
