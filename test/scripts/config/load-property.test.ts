/** Whatever a file says, it is a deployment or a list of mistakes; and whatever is a deployment can be planned. */

import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { stringify } from 'yaml'
import { CommandError } from '../../../scripts/cli/command.ts'
import { loadDeployment } from '../../../scripts/config/load.ts'
import { ENDPOINT_KEYS } from '../../../scripts/config/schema.ts'
import { desire } from '../../../scripts/plan/desire.ts'
import { anyText } from '../../fixtures/any-text.ts'
import { resolvedFor } from '../plan/resolved.ts'
import { fileOf, SHORTEST } from './a-file.ts'

/** The message of the error that a text gives; undefined for a deployment, which is planned as well. */
const told = (text: string): string | undefined => {
  const file = fileOf(t, text)
  try {
    const { deployment } = loadDeployment(file)
    desire(deployment, { ...resolvedFor(deployment), region: deployment.region ?? 'eu-west-1' })
    return undefined
  } catch (error) {
    if (error instanceof CommandError) return error.message
    throw error
  }
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    -1,
    1.5,
    '5m',
    '10%',
    '2/3',
    [],
    {},
    [{}],
    's3://b/c',
    's3://bbb/c.tar.gz',
    true,
    1e300,
  ),
  fc.jsonValue({ maxDepth: 3 }),
)

/** A value at a path that exists. */
const entry = fc.tuple(fc.constantFrom(...ENDPOINT_KEYS, '__proto__', 'constructor'), odd)

const nested = (entries: [string, unknown][]): Record<string, unknown> => {
  const root: Record<string, unknown> = {
    name: 'flowers',
    model: 'm',
    role: 'arn:aws:iam::123456789012:role/r',
  }
  for (const [path, value] of entries) {
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    let at = root
    for (const key of keys) {
      const below = at[key]
      if (typeof below !== 'object' || below === null || Array.isArray(below)) at[key] = {}
      at = at[key] as Record<string, unknown>
    }
    Object.defineProperty(at, last, { value, enumerable: true, configurable: true, writable: true })
  }
  return root
}

t.test('odd values anywhere are mistakes that are told, or none', async (t) => {
  let refused = 0
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), (entries) => {
      const message = told(stringify(nested(entries)))
      if (message !== undefined) refused += 1
      return (
        message === undefined ||
        /^\S+endpoint\.yaml (is not valid|has )|^Not valid for SageMaker|^aws\.\w/.test(message)
      )
    }),
    { numRuns: 400 },
  )
  t.ok(refused > 0)
})

t.test('any text at all is told', async () => {
  fc.assert(
    fc.property(anyText(200), (text) => told(SHORTEST + text) !== ''),
    { numRuns: 200 },
  )
})

const instances = fc.record({ instances: fc.integer({ min: 1, max: 20 }) })
const rule = fc.record({
  metric: fc.constantFrom('5xx-rate', '4xx-rate'),
  above: fc.constantFrom('1%', '0.5%'),
  for: fc.constantFrom('1/1', '2/3', '10/10'),
})
const valid = fc.record({
  compute: instances,
  rollout: fc.record(
    {
      strategy: fc.constantFrom('all-at-once', 'canary', 'linear', 'rolling'),
      step: fc.oneof(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 60 }).map((n) => `${n}%`),
      ),
      bake: fc.integer({ min: 0, max: 3600 }).map((n) => `${n}s`),
      keepOldFor: fc.integer({ min: 0, max: 3600 }).map((n) => `${n}s`),
      timeout: fc.integer({ min: 600, max: 28_800 }).map((n) => `${n}s`),
      rollbackOn: fc.array(rule, { maxLength: 11 }),
    },
    { requiredKeys: ['strategy'] },
  ),
})

t.test('an update that is planned keeps to all of the limits of SageMaker', async (t) => {
  let planned = 0
  fc.assert(
    fc.property(valid, ({ compute, rollout }) => {
      const text = stringify(nested(Object.entries({ compute, rollout })))
      if (told(text) !== undefined) return
      planned += 1
      const { deployment } = loadDeployment(fileOf(t, text))
      const { update } = desire(deployment, resolvedFor(deployment))
      const {
        BlueGreenUpdatePolicy: blue,
        RollingUpdatePolicy: rolling,
        AutoRollbackConfiguration,
      } = update.DeploymentConfig ?? {}
      const alarms = AutoRollbackConfiguration?.Alarms?.length ?? 0
      assert.ok(alarms <= 10)
      const policy = blue ?? rolling
      if (policy === undefined) return
      const size =
        blue?.TrafficRoutingConfiguration?.CanarySize ??
        blue?.TrafficRoutingConfiguration?.LinearStepSize ??
        rolling?.MaximumBatchSize
      if (size !== undefined) {
        const share =
          size.Type === 'CAPACITY_PERCENT' ? (size.Value ?? 0) : (100 * (size.Value ?? 0)) / compute.instances
        const least = rolling !== undefined ? 5 : rollout.strategy === 'linear' ? 10 : 0
        assert.ok(share <= 50 && share >= least, `${rollout.strategy} ${share}%`)
        assert.ok(compute.instances >= 2)
      }
      const wait =
        blue?.TrafficRoutingConfiguration?.WaitIntervalInSeconds ?? rolling?.WaitIntervalInSeconds ?? 0
      const end = blue?.TerminationWaitInSeconds ?? 0
      const limit = policy.MaximumExecutionTimeoutInSeconds ?? 0
      assert.ok(limit >= 600 && limit <= 28_800 && wait + end < limit, `${wait} and ${end} in ${limit}`)
    }),
    { numRuns: 300 },
  )
  t.ok(planned > 10, `${planned} of 300 were valid`)
})
