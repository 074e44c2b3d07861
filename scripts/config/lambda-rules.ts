/**
 * Rules of `target: lambda`: what Lambda would refuse after the image was pushed, or what is of SageMaker alone. Sources: Lambda
 * quotas; developer guide, "Create a Lambda function using a container image", "Working with Lambda environment variables".
 */

import { alarmWindowSeconds } from './complete.ts'
import type { LambdaDeployment } from './deployment.ts'
import { type Finding, found, type Path, type Rule } from './given.ts'
import { environmentVariables, names, repositories, smoke, tags, unguarded } from './rules.ts'
import { ECR_IMAGE, type Settings } from './schema.ts'
import { formatDuration } from './units.ts'

export type GivenLambda = { deployment: LambdaDeployment; settings: Settings; fleets: LambdaFleet[] }

type LambdaFleet = LambdaDeployment['variants'][0] & { at: (key: string, ...below: string[]) => Path }

type LambdaRule = Rule<GivenLambda>

/** Keys of SageMaker, and what there is instead. */
const OF_SAGEMAKER: Partial<Record<keyof Settings, string>> = {
  compute: 'a function has memory in place of instances, lambda.memoryMb',
  variants: 'a function has one model; an experiment is one file for each of its models',
  shadow: 'Lambda copies no requests',
  async: 'Lambda has its own asynchronous invocation, without a key here',
  autoscaling: 'Lambda scales by itself, up to lambda.reservedConcurrency',
  capture: 'Lambda keeps no requests',
  observability: 'Lambda measures what it measures',
  aws: 'its members are those of SageMaker',
  sticky: 'a function has one model',
  kmsKey: 'a function has no volumes',
}

const targets: LambdaRule = ({ settings }) => [
  ...Object.entries(OF_SAGEMAKER).flatMap(([key, instead]) =>
    found(
      settings[key as keyof Settings] !== undefined,
      [key],
      `is for target: sagemaker, and this is for lambda: ${instead}; remove it`,
    ),
  ),
  ...found(
    settings.network?.isolated !== undefined,
    ['network', 'isolated'],
    'is for target: sagemaker; a function in subnets without a way out reaches nothing either; remove it',
  ),
]

const models: LambdaRule = ({ deployment: { variants }, settings }) => {
  const [{ model }] = variants
  const kind = typeof model === 'object' && ('prefix' in model ? 'prefix' : 'package' in model && 'package')
  return found(
    typeof kind === 'string',
    typeof settings.model === 'object' ? ['model', String(kind)] : ['model'],
    'Lambda loads an archive, or the image has the model; say a folder, {uri: "s3://…/model.tar.gz"} or {bakedIn: true}',
  )
}

const account: LambdaRule = ({ deployment: { account: guard, role } }) => {
  const owner = role.split(':')[4]
  return found(
    guard !== undefined && owner !== guard,
    ['role'],
    `the role is in account ${owner}, but account says ${guard}; Lambda takes roles of the function's account only`,
  )
}

const images: LambdaRule = ({ deployment: { region, variants } }) => {
  const [{ image }] = variants
  const [, , imageRegion] = 'uri' in image ? (ECR_IMAGE.exec(image.uri) ?? []) : []
  return found(
    region !== undefined && imageRegion !== undefined && imageRegion !== region,
    ['image'],
    `the image is in ${imageRegion}, but region says ${region}; Lambda takes images of the function's Region only: push it there`,
  )
}

const MOST_ENVIRONMENT_BYTES = 4096

/** What MODEL_S3_URI and its like take of it. */
const OURS_BYTES = 512

const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/

const variables: LambdaRule = ({ deployment: { env } }) => {
  const bytes = Buffer.byteLength(JSON.stringify(env))
  const most = MOST_ENVIRONMENT_BYTES - OURS_BYTES
  return [
    ...found(
      bytes > most,
      ['env'],
      `all variables have ${bytes} bytes; a function takes ${most} beside ours`,
    ),
    ...Object.keys(env).flatMap((name) => [
      ...found(
        !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(name),
        ['env', name],
        'Lambda takes names of two characters or more, the first of them a letter; choose another',
      ),
      ...found(
        RESERVED.test(name),
        ['env', name],
        'Lambda sets it itself; remove it, or choose another name',
      ),
      ...found(
        name === 'MODEL_S3_URI',
        ['env', name],
        'deploy sets it, from model; remove it, and say model: {uri: "s3://…"}',
      ),
    ]),
  ]
}

const network: LambdaRule = ({
  deployment: {
    network: { subnets, securityGroups },
  },
}) =>
  found(
    (subnets.length === 0) !== (securityGroups.length === 0),
    ['network'],
    'subnets and securityGroups go together; give both or none',
  )

/** Lambda developer guide, "Configuring provisioned concurrency": that of all versions together is at most what is reserved. */
const concurrency: LambdaRule = ({ deployment }) => {
  const { provisionedConcurrency: warm, reservedConcurrency: most } = deployment
  return found(
    warm !== undefined && most !== undefined && 2 * warm + 1 > most,
    ['lambda', 'provisionedConcurrency'],
    `reservedConcurrency is ${most} and must be ${2 * (warm ?? 0) + 1} or more: while a version replaces another, both are kept warm, and the tests before need one more`,
  )
}

const rollout: LambdaRule = ({ deployment, settings }) => {
  const { strategy, stepPercent, bakeSeconds, timeoutSeconds, rollbackOn } = deployment.rollout
  const given = settings.rollout ?? {}
  const at = (key: string): Path => ['rollout', key]
  const window = alarmWindowSeconds(rollbackOn)
  const waits = bakeSeconds * (strategy === 'linear' ? Math.ceil(100 / stepPercent) : 1)
  const of = (key: keyof typeof given, why: string): Finding[] =>
    found(given[key] !== undefined, at(key), `is for target: sagemaker: ${why}; remove it`)
  return [
    ...found(
      given.strategy === 'rolling',
      at('strategy'),
      'rolling is for instances; choose canary or linear, or all-at-once',
    ),
    ...of('keepOldFor', 'the version before costs nothing and is kept'),
    ...of('rollbackStep', 'a rollback takes a moment'),
    ...of('keepCapacity', 'a function has no instances'),
    ...found(
      given.step !== undefined && 'instances' in given.step,
      at('step'),
      'a function has no instances; say a percentage such as "10%"',
    ),
    ...found(
      strategy === 'all-at-once' && given.step !== undefined,
      at('step'),
      'all-at-once has no steps; remove it, or choose canary or linear',
    ),
    ...found(
      strategy !== 'all-at-once' && stepPercent >= 100,
      at('step'),
      'less than 100%, or there is nothing to compare with',
    ),
    ...rollbackOn.flatMap((rule, i) =>
      found(
        deployment.url === undefined &&
          'metric' in rule &&
          (rule.metric === '5xx-rate' || rule.metric === '4xx-rate'),
        ['rollout', 'rollbackOn', i, 'metric'],
        'only what a URL answers has a status; add lambda.url, or say error-rate, which is of functions that fail',
      ),
    ),
    ...found(
      bakeSeconds < window,
      at('bake'),
      `the alarms of rollbackOn need ${formatDuration(window)} (their minutes, and 2 more until CloudWatch has the points), and this is ${formatDuration(bakeSeconds)}; make it longer, or "for" shorter`,
    ),
    ...found(
      waits >= timeoutSeconds,
      given.timeout === undefined ? at('bake') : at('timeout'),
      `the waits of the update add up to ${formatDuration(waits)}, and it is ended after ${formatDuration(timeoutSeconds)}; shorten bake, or take a larger step or timeout (at most 8h)`,
    ),
  ]
}

export const LAMBDA_MISTAKES = {
  targets,
  models,
  names,
  account,
  images,
  repositories,
  environmentVariables,
  variables,
  tags,
  network,
  concurrency,
  rollout,
  smoke,
} satisfies Record<string, LambdaRule>

const open: LambdaRule = ({ deployment: { url, reservedConcurrency } }) =>
  found(
    url?.auth === 'none' && reservedConcurrency === undefined,
    ['lambda', 'url', 'auth'],
    'everybody may call it, and you pay; lambda.reservedConcurrency bounds how much at once',
  )

export const LAMBDA_WARNINGS = { unguarded, open } satisfies Record<string, LambdaRule>

export const lambdaGiven = (deployment: LambdaDeployment, settings: Settings): GivenLambda => ({
  deployment,
  settings,
  fleets: deployment.variants.map((variant) => ({ ...variant, at: (...path: string[]) => path })),
})
