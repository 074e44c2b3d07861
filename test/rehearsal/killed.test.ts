/** The command as a process of its own, killed while AWS carries out one of its calls; then run again. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { ROOT } from '../fixtures/index.ts'
import { type Stage, stage } from '../scripts/with-rehearsal.ts'
import { ENDPOINT, everything } from './everything.ts'

const start = (file: string): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', 'scripts/endpoint.ts', 'deploy', '--json', '-f', file], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })

const run = async (file: string): Promise<{ code: number | null; stdout: string; stderr: string }> => {
  const child = start(file)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'close'),
  ])
  return { code, stdout, stderr }
}

const prepare = async (here: Stage): Promise<string> => {
  const settings = {
    compute: { type: 'ml.c6i.large', instances: 2 },
    autoscaling: { min: 2, max: 4, target: { metric: 'invocations-per-instance', value: 100 } },
    rollout: { strategy: 'canary', step: '50%', rollbackOn: [{ metric: '5xx-rate', above: '5%' }] },
    smoke: [{ file: `${here.model('test')}/version.txt`, contentType: 'text/plain' }],
  }
  const first = await run(here.file('one', settings))
  if (first.code !== 0) throw new Error(first.stderr)
  return here.file('two', settings)
}

/** Fast enough for a canary of minutes to take seconds. */
const SPEED = { speed: 120 }

/** Of the update: what is sent, and one look in the midst of it. */
const CALLS: readonly [action: string, nth: number][] = [
  ['PutObject', 1],
  ['CreateModel', 1],
  ['CreateEndpointConfig', 1],
  ['PutMetricAlarm', 1],
  ['AddTags', 1],
  ['UpdateEndpoint', 1],
  ['DescribeEndpoint', 3],
  ['InvokeEndpoint', 1],
  ['AddTags', 2],
  ['DeleteAlarms', 1],
]

/** With REHEARSAL=short only the update itself. */
const CASES = CALLS.filter(([action]) => process.env.REHEARSAL !== 'short' || action === 'UpdateEndpoint')

t.test('killed at a call', async (t) => {
  const clean = await stage(t, SPEED)
  t.equal((await run(await prepare(clean))).code, 0)
  const wanted = await everything(clean)
  t.strictSame(wanted.alarms, [])
  await clean.close()
  for (const [action, nth] of CASES) {
    await t.test(`${action} ${nth}`, async (t) => {
      const here = await stage(t, SPEED)
      const file = await prepare(here)
      const child = start(file)
      let seen = 0
      let struck = false
      here.rehearsal.onCall(async (_, called) => {
        if (called === action) seen += 1
        if (called !== action || seen !== nth || struck) return
        struck = true
        child.kill('SIGKILL')
        await once(child, 'exit')
      })
      const [, signal] = await once(child, 'exit')
      t.equal(signal, 'SIGKILL')
      const { code, stdout, stderr } = await run(file)
      t.equal(code, 0, stderr)
      t.match(JSON.parse(stdout).outcome, /updated|unchanged/)
      t.strictSame(await everything(here), wanted, 'the next run comes to the same end')
      t.equal(here.rehearsal.store.endpoints.get(ENDPOINT)?.status, 'InService')
    })
  }
  t.comment(`${CASES.length} of ${CALLS.length} cases`)
})
