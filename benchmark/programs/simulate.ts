/** The scheduler with workers whose batches cost a + b·n milliseconds, in simulated time. */

import type { BatchTimings, Reply, Request } from '../../src/protocol/request.ts'
import type { Clock } from '../../src/server/scheduling/clock.ts'
import { Scheduler } from '../../src/server/scheduling/scheduler.ts'

export type Curve = { fixed: number; each: number; workers: number }

/** Requests that are answered before the count begins, while costs are learnt, and those that are counted. */
const LEARNING = 2000
const COUNTED = 10_000

const OK: Reply = { ok: true, body: '', contentType: '' }
const REQUEST: Request = { model: 'm', headers: {}, body: new Uint8Array(100) }

/** Events by time; nothing else makes time pass. */
const createClock = () => {
  let time = 0
  const events: { at: number; callback: () => void }[] = []
  const clock: Clock = {
    now: () => time,
    after: (milliseconds, callback) => {
      const event = { at: time + milliseconds, callback }
      events.push(event)
      return () => {
        const index = events.indexOf(event)
        if (index !== -1) events.splice(index, 1)
      }
    },
    soon: (callback) => queueMicrotask(callback),
  }
  const next = () => {
    let first = 0
    for (let i = 1; i < events.length; i += 1) if ((events[i]?.at ?? 0) < (events[first]?.at ?? 0)) first = i
    const [event] = events.splice(first, 1)
    if (event === undefined) throw new Error('nothing happens any more')
    time = event.at
    event.callback()
  }
  return { clock, next }
}

/** Requests per second that so many clients, each with one request at a time, are answered. */
export const simulate = async (
  { fixed, each, workers }: Curve,
  { maxBatchSize, maxBatchDelayMs }: { maxBatchSize: number; maxBatchDelayMs: number },
  clients: number,
): Promise<number> => {
  let answered = 0
  const { clock, next } = createClock()
  const scheduler = new Scheduler(
    { maxBatchDelayMs, maxQueueSize: 1e9, maxQueueBytes: 1e12, requestTimeoutMs: 1e9 },
    { dispatched: () => {}, batchDone: () => {}, dropped: () => {}, retried: () => {} },
    clock,
  )
  scheduler.lane.maxBatchSize = maxBatchSize
  for (let i = 0; i < workers; i += 1) {
    scheduler.add({
      run: (items, _alone, { reply }) => {
        const cost = fixed + each * items.length
        const done = new Promise<BatchTimings>((resolve) => {
          clock.after(cost, () => {
            for (const item of items.keys()) reply(item, OK)
            resolve({ seconds: cost / 1000, decodeSeconds: 0, runs: [] })
          })
        })
        return { done, cancel: () => {} }
      },
      kill: () => {},
    })
  }
  let from = 0
  const client = async () => {
    for (;;) {
      await scheduler.submit(REQUEST).reply
      answered += 1
      if (answered === LEARNING) from = clock.now()
    }
  }
  for (let i = 0; i < clients; i += 1) void client()
  while (answered < LEARNING + COUNTED) {
    await new Promise((resolve) => setImmediate(resolve))
    next()
  }
  return (COUNTED / (clock.now() - from)) * 1000
}
