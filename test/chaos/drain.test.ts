import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { serve } from '../contract/serve.ts'
import { fixture } from '../fixtures/index.ts'
import { allRight, sameNumber, startLoad } from './load.ts'
import { AT_ONCE, PATIENT, SHORT } from './server.ts'

t.jobs = AT_ONCE

/** Requests that find the server gone are not failures. */
const GONE = /^(ECONNRESET|ECONNREFUSED|EPIPE)$/

for (const model of ['add-one', 'slow']) {
  for (const front of ['none', 'nginx']) {
    t.test(`SIGTERM at full load, ${model}, front ${front}: nothing that was sent is lost`, async (t) => {
      for (let round = 0; round < (SHORT ? 1 : 5); round += 1) {
        const settings = ['--model', fixture(model), '--workers', '2', '--front', front]
        const served = await serve([...settings, ...PATIENT])
        t.teardown(() => served.stop())
        const load = await startLoad(t, served.url, model === 'slow' ? sameNumber : undefined, true)
        await delay(1000)
        // What goes out in this turn of the loop is on its way with the next.
        const before = load.next()
        await new Promise((resolve) => setImmediate(resolve))
        served.process.kill('SIGTERM')
        t.equal(await served.exited, 0)
        const tally = await load.stop()
        const sent = await before
        t.ok(sent.right > 0)
        t.strictSame(sent, allRight(sent))
        const { wrong, failed } = tally
        t.strictSame(wrong, [])
        t.strictSame(
          Object.keys(failed).filter((failure) => !GONE.test(failure)),
          [],
        )
        t.match(served.output(), /no requests lost/)
      }
    })
  }
}
