/**
 * Each caller gets its own answer, and gets it once, whatever happens around it: requests of 1 to 50 rows, broken ones
 * between them, callers that hang up, workers that are killed. No value occurs in two requests. An answer given twice
 * would be taken for the next one on its connection.
 */

import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { metric, serve } from '../contract/serve.ts'
import { fixture } from '../fixtures/index.ts'
import { describe, post } from './load.ts'
import { anyWorker, replaced, SHORT } from './server.ts'

const REQUESTS = Number(process.env.CHAOS_REQUESTS ?? (SHORT ? 3e4 : 1e5))
const CLIENTS = 32
const MOST_ROWS = 50
/** The shorter run has no fewer kills for it, which is when replies could be mixed up. */
const BETWEEN_KILLS_MS = SHORT ? 300 : 2000

type Kind = 'right' | 'bad-json' | 'wrong-shape' | 'cancelled'

const KINDS: readonly (readonly [Kind, number])[] = [
  ['bad-json', 0.04],
  ['wrong-shape', 0.04],
  ['cancelled', 0.04],
  ['right', 1],
]

const anyKind = (): Kind => {
  let left = Math.random()
  for (const [kind, share] of KINDS) {
    if (left < share) return kind
    left -= share
  }
  return 'right'
}

/** The values of request n: float64 holds them exactly, and no other request has one of them. */
const rowsOf = (n: number, count: number): number[][] =>
  Array.from({ length: count }, (_, row) => [n * MOST_ROWS + row, -(n * MOST_ROWS + row) - 0.5])

const bodyOf = (kind: Kind, rows: number[][]): string => {
  const text = JSON.stringify(rows)
  if (kind === 'bad-json') return text.slice(0, -1)
  return kind === 'wrong-shape' ? JSON.stringify(rows.map((row) => [...row, 0])) : text
}

t.test(`${REQUESTS} requests: each caller gets its own reply, once`, async (t) => {
  const served = await serve(['--model', fixture('identity-float64'), '--workers', '2'])
  t.teardown(() => served.stop())
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const counts = new Map<string, number>()
  const mistakes: string[] = []
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)

  const ask = async (n: number): Promise<void> => {
    const kind = anyKind()
    const rows = rowsOf(n, 1 + Math.floor(Math.random() * MOST_ROWS))
    const controller = new AbortController()
    if (kind === 'cancelled') setTimeout(() => controller.abort(), Math.random() * 10)
    const answer = await post(served.url, bodyOf(kind, rows), {
      agent,
      ...(kind === 'cancelled' && { signal: controller.signal }),
    }).catch((error: NodeJS.ErrnoException) => error)
    if (answer instanceof Error) {
      count(kind === 'cancelled' && controller.signal.aborted ? 'hung up' : `${kind}: ${answer.code}`)
      return
    }
    const { status, text } = answer
    if (status === 200 && text === JSON.stringify({ predictions: rows })) count('right')
    else if (status === 200) mistakes.push(`${JSON.stringify(rows)} → ${text}`)
    else count(`${kind}: ${describe(status, text)}`)
  }

  let sent = 0
  let ended = false
  const kill = async (): Promise<number> => {
    let kills = 0
    for (; ; kills += 1) {
      await delay(BETWEEN_KILLS_MS)
      if (ended) return kills
      const worker = anyWorker(served)
      process.kill(worker, 'SIGKILL')
      await replaced(served, worker)
    }
  }
  const killing = kill()
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (sent < REQUESTS) await ask(sent++)
    }),
  )
  ended = true
  const kills = await killing
  agent.destroy()

  t.comment(`${kills} workers killed; ${JSON.stringify(Object.fromEntries(counts))}`)
  t.strictSame(mistakes.slice(0, 5), [])
  t.strictSame(
    [...counts.keys()].sort(),
    ['bad-json: 400 ERR_INVALID_BODY', 'hung up', 'right', 'wrong-shape: 400 ERR_INVALID_INPUT'],
    'nothing else came back',
  )
  t.equal(await metric(served, /serving_worker_exits_total (\d+)/), kills)
  t.equal(await metric(served, /serving_queue_requests (\d+)/), 0, 'nothing waits')
})
