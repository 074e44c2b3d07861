/**
 * Load for the tests of this folder: each request has an input of its own, and each answer is held against the one
 * that belongs to it. The rate is 80 % of what the server was seen to answer at the beginning. At most CONNECTIONS
 * requests are under way: what is due while all are taken goes out when one is free.
 */

import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'

const CONNECTIONS = 32
const SHARE = 0.8
const MEASURED_MS = 1000
/** However slow the model is, so many answers are measured. */
const MEASURED_ANSWERS = 2 * CONNECTIONS

/** Longer than any deadline of the server's, after which it must have answered with 504. */
const PATIENCE_MS = 320_000

/** After a failed connection, so that a server that is away is not called thousands of times a second. */
const PAUSE_MS = 10

export type Input = {
  body: string
  /** Is this the answer to the input? */
  isRight(status: number, text: string): boolean
}

/** What became of the requests of a span of time, by when they were sent. */
export type Tally = {
  sent: number
  right: number
  /** Answered with 200, and not with what belongs to the input. The first few. */
  wrong: string[]
  /** How often each status with its code, and each error of the connection. */
  failed: Record<string, number>
  /** Neither answered nor cut. */
  unanswered: number
}

export type Load = {
  /** Requests a second that were answered before it began; Infinity where that was not measured. */
  capacity: number
  /** What is sent from now on is counted anew. Resolves with the count so far, once all that was sent has ended. */
  next(): Promise<Tally>
  /** Sends nothing more. Resolves with the count since the last, once all that was sent has ended. */
  stop(): Promise<Tally>
}

export const emptyTally = (): Tally => ({ sent: 0, right: 0, wrong: [], failed: {}, unanswered: 0 })

/** What must be true of a tally in which nothing went wrong. */
export const allRight = ({ sent }: Tally): Tally => ({ ...emptyTally(), sent, right: sent })

/** Distinct rows for the model `add-one`. They stay whole numbers below 2²⁴, which float32 holds exactly. */
export const addOne = (n: number): Input => {
  const x = n % 2 ** 22
  const expected = JSON.stringify({ predictions: [[x + 1, x + 2, x + 3]] })
  return {
    body: JSON.stringify([[x, x + 1, x + 2]]),
    isRight: (status, text) => status === 200 && text === expected,
  }
}

/** Distinct rows of one number for the models that answer with what they were given. */
export const sameNumber = (n: number): Input => {
  const x = n % 2 ** 22
  const expected = JSON.stringify({ predictions: [[x]] })
  return { body: JSON.stringify([[x]]), isRight: (status, text) => status === 200 && text === expected }
}

/** Posts JSON. Rejects with the connection's error, or with the signal's. */
export const post = (
  url: string,
  body: string,
  { agent, signal }: { agent?: Agent; signal?: AbortSignal } = {},
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(`${url}/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      ...(agent && { agent }),
      ...(signal && { signal }),
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.end(body)
  })

/** The code of an error's body; the status alone where there is none. */
export const describe = (status: number, text: string): string =>
  `${status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? ''}`.trim()

const send = async (url: string, agent: Agent, input: Input, tally: Tally): Promise<void> => {
  tally.sent += 1
  const patience = AbortSignal.timeout(PATIENCE_MS)
  try {
    const { status, text } = await post(url, input.body, { agent, signal: patience })
    if (input.isRight(status, text)) tally.right += 1
    else if (status !== 200) {
      const failure = describe(status, text)
      tally.failed[failure] = (tally.failed[failure] ?? 0) + 1
    } else if (tally.wrong.length < 5) tally.wrong.push(`${input.body} → ${text}`)
  } catch (error) {
    if (patience.aborted) tally.unanswered += 1
    else {
      const failure = (error as NodeJS.ErrnoException).code ?? (error as Error).message
      tally.failed[failure] = (tally.failed[failure] ?? 0) + 1
      await delay(PAUSE_MS)
    }
  }
}

/**
 * Finds out what the server answers, then loads it with 80 % of that until it is stopped. Inputs are numbered.
 * @param t the test with which the load ends, however that ends
 * @param full as much as the connections carry; nothing is measured
 */
export const startLoad = async (
  t: Test,
  url: string,
  input: (n: number) => Input = addOne,
  full = false,
): Promise<Load> => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  let n = 0
  let tally = emptyTally()
  let stopped = false
  let ended = false
  t.teardown(() => {
    ended = true
  })

  const underWay = new Set<Promise<void>>()

  const connection = async (isDue: () => boolean): Promise<void> => {
    while (!stopped && !ended) {
      if (!isDue()) {
        await delay(1)
        continue
      }
      const sent = send(url, agent, input(n++), tally)
      underWay.add(sent)
      await sent
      underWay.delete(sent)
    }
  }
  const run = (isDue: () => boolean) =>
    Promise.all(Array.from({ length: CONNECTIONS }, () => connection(isDue)))

  const answered = async (): Promise<number> => {
    const from = performance.now()
    const before = tally.right
    do await delay(MEASURED_MS)
    while (tally.right - before < MEASURED_ANSWERS && !ended)
    return ((tally.right - before) / (performance.now() - from)) * 1000
  }
  const measure = async (): Promise<number> => {
    const measuring = run(() => true)
    // The first answers come from code that is not compiled yet, over connections that are not open yet.
    await answered()
    const capacity = await answered()
    stopped = true
    await measuring
    stopped = false
    return capacity
  }

  const capacity = full ? Number.POSITIVE_INFINITY : await measure()
  const startedAt = performance.now()
  const first = n
  const running = run(() => n - first < ((performance.now() - startedAt) / 1000) * SHARE * capacity)
  return {
    capacity,
    next: async () => {
      const before = tally
      tally = emptyTally()
      await Promise.all(underWay)
      return before
    },
    stop: async () => {
      stopped = true
      await running
      agent.destroy()
      return tally
    },
  }
}
