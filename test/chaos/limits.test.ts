/**
 * A server with the default settings, nginx in front, in a memory cgroup of 2 GB, as `docker run --memory 2g` makes one: each
 * bomb of fuzz/bombs is sent to it, one after the other, the concurrent ones at once.
 *
 * A ping goes out every 20 ms from a process of its own, and another to an empty server that no bomb is sent to. All must be
 * answered with 200 within 2 s (SageMaker developer guide: the time that a ping is given), and half of them within 50 ms more
 * than half of the empty server's. How the slowest come off is the machine's affair too, whose cores the bomb, its sender and the
 * pings share: that is in the comments, and what was measured on a quiet machine in docs/limits.md.
 */

import t from 'tap'
import { quantile } from '../../benchmark/lib/stats.ts'
import { BOMBS } from '../../fuzz/bombs/all.ts'
import { fire, wrongAnswers } from '../../fuzz/bombs/fire.ts'
import { BOMB_MODELS, folderOf } from '../../fuzz/bombs/models.ts'
import { makeMemoryGroup } from '../../fuzz/lib/memory-group.ts'
import { temporaryFolder } from '../../fuzz/lib/model-folder.ts'
import { MB, startTarget, stopTarget, type Target, workerExits } from '../../fuzz/lib/server.ts'
import { SHORT } from './server.ts'

const MEMORY_BYTES = 2 * 2 ** 30
const PING_MS = 50
/** The shorter it is, the more the pings are those that the bomb meets; what it harms later, the next bomb's counts and pings show. */
const CALM_MS = SHORT ? 300 : 1000
const PING_LIMIT_MS = 2000

type Boxed = { target: Target; kills(): number; end(): Promise<void> }

const root = temporaryFolder()

const startBoxed = async (model: keyof typeof BOMB_MODELS): Promise<Boxed> => {
  const group = makeMemoryGroup(MEMORY_BYTES)
  const folder = folderOf(root, model)
  const target = await startTarget(model, folder, { front: 'nginx', group })
  return {
    target,
    kills: group.kills,
    end: async () => {
      await stopTarget(target)
      await group.remove()
    },
  }
}

for (const model of Object.keys(BOMB_MODELS) as (keyof typeof BOMB_MODELS)[]) {
  t.test(`a server of 2 GB with the model "${model}" survives`, async (t) => {
    let boxed = await startBoxed(model)
    for (const bomb of BOMBS.filter((bomb) => bomb.model === model && !bomb.heavy)) {
      await t.test(bomb.what, async (t) => {
        const { target, kills } = boxed
        const measured = await fire(bomb, target.url, target.pid, CALM_MS)
        const { ping, answers, slowestMs, peakBytes } = measured
        const [p95 = 0, floor = 0] = [measured.pings, measured.floor].map((times) => quantile(times, 0.95))
        t.comment(
          `${JSON.stringify(answers)} after ${slowestMs.toFixed(0)} ms, ${(peakBytes / MB).toFixed(0)} MB; of ` +
            `${ping.count} pings: median ${ping.p50.toFixed(1)}, 95 % ${p95.toFixed(1)} (empty server ${floor.toFixed(1)}), worst ${ping.worst.toFixed(0)} ms`,
        )
        t.equal(kills(), 0, 'no process was killed for want of memory')
        t.equal(await workerExits(target), 0, 'no worker ended')
        t.strictSame(wrongAnswers(bomb, measured), [], 'the answers are those that it may get')
        t.equal(ping.failed, 0, 'every ping was answered with 200')
        t.ok(ping.worst <= PING_LIMIT_MS, `every ping within ${PING_LIMIT_MS} ms`)
        const median = quantile(measured.floor, 0.5)
        t.ok(ping.p50 <= median + PING_MS, `half of the pings within ${PING_MS} ms of the empty server's`)
        if (t.passing()) return
        // What follows is to be judged by itself.
        await boxed.end()
        boxed = await startBoxed(model)
      })
    }
    await boxed.end()
  })
}
