/** Wherever a deployment of a function is cut short, or AWS's answer is lost, the next one takes it up. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createSaver } from '../../../packages/sagemaker-rehearsal/src/state-file.ts'
import { registerDeploy } from '../../../scripts/commands/deploy.ts'
import { READS } from '../with-rehearsal.ts'
import { CANARY, type FunctionStage, functionStage, OPEN } from './a-function.ts'

const MORE = {
  lambda: { ...OPEN, provisionedConcurrency: 1 },
  rollout: { ...CANARY, bake: '10s', rollbackOn: [] },
}

const deploy = (here: FunctionStage, kind: string, signal?: AbortSignal) =>
  here.command(registerDeploy, ['deploy', '--file', here.config(kind, MORE)], signal)

/** States of AWS: folders that rehearsals begin with, each a copy. */
const states = mkdtempSync(join(tmpdir(), 'killed-'))
t.teardown(() => rmSync(states, { recursive: true }))

const from = async (test: Test, state: string | undefined): Promise<[FunctionStage, string]> => {
  const folder = mkdtempSync(join(states, 'at-'))
  if (state !== undefined) cpSync(state, folder, { recursive: true })
  const here = await functionStage(test, {}, { folder })
  // A rehearsal's clock begins anew, before the times that are in the state.
  await here.session.clock.sleep(600_000, here.session.signal)
  return [here, folder]
}

/** A deployment, once: its calls that change something, and what there is before them and after each. */
const record = async (isFirst: boolean) => {
  const [first, before] = await from(t, undefined)
  if (!isFirst) await deploy(first, 'good')
  await first.close()
  const [here, folder] = await from(t, before)
  const calls: string[] = []
  const after: string[] = []
  const keep = () => {
    const state = mkdtempSync(join(states, 'after-'))
    createSaver(here.rehearsal.store, join(folder, 'state.json'))()
    cpSync(folder, state, { recursive: true })
    after.push(state)
  }
  here.rehearsal.onCall((service, action) => {
    if (READS.test(action)) return
    if (calls.length > 0) keep()
    calls.push(`${service}:${action}`)
  })
  const { error } = await deploy(here, 'better')
  t.equal(error, undefined)
  keep()
  await here.close()
  return { isFirst, before, calls, after }
}

// Before any test begins, since a stage is one of the process.
const recorded = [await record(true), await record(false)]

for (const { isFirst, before, calls, after } of recorded) {
  t.test(`cut short at each call of ${isFirst ? 'the first' : 'a second'} deployment`, async (t) => {
    t.ok(calls.length >= (isFirst ? 8 : 6), calls.join(' '))
    for (const [at, state] of after.entries()) {
      const [here] = await from(t, state)
      const again = await deploy(here, 'better')
      t.equal(again.error, undefined, `after ${calls[at]}`)
      const one = here.rehearsal.store.functions.get('digits')
      const live = one?.aliases.get('live')
      const runs = one?.versions.find(({ version }) => version === live?.version)
      t.equal(runs?.environment.KIND, 'better', `after ${calls[at]}`)
      t.equal(live?.other, undefined)
      t.equal(one?.versions.length, isFirst ? 1 : 2, 'a version is made once')
      t.equal(one?.urls.size, 1)
      t.equal(one?.policies.get('live')?.statements.size, 2)
      t.strictSame([...(one?.provisioned.keys() ?? [])], [live?.version])
      t.equal(here.rehearsal.store.alarms.size, 0)
      const third = await deploy(here, 'better')
      t.match(third.value, { outcome: 'unchanged' })
      await here.close()
    }
  })

  t.test(
    `Ctrl-C at a call of ${isFirst ? 'the first' : 'a second'} deployment: it is the last`,
    async (t) => {
      const [here] = await from(t, before)
      const middle = Math.floor(calls.length / 2)
      const killed = new AbortController()
      const made: string[] = []
      here.rehearsal.onCall((service, action) => {
        if (READS.test(action)) return
        made.push(`${service}:${action}`)
        if (made.length > middle) killed.abort()
      })
      t.match((await deploy(here, 'better', killed.signal)).error, { exitCode: 130 })
      t.strictSame(made, calls.slice(0, middle + 1))
      t.equal((await deploy(here, 'better')).error, undefined)
    },
  )

  t.test(`the answer to each call of ${isFirst ? 'the first' : 'a second'} deployment is lost`, async (t) => {
    for (const action of new Set(calls)) {
      const [here] = await from(t, before)
      const takeBack = here.rehearsal.fault({ kind: 'drop', action, nth: 1, when: 'after' })
      const { error } = await deploy(here, 'better')
      t.equal(error, undefined, action)
      takeBack()
      t.equal(here.rehearsal.store.functions.get('digits')?.versions.length, isFirst ? 1 : 2, action)
      await here.close()
    }
  })
}
