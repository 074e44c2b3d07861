/** The rehearsal's requests and answers against AWS's models, as botocore has them: by a checker that shares nothing with ours. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { ACTIONS } from '../../packages/sagemaker-rehearsal/scripts/actions.ts'
import { startRehearsal } from '../../packages/sagemaker-rehearsal/src/index.ts'
import { fakeLauncher } from '../../packages/sagemaker-rehearsal/test/fixture.ts'
import { PYTHON } from './python.ts'

type Kinds = Record<string, string[]>

type Counts = {
  actions: number
  valid: number
  invalid: number
  answers: number
  wronglyAccepted: Kinds
  wronglyRefused: Kinds
  failed: Kinds
  unlike: Kinds
}

t.test(
  'what AWS’s models refuse is refused, what they take is taken, and answers are as they have them',
  async (t) => {
    const rehearsal = await startRehearsal({
      launcher: fakeLauncher().launcher,
      startupAtLeastMs: 0,
      speed: 3600,
    })
    t.teardown(() => rehearsal.stop())
    const child = spawn(PYTHON, [fileURLToPath(new URL('conformance.py', import.meta.url)), rehearsal.url], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.end(JSON.stringify(ACTIONS))
    const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    t.equal(code, 0)
    const { wronglyAccepted, wronglyRefused, failed, unlike, ...counts } = JSON.parse(printed) as Counts
    t.comment(
      `counted ${counts.actions} actions: ${counts.valid} valid requests, ${counts.invalid} with a fault each, ${counts.answers} answers`,
    )
    t.strictSame(wronglyAccepted, {}, 'no request is taken that the model refuses')
    t.strictSame(wronglyRefused, {}, 'no request is refused that the model takes')
    t.strictSame(failed, {}, 'no request is answered with an error of the rehearsal')
    t.strictSame(unlike, {}, 'no answer is unlike the model')
    t.ok(counts.actions > 40 && counts.valid > 1000 && counts.invalid > 1000)
  },
)
