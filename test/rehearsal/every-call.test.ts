/** A fault at every call in turn: whatever happens, the next run comes to the same end, and nothing is reported that is not so. */

import { isDeepStrictEqual } from 'node:util'
import t, { type Test } from 'tap'
import { createClients } from '../../scripts/aws/clients.ts'
import type { Deployment } from '../../scripts/config/deployment.ts'
import { collect, planCollection } from '../../scripts/deploy/collect.ts'
import { takeInventory } from '../../scripts/deploy/inventory.ts'
import type { Outcome } from '../../scripts/deploy/judge.ts'
import { remove } from '../../scripts/deploy/remove.ts'
import { rollBack } from '../../scripts/deploy/rollback.ts'
import type { Session } from '../../scripts/deploy/session.ts'
import { AUTOSCALING } from '../scripts/a-deployment.ts'
import { CANARY, type Stage, stage } from '../scripts/with-rehearsal.ts'
import { ENDPOINT, everything } from './everything.ts'
import { type Fault, inject, numbered, waysFor } from './faults.ts'

const BUCKET = 'sagemaker-us-east-1-123456789012'

const countOf = (value: unknown): number =>
  Array.isArray(value) ? value.length : typeof value === 'number' ? value : value === undefined ? 0 : 1

const tested = (here: Stage): Partial<Deployment> => ({
  autoscaling: AUTOSCALING,
  smoke: [{ file: `${here.model('test')}/version.txt`, contentType: 'text/plain', status: 200, expect: [] }],
})

const guarded = (here: Stage): Partial<Deployment> => ({ ...tested(here), rollout: CANARY })

type Scenario = {
  name: string
  /** What is there before. */
  prepare: (here: Stage) => Promise<unknown>
  /** The command; gives what it reports. */
  run: (here: Stage, session: Session) => Promise<Outcome['outcome'] | 'done'>
  /** What a clean run reports. */
  reports: Outcome['outcome'] | 'done'
  /** How many of each a clean run leaves; no alarms and no uploads in any case. */
  leaves: Partial<Record<keyof Awaited<ReturnType<typeof everything>>, number>>
  /** What it reports once more, when it has nothing to do. */
  again?: Outcome['outcome'] | 'done'
  /** To run it twice is to ask for more. */
  once?: true
}

const deploy = async (here: Stage, session: Session, deployment: Deployment) =>
  (await here.deploy(deployment, { session })).outcome

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'an endpoint is created',
    prepare: async () => {},
    run: (here, session) => deploy(here, session, here.deployment(['one'], tested(here))),
    reports: 'created',
    leaves: { models: 1, configs: 1, targets: 1, servers: 2 },
    again: 'unchanged',
  },
  {
    name: 'an endpoint is updated by canary',
    prepare: (here) => here.deploy(here.deployment(['one'], tested(here))),
    run: (here, session) => deploy(here, session, here.deployment(['two'], guarded(here))),
    reports: 'updated',
    leaves: { models: 2, configs: 2, targets: 1, servers: 2 },
    again: 'unchanged',
  },
  {
    name: 'another instance type, for which autoscaling is taken off',
    prepare: (here) => here.deploy(here.deployment(['one'], tested(here))),
    run: (here, session) => {
      const { variants, ...rest } = here.deployment(['two'], guarded(here))
      const compute = { kind: 'instances' as const, type: 'ml.m5.large', count: 2 }
      return deploy(here, session, {
        ...rest,
        variants: variants.map((variant) => ({ ...variant, compute })),
      })
    },
    reports: 'updated',
    leaves: { models: 2, configs: 2, targets: 1, servers: 2 },
    again: 'unchanged',
  },
  {
    name: 'an update is rolled back by AWS',
    prepare: async (here) => {
      await here.deploy(here.deployment(['one'], tested(here)))
      here.rehearsal.fault({ kind: 'silent-rollback', times: 100 })
    },
    run: (here, session) => deploy(here, session, here.deployment(['two'], guarded(here))),
    reports: 'rolled-back',
    leaves: { models: 2, configs: 2, targets: 1, servers: 2 },
  },
  {
    name: 'an update does not pass its tests',
    prepare: (here) => here.deploy(here.deployment(['one'], tested(here))),
    run: (here, session) => {
      const deployment = here.deployment(['two'], tested(here))
      const smoke = deployment.smoke.map((test) => ({ ...test, status: 418 }))
      return deploy(here, session, { ...deployment, smoke })
    },
    reports: 'rolled-back',
    leaves: { models: 2, configs: 2, targets: 1, servers: 2 },
  },
  {
    name: 'rollback',
    prepare: async (here) => {
      await here.deploy(here.deployment(['one'], tested(here)))
      await here.deploy(here.deployment(['two'], tested(here)))
      await here.deploy(here.deployment(['three'], tested(here)))
    },
    run: async (_, session) => {
      const { outcome } = await rollBack(session, ENDPOINT)
      return outcome
    },
    reports: 'updated',
    leaves: { models: 3, configs: 3, targets: 1, servers: 2 },
    once: true,
  },
  {
    name: 'gc',
    prepare: async (here) => {
      for (const version of ['one', 'two', 'three'])
        await here.deploy(here.deployment([version], tested(here)))
    },
    run: async (_, session) => {
      await collect(
        session,
        ENDPOINT,
        await planCollection(session.clients, ENDPOINT, { buckets: [BUCKET], keep: 1, youngMs: 0 }),
      )
      return 'done'
    },
    reports: 'done',
    leaves: { models: 1, configs: 1, targets: 1, servers: 2 },
    again: 'done',
  },
  {
    name: 'delete',
    prepare: async (here) => {
      for (const version of ['one', 'two']) await here.deploy(here.deployment([version], tested(here)))
    },
    run: async (_, session) => {
      await remove(session, ENDPOINT, await takeInventory(session.clients, ENDPOINT, [BUCKET]))
      return 'done'
    },
    reports: 'done',
    leaves: { endpoint: 0, models: 0, configs: 0, tagged: 0, objects: 0, targets: 0, servers: 0 },
    again: 'done',
  },
]

/** Waits are long, so that it looks a few times and not a hundred. */
const hurried = (session: Session): Session => ({
  ...session,
  clock: { ...session.clock, sleep: (ms, signal) => session.clock.sleep(ms * 20, signal) },
})

/** A session whose clients have the fault. */
const faulty = (here: Stage, fault?: Fault) => {
  const clients = createClients(undefined, { maxAttempts: 1 })
  return { session: hurried({ ...here.session, clients }), ...inject(clients, fault) }
}

const GOOD = new Set(['created', 'updated', 'unchanged', 'done'])

/** One case: the command with the fault, and then without it until all is as a clean run leaves it. */
const check = async (t: Test, scenario: Scenario, fault: Fault, wanted: unknown): Promise<boolean> => {
  const label = `${fault.action} ${fault.nth}, ${fault.how}`
  const here = await stage(t)
  await scenario.prepare(here)
  const runs = () => here.rehearsal.store.endpoints.get(ENDPOINT)?.blue.configName
  const before = runs()
  const { session, struck } = faulty(here, fault)
  let reported: string | undefined
  try {
    reported = await scenario.run(here, session)
  } catch {
    // It says that it did not work.
  }
  // What was killed has reported nothing.
  if (fault.how.startsWith('killed')) reported = undefined
  if (reported !== undefined && GOOD.has(reported)) {
    t.strictSame(await everything(here), wanted, `${label}: what is called done is done`)
  }
  if (reported === 'rolled-back') t.equal(runs(), before, `${label}: what is said to run still runs`)
  // A second rollback goes further back, and nobody asks for it when the first has come to its end.
  const isOver = scenario.once === true && isDeepStrictEqual(await everything(here), wanted)
  if (!isOver) {
    const next = await scenario.run(here, hurried(here.session))
    t.ok(GOOD.has(scenario.reports) ? GOOD.has(next) : next === scenario.reports, `${label}: then ${next}`)
  }
  t.strictSame(await everything(here), wanted, `${label}: the next run comes to the same end`)
  if (scenario.again !== undefined) {
    const from = here.rehearsal.calls().length
    t.equal(await scenario.run(here, hurried(here.session)), scenario.again, label)
    t.strictSame(here.changes(from), [], `${label}: and the one after it changes nothing`)
  }
  await here.close()
  return struck()
}

/** With REHEARSAL=short every twelfth case is tried, others in each scenario. */
const STEP = process.env.REHEARSAL === 'short' ? 12 : 1

for (const [at, scenario] of SCENARIOS.entries()) {
  t.test(scenario.name, async (t) => {
    const clean = await stage(t)
    await scenario.prepare(clean)
    const { session, calls } = faulty(clean)
    t.equal(await scenario.run(clean, session), scenario.reports)
    const wanted = await everything(clean)
    const counted = Object.entries({ alarms: 0, uploads: 0, ...scenario.leaves }) as [
      keyof typeof wanted,
      number,
    ][]
    for (const [what, count] of counted)
      t.equal(countOf(wanted[what]), count, `a clean run leaves ${count} ${what}`)
    await clean.close()
    let struck = 0
    const all = numbered(calls).flatMap((call) => waysFor(call.action).map((how) => ({ ...call, how })))
    const cases = all.filter((_, index) => (index + at) % STEP === 0)
    for (const fault of cases) if (await check(t, scenario, fault, wanted)) struck += 1
    t.ok(struck > cases.length / 2, 'most faults have struck')
    t.comment(`${calls.length} calls, ${cases.length} of ${all.length} cases, of which ${struck} struck`)
  })
}
