/** Every rule of `target: lambda` has a file that breaks it, and what is said then. */

import t from 'tap'
import { isLambda } from '../../../scripts/config/deployment.ts'
import { LAMBDA_MISTAKES } from '../../../scripts/config/lambda-rules.ts'
import { loadAny, loadDeployment } from '../../../scripts/config/load.ts'
import { fileOf, mistakesOf, SHORTEST } from './a-file.ts'

const LAMBDA = `${SHORTEST}target: lambda\n`

const RULE = '{metric: error-rate, above: 1%}'

const BROKEN: Record<keyof typeof LAMBDA_MISTAKES, [added: string, ...told: RegExp[]][]> = {
  targets: [
    [
      'compute: {type: ml.c7i.large}',
      /^compute: is for target: sagemaker, and this is for lambda: .*lambda\.memoryMb; remove it$/,
    ],
    ['network: {isolated: true}', /^network\.isolated: is for target: sagemaker/],
  ],
  models: [['model: {prefix: "s3://bucket/m/"}', /^model\.prefix: Lambda loads an archive/]],
  names: [[`environments: {${'e'.repeat(45)}: {}}`, /^name: the endpoint would be called/]],
  account: [['account: "210987654321"', /^role: the role is in account 123456789012.*Lambda takes roles/]],
  images: [
    [
      'region: eu-west-1\nimage: 123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1',
      /^image: the image is in us-east-1.*Lambda takes images/,
    ],
  ],
  repositories: [['image: {repository: a}', /^image\.repository: /]],
  environmentVariables: [
    [`env: {LONG: ${'x'.repeat(1025)}}`, /^env\.LONG: a name and a value have at most 1024/],
  ],
  variables: [
    [
      `env: {A1: ${'x'.repeat(1000)}, A2: ${'x'.repeat(1000)}, A3: ${'x'.repeat(1000)}, A4: ${'x'.repeat(600)}}`,
      /^env: all variables have \d+ bytes; a function takes 3584 beside ours$/,
    ],
    ['env: {AWS_REGION: x}', /^env\.AWS_REGION: Lambda sets it itself/],
    ['env: {MODEL_S3_URI: x}', /^env\.MODEL_S3_URI: deploy sets it/],
    ['env: {A: x}', /^env\.A: Lambda takes names of two characters/],
  ],
  tags: [['tags: {"aws:a": x}', /^tags\.aws:a: /]],
  network: [['network: {subnets: [s]}', /^network: subnets and securityGroups go together/]],
  concurrency: [
    [
      'lambda: {provisionedConcurrency: 5, reservedConcurrency: 10}',
      /^lambda\.provisionedConcurrency: reservedConcurrency is 10 and must be 11 or more: while a version/,
    ],
  ],
  rollout: [
    [`rollout: {strategy: rolling, rollbackOn: [${RULE}]}`, /^rollout\.strategy: rolling is for instances/],
    [`rollout: {keepOldFor: 5m, rollbackOn: [${RULE}]}`, /^rollout\.keepOldFor: is for target: sagemaker/],
    [
      `rollout: {strategy: canary, step: 2, rollbackOn: [${RULE}]}`,
      /^rollout\.step: a function has no instances/,
    ],
    ['rollout: {step: 10%}', /^rollout\.step: all-at-once has no steps/],
    [`rollout: {strategy: canary, step: 100%, rollbackOn: [${RULE}]}`, /^rollout\.step: less than 100%/],
    [
      'rollout: {rollbackOn: [{metric: 5xx-rate, above: 1%}]}',
      /^rollout\.rollbackOn\[0\]\.metric: only what a URL answers/,
    ],
    [
      `rollout: {strategy: canary, bake: 1m, rollbackOn: [${RULE}]}`,
      /^rollout\.bake: the alarms of rollbackOn need 5m/,
    ],
    [
      `rollout: {strategy: linear, step: 5%, bake: 5m, rollbackOn: [${RULE}]}`,
      /^rollout\.bake: the waits of the update add up to 100m/,
    ],
  ],
  smoke: [['smoke: [{file: body}]', /^smoke\[0\]\.file: its name does not tell/]],
}

for (const [rule, cases] of Object.entries(BROKEN)) {
  t.test(`${rule}: what breaks it is told`, async (t) => {
    t.ok(rule in LAMBDA_MISTAKES && cases.length > 0)
    for (const [added, ...told] of cases) {
      const text = added.startsWith('model:') ? LAMBDA.replace('model: ./model\n', '') : LAMBDA
      const lines = mistakesOf(t, `${text}${added}\n`).map((line) => line.replace(/^line \d+: /, ''))
      t.equal(lines.length, told.length, `${added}: ${lines.join(' | ')}`)
      for (const [at, pattern] of told.entries()) t.match(lines[at], pattern, added)
    }
  })
}

t.test('three lines and a target are a function, with defaults', async (t) => {
  const { deployment, warnings } = loadAny(fileOf(t, LAMBDA))
  t.strictSame(warnings, [])
  t.ok(isLambda(deployment))
  t.match(deployment, {
    endpoint: 'flowers',
    memoryMb: 2048,
    timeoutSeconds: 30,
    rollout: { strategy: 'all-at-once', stepPercent: 100, bakeSeconds: 0 },
    variants: [{ image: { repository: 'flowers', platform: 'linux/amd64' } }],
  })
})

t.test('an environment may have another target', async (t) => {
  const file = fileOf(t, `${SHORTEST}environments: {small: {target: lambda}, large: {}}\n`)
  t.ok(isLambda(loadAny(file, 'small').deployment))
  t.notOk(isLambda(loadAny(file, 'large').deployment))
  t.throws(() => loadDeployment(file, 'small'), {
    message: /target: lambda, and this command is for SageMaker/,
  })
})

t.test('what is allowed but hardly meant', async (t) => {
  const warningsOf = (added: string) => loadAny(fileOf(t, `${LAMBDA}${added}\n`)).warnings
  t.match(warningsOf('rollout: {strategy: canary}'), [/nothing will roll a bad version back/])
  t.match(warningsOf('lambda: {url: {auth: none}}'), [/everybody may call it, and you pay/])
  t.strictSame(warningsOf('lambda: {url: {auth: none}, reservedConcurrency: 5}'), [])
})
