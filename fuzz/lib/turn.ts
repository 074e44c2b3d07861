/** Sends cases to one model's server, eight at a time, and finds out which of them hurt it. */

import { type Case, makeCase } from './case.ts'
import { Client, type Exchange } from './client.ts'
import { type Fault, judge } from './judge.ts'
import { stopLater, type Target, workerExits } from './server.ts'

const LANES = 8

/** Cases that hang are each given a fresh server; after so many the model's turn is over. */
const MAX_RESTARTS = 10

export type Found = { sent: Case; faults: Fault[] }

/** What a turn tells while it goes on. */
export type TurnEvents = {
  sent(exchange: Exchange): void
  found(found: Found): void
  slowOnce(): void
  workerExits(count: number): void
  note(text: string): void
}

type Options = { seed: number; numbers: readonly number[]; start(): Promise<Target>; stopped(): boolean }

const EXIT_LINE = /starting a replacement/g

/** Workers whose end the server has logged so far. */
const loggedExits = (target: Target): number => target.output().match(EXIT_LINE)?.length ?? 0

const isSlow = ({ kind }: Fault): boolean => kind === 'slower than 2 s'

/** Sends one case and nothing else; says what is wrong, workers' ends included. */
export const sendAlone = async (target: { url: string }, sent: Case): Promise<Fault[]> => {
  const client = new Client(Number(new URL(target.url).port))
  const before = (await workerExits(target)) ?? 0
  const faults = judge(sent, await client.send(sent))
  client.close()
  const after = await workerExits(target)
  if (after === undefined) return [...faults, { kind: 'worker exits', what: 'the server ended' }]
  return after > before
    ? [...faults, { kind: 'worker exits', what: `${after - before} workers ended` }]
    : faults
}

/**
 * Which of the cases that were under way together hurts the server when it is alone: the first that does is found.
 * Where none does, all are sent together once more.
 */
const findCulprit = async (
  group: readonly Case[],
  start: () => Promise<Target>,
): Promise<Found | undefined> => {
  const hurts = (fault: Fault) => isSlow(fault) || fault.kind === 'worker exits'
  const target = await start()
  try {
    for (const sent of group) {
      const faults = (await sendAlone(target, sent)).filter(hurts)
      if (faults.length > 0) return { sent, faults }
    }
    const client = new Client(Number(new URL(target.url).port))
    const together = await Promise.all(
      group.map(async (sent) => ({ sent, faults: judge(sent, await client.send(sent)).filter(hurts) })),
    )
    client.close()
    return together.find(({ faults }) => faults.length > 0)
  } finally {
    stopLater(target)
  }
}

/** @param target a running server, which is stopped at the end */
export const playTurn = async (
  target: Target,
  { seed, numbers, start, stopped }: Options,
  events: TurnEvents,
): Promise<void> => {
  // It may have become too late while the server started.
  if (stopped()) {
    stopLater(target)
    return
  }
  const queue = [...numbers].reverse()
  for (let restarts = 0; queue.length > 0 && restarts <= MAX_RESTARTS && !stopped(); restarts += 1) {
    const server = restarts === 0 ? target : await start()
    const client = new Client(Number(new URL(server.url).port))
    const company = new Map<Case, Set<Case>>()
    const suspected: { group: Case[]; slow: boolean }[] = []
    let spoiled = false
    let exits = 0

    const lane = async (): Promise<void> => {
      while (!spoiled && !stopped()) {
        const number = queue.pop()
        if (number === undefined) return
        const sent = makeCase(seed, number)
        const others = new Set(company.keys())
        for (const set of company.values()) set.add(sent)
        company.set(sent, others)
        let exchange = await client.send(sent)
        // A reset may overtake the reply to a request that was refused before it was read: once is no proof.
        if (exchange.error !== undefined && exchange.replies.length < sent.replies.least)
          exchange = await client.send(sent)
        company.delete(sent)
        if (stopped()) return
        events.sent(exchange)
        const faults = judge(sent, exchange)
        const apart = faults.filter((fault) => !isSlow(fault))
        if (apart.length > 0) events.found({ sent, faults: apart })
        const ended = loggedExits(server) > exits || server.process.exitCode !== null
        exits = loggedExits(server)
        const slow = faults.some(isSlow)
        if (slow || ended) suspected.push({ group: [sent, ...others], slow })
        // What hangs would hold up all that comes after it.
        if (exchange.timedOut || ended) spoiled = true
      }
    }
    await Promise.all(Array.from({ length: LANES }, lane))
    client.close()
    if (stopped()) {
      stopLater(server)
      return
    }
    const counted = await workerExits(server)
    const ended = counted ?? 1
    if (ended > 0) events.workerExits(ended)
    if (counted === undefined) events.note(`the server ended: ${server.output().slice(-500)}`)
    stopLater(server)
    const [first] = suspected
    if (first === undefined) continue
    // Those that were under way together are one incident.
    const group = [...new Set(suspected.flatMap((suspect) => suspect.group))]
    const culprit = await findCulprit(group, start)
    if (culprit !== undefined) {
      // Workers' ends have been counted already; a slow case counts once it is slow again.
      events.found(culprit)
    } else if (suspected.some(({ slow }) => slow)) events.slowOnce()
    if (culprit === undefined && ended > 0)
      events.note(
        `${ended} workers ended, and none when these were sent alone: ${group.map(({ number }) => number).join(' ')}`,
      )
  }
  if (queue.length > 0 && !stopped()) events.note(`${queue.length} cases were not sent: too many hang`)
}
