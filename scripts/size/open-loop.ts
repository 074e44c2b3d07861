/** Sends requests when they are due, whether replies come or not, so that a slow target cannot hide that requests wait. */

import { setTimeout as delay } from 'node:timers/promises'
import { isOk, type Sample } from './point.ts'

/** Sends the request of this number, and gives the status of its reply; 0 if none has come. Never rejects. */
export type Send = (index: number) => Promise<number>

export type OpenLoop = {
  /** Milliseconds from the beginning, ascending. */
  due: readonly number[]
  /** A request without a reply by then is late. */
  limitMs: number
  /** Sends no more once so many of those due at `countFrom` or later are late. */
  mostLate: number
  countFrom: number
  signal: AbortSignal
}

/** All that was sent, in the order in which it was due, once each has a reply or none. */
export const openLoop = async (
  send: Send,
  { due, limitMs, mostLate, countFrom, signal }: OpenLoop,
): Promise<{ samples: Sample[]; cutShort: boolean }> => {
  const samples: Sample[] = []
  const replies: Promise<void>[] = []
  const from = performance.now()
  const now = () => performance.now() - from
  /** Of the requests before this one it is known whether they are late. */
  let judged = 0
  let late = 0

  const start = (index: number): void => {
    const sample: Sample = {
      due: due[index] as number,
      sent: now(),
      done: Number.POSITIVE_INFINITY,
      status: 0,
    }
    samples.push(sample)
    replies.push(
      send(index).then((status) => {
        sample.done = now()
        sample.status = status
      }),
    )
  }

  const judge = (): void => {
    for (const at = now(); judged < samples.length; judged += 1) {
      const { due, done, status } = samples[judged] as Sample
      const isDone = done !== Number.POSITIVE_INFINITY
      if (!isDone && at - due <= limitMs) return
      if (due >= countFrom && (!isDone || !isOk(status) || done - due > limitMs)) late += 1
    }
  }

  while (samples.length < due.length && late < mostLate && !signal.aborted) {
    const wait = (due[samples.length] as number) - now()
    // Of what is due at once, some, so that replies are seen as they come.
    if (wait > 0) await delay(Math.ceil(wait), undefined, { signal }).catch(() => {})
    else await new Promise(setImmediate)
    for (let most = 16; most > 0 && (due[samples.length] ?? Number.POSITIVE_INFINITY) <= now(); most -= 1)
      start(samples.length)
    judge()
  }
  await Promise.all(replies)
  return { samples, cutShort: late >= mostLate }
}
