/** The scheduler with workers whose batches cost a + b·n milliseconds, or by steps as on a card, in simulated time. */

import type { BatchTimings, Reply, Request } from '../../src/protocol/request.ts'
import { Scheduler } from '../../src/server/scheduling/scheduler.ts'
import { seededRandom } from '../models/random.ts'
import { arrivals } from './arrivals.ts'
import { createClock } from './simulated-clock.ts'

export type Curve = {
  fixed: number
  each: number
  /** What a run of 1 row, of 2, 4, 8 and so on takes besides: batches are padded to these sizes, as on CUDA. */
  steps?: readonly number[]
  /** The part of it in which a run has the card to itself, which all workers share; without it they share none. */
  card?: number
  workers: number
  /** How long a message takes, one way; 0 unless set. */
  messageMs?: number
  /** Runs take by chance up to this part longer or less long. */
  chance?: number
  /** This part of the requests costs ten times as much. */
  costly?: number
}

/** What is simulated of the server: that of these sources, or another build's. */
export type SchedulerClass = typeof Scheduler

/** Requests that are answered before the count begins, while costs are learnt, and those that are counted. */
const LEARNING = 2000
const COUNTED = 10_000

const OK: Reply = { ok: true, body: '', contentType: '' }
const REQUEST: Request = { model: 'm', headers: {}, body: new Uint8Array(100) }

const DEARER = 10

/** From 0 to 1, always the same for the same seed. */
const createRandom = (seed: number): (() => number) => {
  const next = seededRandom(seed)
  let drawn = new Float32Array()
  let index = 0
  return () => {
    if (index === drawn.length) [drawn, index] = [next(1000, 1), 0]
    index += 1
    return ((drawn[index - 1] as number) + 1) / 2
  }
}

type Limits = { maxBatchSize: number; maxBatchDelayMs: number; requestTimeoutMs?: number }

/** The scheduler with its workers: each begins a batch once it has arrived and the one before it is done. */
const arrange = (
  { fixed, each, steps = [], card = 0, workers, messageMs = 0, chance = 0, costly = 0 }: Curve,
  { maxBatchSize, maxBatchDelayMs, requestTimeoutMs = 1e9 }: Limits,
  seed: number,
  Class: SchedulerClass,
) => {
  const { clock, next } = createClock()
  const random = createRandom(seed)
  const scheduler = new Class(
    { maxBatchDelayMs, maxQueueSize: 1e9, maxQueueBytes: 1e12, requestTimeoutMs },
    { dispatched: () => {}, batchDone: () => {}, dropped: () => {}, retried: () => {} },
    clock,
  )
  const { lane } = scheduler
  lane.maxBatchSize = maxBatchSize
  lane.sharesDevice = card > 0
  lane.cost.padded = steps.length > 0
  for (const [index, run] of steps.entries())
    if (2 ** index <= maxBatchSize) lane.cost.seed(2 ** index, run, 2 ** index * REQUEST.body.byteLength)
  let cardFreeAt = 0
  for (let i = 0; i < workers; i += 1) {
    let freeAt = 0
    scheduler.add({
      run: (items, _alone, { reply }) => {
        const units = items.reduce((sum) => sum + (costly > 0 && random() < costly ? DEARER : 1), 0)
        const by = 1 + (chance > 0 ? chance * (2 * random() - 1) : 0)
        const run = steps[Math.ceil(Math.log2(items.length))] ?? 0
        const from = Math.max(freeAt, clock.now() + messageMs)
        freeAt = from + (fixed + each * units + (1 - card) * run) * by
        if (card > 0) {
          cardFreeAt = Math.max(freeAt, cardFreeAt) + card * run * by
          freeAt = cardFreeAt
        }
        const cost = freeAt - from
        const done = new Promise<BatchTimings>((resolve) => {
          clock.after(freeAt + messageMs - clock.now(), () => {
            for (const item of items.keys()) reply(item, OK)
            resolve({ seconds: cost / 1000, decodeSeconds: 0, runs: [] })
          })
        })
        return { done, cancel: () => {} }
      },
      kill: () => {},
    })
  }
  const step = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    next()
  }
  return { clock, scheduler, step }
}

/** Requests per second that so many clients, each with one request at a time, are answered. */
export const simulate = async (
  curve: Curve,
  limits: Limits,
  clients: number,
  Class: SchedulerClass = Scheduler,
): Promise<number> => {
  let answered = 0
  const { clock, scheduler, step } = arrange(curve, limits, 1, Class)
  let from = 0
  const client = async () => {
    for (;;) {
      await scheduler.submit(REQUEST).reply
      answered += 1
      if (answered === LEARNING) from = clock.now()
    }
  }
  for (let i = 0; i < clients; i += 1) void client()
  while (answered < LEARNING + COUNTED) await step()
  return (COUNTED / (clock.now() - from)) * 1000
}

/** Milliseconds that requests take which come by chance, whether others are answered or not. */
export const simulateOpen = async (
  curve: Curve,
  limits: Limits,
  perSecond: number,
  seed: number,
  Class: SchedulerClass = Scheduler,
): Promise<number[]> => {
  const { clock, scheduler, step } = arrange(curve, limits, seed, Class)
  const due = arrivals(perSecond, (LEARNING + COUNTED) / perSecond, seed)
  const milliseconds: number[] = []
  let answered = 0
  const send = (index: number) => {
    const at = due[index]
    if (at === undefined) return
    clock.after(at - clock.now(), () => {
      void scheduler.submit(REQUEST).reply.then(() => {
        answered += 1
        if (index >= LEARNING) milliseconds.push(clock.now() - at)
      })
      send(index + 1)
    })
  }
  send(0)
  while (answered < due.length) await step()
  return milliseconds
}

/**
 * What becomes of requests that come evenly whose clients hang up after so many milliseconds.
 * @returns those that were answered before, by the second in which they came
 */
export const simulateImpatient = async (
  curve: Curve,
  limits: Limits,
  {
    perSecond,
    seconds,
    givesUpAfterMs,
  }: { perSecond: number; seconds: number; givesUpAfterMs: (index: number) => number },
  Class: SchedulerClass = Scheduler,
): Promise<number[]> => {
  const { clock, scheduler, step } = arrange(curve, limits, 1, Class)
  const served = Array<number>(seconds).fill(0)
  let open = perSecond * seconds
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const at = (index / perSecond) * 1000
    clock.after(at, () => {
      const { reply, cancel } = scheduler.submit(REQUEST)
      const stop = clock.after(givesUpAfterMs(index), cancel)
      void reply.then((answer) => {
        stop()
        open -= 1
        if (answer?.ok) served[Math.floor(at / 1000)] = (served[Math.floor(at / 1000)] ?? 0) + 1
      })
    })
  }
  while (open > 0) await step()
  return served
}
