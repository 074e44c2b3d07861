import { fileURLToPath } from 'node:url'
import t from 'tap'
import { CommandError } from '../../../scripts/cli/command.ts'
import { loadDeployment } from '../../../scripts/config/load.ts'
import { desire } from '../../../scripts/plan/desire.ts'
import type { Desired, Resolved } from '../../../scripts/plan/desired.ts'
import { validate } from '../../../scripts/plan/validate.ts'
import { resolvedFor } from './resolved.ts'

const { deployment } = loadDeployment(fileURLToPath(new URL('cases/canary.yaml', import.meta.url)))
const resolved = resolvedFor(deployment)
const desired = desire(deployment, resolved)

/** What is wrong, a line each. */
const problemsOf = (changed: Partial<Desired>, where: Partial<Resolved> = {}): string[] => {
  try {
    validate({ ...desired, ...changed }, { ...resolved, ...where })
  } catch (error) {
    if (error instanceof CommandError) return error.message.split('\n  ').slice(1)
    throw error
  }
  return []
}

t.test('images and the role belong where the endpoint is', async (t) => {
  t.strictSame(problemsOf({}), [])
  t.match(problemsOf({}, { region: 'us-east-1' }), [
    /^image: .* is in eu-west-1, and the endpoint in us-east-1; push it there$/,
  ])
  t.match(problemsOf({}, { account: '210987654321' }), [/^role: .* is not of account 210987654321/])
})

t.test('desire itself refuses it', async (t) => {
  t.throws(() => desire(deployment, { ...resolved, region: 'us-east-1' }), {
    message: /Not valid for SageMaker/,
  })
})

t.test('names and lengths are those of SageMaker', async (t) => {
  const [model] = desired.models
  const container = model?.PrimaryContainer
  const long = 'x'.repeat(2000)
  const changes: [Partial<Desired>, RegExp][] = [
    [{ models: [{ ...model, ModelName: 'a_b' }] }, /^model: "a_b" is not a valid name/],
    [{ models: [{ ...model, ModelName: 'a'.repeat(64) }] }, /^model: "a{64}" is not a valid name/],
    [{ config: { ...desired.config, EndpointConfigName: '-a' } }, /^configuration: "-a" is not a valid name/],
    [{ create: { ...desired.create, EndpointName: 'a.b' } }, /^endpoint: "a\.b" is not a valid name/],
    [
      { models: [{ ...model, ModelName: 'a', PrimaryContainer: { ...container, ModelDataUrl: long } }] },
      /^model: .* has 2000 characters; at most 1024/,
    ],
    [
      {
        models: [
          { ...model, ModelName: 'a', PrimaryContainer: { Image: container?.Image?.replace(/@.*/, ':v1') } },
        ],
      },
      /^image: .* is not named by its digest$/,
    ],
    [{ alarms: [{ AlarmName: 'a'.repeat(256) } as never] }, /^alarm: .* has 256 characters; at most 255/],
  ]
  for (const [change, expected] of changes) t.match(problemsOf(change), [expected], String(expected))
})
