/** Wherever a deployment of a function is cut short, or AWS's answer is lost, the next one takes it up. */

import t, { type Test } from 'tap'
import { registerDeploy } from '../../../scripts/commands/deploy.ts'
import { CANARY, functionStage, OPEN } from './a-function.ts'

const MORE = {
  lambda: { ...OPEN, provisionedConcurrency: 1 },
  rollout: { ...CANARY, bake: '10s', rollbackOn: [] },
}

/** Calls of a deployment that change something, in order. */
const changing = async (t: Test, isFirst: boolean): Promise<string[]> => {
  const here = await functionStage(t)
  if (!isFirst) await here.command(registerDeploy, ['deploy', '--file', here.config('good', MORE)])
  const before = here.rehearsal.calls().length
  const { error } = await here.command(registerDeploy, ['deploy', '--file', here.config('better', MORE)])
  t.equal(error, undefined)
  const calls = here.changes(before)
  await here.close()
  return calls
}

for (const isFirst of [true, false]) {
  t.test(`cut short at each call of ${isFirst ? 'the first' : 'a second'} deployment`, async (t) => {
    const calls = await changing(t, isFirst)
    t.ok(calls.length >= (isFirst ? 8 : 6), calls.join(' '))
    for (let at = 0; at < calls.length; at++) {
      const here = await functionStage(t)
      if (!isFirst) await here.command(registerDeploy, ['deploy', '--file', here.config('good', MORE)])
      const file = here.config('better', MORE)
      const killed = new AbortController()
      let seen = 0
      here.rehearsal.onCall((service, action) => {
        if (/^(Get|List|Head|Describe|Filter|Invoke|Simulate)/.test(action)) return
        if (`${service}:${action}` !== calls[seen]) return
        if (seen === at) killed.abort()
        seen += 1
      })
      await here.command(registerDeploy, ['deploy', '--file', file], killed.signal)
      here.rehearsal.onCall(() => {})
      const again = await here.command(registerDeploy, ['deploy', '--file', file])
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
      const third = await here.command(registerDeploy, ['deploy', '--file', file])
      t.match(third.value, { outcome: 'unchanged' })
      await here.close()
    }
  })

  t.test(`the answer to each call of ${isFirst ? 'the first' : 'a second'} deployment is lost`, async (t) => {
    const calls = await changing(t, isFirst)
    for (const action of new Set(calls)) {
      const here = await functionStage(t)
      if (!isFirst) await here.command(registerDeploy, ['deploy', '--file', here.config('good', MORE)])
      const takeBack = here.rehearsal.fault({ kind: 'drop', action, nth: 1, when: 'after' })
      const { error } = await here.command(registerDeploy, ['deploy', '--file', here.config('better', MORE)])
      t.equal(error, undefined, action)
      takeBack()
      t.equal(here.rehearsal.store.functions.get('digits')?.versions.length, isFirst ? 1 : 2, action)
      await here.close()
    }
  })
}
