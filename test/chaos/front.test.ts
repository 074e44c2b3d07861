import t from 'tap'
import { serve, until } from '../contract/serve.ts'
import { fixture } from '../fixtures/index.ts'
import { allRight, startLoad } from './load.ts'
import { AT_ONCE, every, nginxOf, SHORT, stateOf } from './server.ts'

t.jobs = AT_ONCE

/** The connection was cut or refused: nothing that was answered. */
const CONNECTION_ERROR = /^(ECONNRESET|ECONNREFUSED|EPIPE)$/

for (const role of ['master', 'worker'] as const) {
  t.test(`nginx is killed, its ${role}: it comes back, and only what it held is lost`, async (t) => {
    const served = await serve(['--model', fixture('add-one'), '--workers', '2', '--front', 'nginx'])
    t.teardown(() => served.stop())
    const load = await startLoad(t, served.url)
    await every(2000, SHORT ? 2 : 30, async () => {
      const calm = await load.next()
      t.strictSame(calm, allRight(calm), 'all that was sent while nginx was there')
      const { master, workers } = nginxOf(served)
      const victim = role === 'master' ? master : (workers[0] ?? 0)
      process.kill(victim, 'SIGKILL')
      await until(() => {
        const now = nginxOf(served)
        return now.workers.length === workers.length && ![now.master, ...now.workers].includes(victim)
      })
      await until(async () => (await stateOf(served)) === 'ready')
      const during = await load.next()
      t.comment(`lost of ${during.sent}: ${JSON.stringify(during.failed)}`)
      t.strictSame(during.wrong, [])
      t.strictSame(
        Object.keys(during.failed).filter((failure) => !CONNECTION_ERROR.test(failure)),
        [],
      )
    })
    const after = await load.stop()
    t.strictSame(after, allRight(after), 'and once it was back')
  })
}
