/** Configuration in, requests out. After a change that is meant: `TAP_SNAPSHOT=1 npm test -- test/scripts/plan/desire.test.ts`, and read the difference. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { stringify } from 'yaml'
import { loadDeployment } from '../../../scripts/config/load.ts'
import { desire } from '../../../scripts/plan/desire.ts'
import type { Desired } from '../../../scripts/plan/desired.ts'
import { resolvedFor } from './resolved.ts'

const CASES = fileURLToPath(new URL('cases/', import.meta.url))

const desireOf = (file: string): Desired => {
  const { deployment } = loadDeployment(file)
  return desire(deployment, resolvedFor(deployment))
}

/** For people: YAML, with folders as in the file. */
const readable = (desired: Desired): string =>
  stringify(JSON.parse(JSON.stringify(desired).replaceAll(CASES, '')), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
  })

for (const name of readdirSync(CASES).sort()) {
  t.test(name, async (t) => {
    t.matchSnapshot(readable(desireOf(join(CASES, name))))
  })
}

/** Desired requests of a text. */
const ofText = (text: string): Desired => {
  const folder = mkdtempSync(join(tmpdir(), 'desire-'))
  try {
    writeFileSync(join(folder, 'endpoint.yaml'), text)
    return desireOf(join(folder, 'endpoint.yaml'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const BASE = `name: flowers
model: s3://bucket/model.tar.gz
role: arn:aws:iam::123456789012:role/sagemaker
compute: {instances: 4}
`

const namesOf = ({ models, config }: Desired) => ({
  model: models[0]?.ModelName,
  config: config.EndpointConfigName,
})

t.test('what a model or a configuration says is in its name', async (t) => {
  const base = namesOf(ofText(BASE))
  t.strictSame(namesOf(ofText(BASE)), base, 'twice is once')
  const model = namesOf(ofText(`${BASE}env: {A: b}\n`))
  t.not(model.model, base.model)
  t.not(model.config, base.config, 'a configuration says which models')
  const config = namesOf(ofText(BASE.replace('instances: 4', 'instances: 5')))
  t.equal(config.model, base.model)
  t.not(config.config, base.config)
})

t.test('what neither says is not: nothing is deployed anew for it', async (t) => {
  const base = namesOf(ofText(BASE))
  for (const added of [
    'tags: {team: other}',
    'rollout: {strategy: canary, rollbackOn: [{metric: 5xx-rate, above: 1%}]}',
    'autoscaling: {min: 4, max: 9, target: {metric: cpu, value: 60}}',
    'smoke: [{file: a.png}]',
    'keepVersions: 9',
  ]) {
    t.strictSame(namesOf(ofText(`${BASE}${added}\n`)), base, added)
  }
})

t.test(
  'each key of the hardware, of encryption and of metrics is in the name; what is rolled back in steps is not',
  async (t) => {
    const base = namesOf(ofText(BASE))
    const keys = [
      'kmsKey: alias/volumes',
      'observability: {detailed: false}',
      'aws: {config: {EnableNetworkIsolation: true}}',
      'aws: {variant: {RoutingConfig: {RoutingStrategy: RANDOM}}}',
      'shadow: {sample: 5, compute: {ssmAccess: true}}',
    ]
    for (const added of keys) {
      const { model, config } = namesOf(ofText(`${BASE}${added}\n`))
      t.equal(model, base.model, added)
      t.not(config, base.config, added)
    }
    for (const added of [
      'observability: {container: {path: /other}}',
      'aws: {model: {InferenceExecutionConfig: {Mode: Serial}}}',
    ]) {
      t.not(namesOf(ofText(`${BASE}${added}\n`)).model, base.model, added)
    }
    const rolling = 'rollout: {strategy: rolling, rollbackStep: 100%, rollbackOn: [{alarm: mine}]}'
    t.strictSame(namesOf(ofText(`${BASE}${rolling}\n`)), base)
  },
)

t.test('a member is said once: by its key, or under aws', async (t) => {
  const said = `${BASE}aws: {model: {PrimaryContainer: {Image: mine}}}\n`
  t.throws(() => ofText(said), {
    message: /^aws\.model\.PrimaryContainer\.Image is ".*" by another key of the file; remove it$/,
    exitCode: 2,
  })
})

t.test('a rollback of rolling needs no second fleet unless the file says so', async (t) => {
  const rolling = (more = '') =>
    ofText(`${BASE}rollout: {strategy: rolling, step: 1, rollbackOn: [{alarm: mine}]${more}}\n`).update
      .DeploymentConfig?.RollingUpdatePolicy
  t.strictSame(rolling()?.RollbackMaximumBatchSize, { Type: 'INSTANCE_COUNT', Value: 1 })
  t.strictSame(rolling(', rollbackStep: 100%')?.RollbackMaximumBatchSize, {
    Type: 'CAPACITY_PERCENT',
    Value: 100,
  })
})

t.test('an update is guarded only where the file asks for it', async (t) => {
  const updateOf = (rollout: string) => ofText(`${BASE}rollout: {${rollout}}\n`).update.DeploymentConfig
  t.equal(updateOf(''), undefined)
  t.match(updateOf('keepOldFor: 1m'), { BlueGreenUpdatePolicy: { TerminationWaitInSeconds: 60 } })
  t.equal(updateOf('keepOldFor: 1m')?.AutoRollbackConfiguration, undefined)
  t.match(updateOf('rollbackOn: [{alarm: mine}]'), {
    AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'mine' }] },
  })
})

t.test('everything that is made carries its owner and the tags of the user', async (t) => {
  const { models, config, create, alarms, scaling } = ofText(`${BASE}tags: {team: ml}
rollout: {rollbackOn: [{metric: 5xx-rate, above: 1%}]}
autoscaling: {min: 1, max: 9, target: {metric: cpu, value: 60}}
`)
  const made = [...models, config, create, ...alarms]
  t.equal(made.length, 4)
  for (const { Tags } of made) {
    t.match(Tags, [
      { Key: 'onnx-serving:endpoint', Value: 'flowers' },
      { Key: 'team', Value: 'ml' },
    ])
  }
  t.strictSame(scaling[0]?.target.Tags, { 'onnx-serving:endpoint': 'flowers', team: 'ml' })
})

t.test('what was not looked up is a mistake of ours', async (t) => {
  const { deployment } = loadDeployment(join(CASES, 'three-lines.yaml'))
  const resolved = resolvedFor(deployment)
  t.throws(() => desire(deployment, { ...resolved, images: new Map() }), /the image .* was not looked up/)
  t.throws(() => desire(deployment, { ...resolved, archives: new Map() }), /the archive .* was not looked up/)
})
