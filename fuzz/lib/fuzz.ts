/** Goes round the models with case after case until there are enough, or the time is over. */

import { writeFaultFile } from './fault-file.ts'
import { temporaryFolder } from './model-folder.ts'
import { allStopped, type Front, startTarget, stopTarget, type Target } from './server.ts'
import { SUBJECTS } from './subjects.ts'
import { countExchange, countFaults, newTally, type Tally } from './tally.ts'
import { type Found, playTurn } from './turn.ts'

export type FuzzOptions = {
  seed: number
  front: Front
  /** Ends after so many cases; Infinity for no such end. */
  cases: number
  /** Starts nothing new after so many. */
  seconds: number
  /** Where files of what is found go. */
  folder: string
  /** Names of models; all if it is empty. */
  models: readonly string[]
}

export type FuzzEvents = { found(found: Found, file: string | undefined): void; note(text: string): void }

export type Fuzz = { tally: Tally; stop(): void; done: Promise<void> }

/** Faults of a kind that look alike are written so often. */
const MOST_ALIKE = 2

const ARGS = ['--workers', '2']

const alike = ({ sent, faults }: Found): string =>
  `${faults.map(({ kind, what }) => `${kind} ${what.replaceAll(/\d+|[\da-f-]{36}/g, '#').slice(0, 30)}`).join()} ${sent.what.split(' ')[0]}`

/** Cases that a model gets before it is the next one's turn. */
const turnSize = ({ cases, seconds }: FuzzOptions, models: number): number =>
  Math.min(Math.ceil(cases / models), Math.max(100, Math.min(1000, 2 * seconds)))

type Turn = { model: string; numbers: number[] }

/** The turns of one round, from the case `first` on, which is the first model's. */
const roundFrom = (first: number, size: number, { cases, models }: FuzzOptions): Turn[] =>
  SUBJECTS.map(({ name }, index) => ({
    model: name,
    numbers: Array.from({ length: size }, (_, time) => first + time * SUBJECTS.length + index).filter(
      (number) => number < cases,
    ),
  })).filter(({ model, numbers }) => numbers.length > 0 && (models.length === 0 || models.includes(model)))

export const startFuzz = (options: FuzzOptions, events: FuzzEvents): Fuzz => {
  const { seed, front, cases, seconds, folder } = options
  const tally = newTally()
  const root = temporaryFolder()
  const startedAt = performance.now()
  const written = new Map<string, number>()
  let stopped = false

  const over = (): boolean => stopped || performance.now() - startedAt > seconds * 1000

  const start = (model: string) => (): Promise<Target> => {
    const subject = SUBJECTS.find(({ name }) => name === model)
    if (subject === undefined) throw new Error(`no model ${model}`)
    return startTarget(model, subject.folder(root), { front, args: ARGS })
  }

  const found = (found: Found): void => {
    // Those of /metrics are counted where they are read.
    countFaults(
      tally,
      found.faults.filter(({ kind }) => kind !== 'worker exits'),
    )
    const key = alike(found)
    const times = written.get(key) ?? 0
    written.set(key, times + 1)
    if (times >= MOST_ALIKE) return
    events.found(found, writeFaultFile(folder, { ...found, front }))
  }

  const turns = function* (): Generator<Turn> {
    const size = turnSize(options, SUBJECTS.length)
    for (let first = 0; first < cases; first += size * SUBJECTS.length) yield* roundFrom(first, size, options)
  }

  const run = async (): Promise<void> => {
    // The next server starts while this one is at work.
    let next: { turn: Turn; target: Promise<Target> } | undefined
    const all = turns()
    const prepare = (): typeof next => {
      const { value: turn } = all.next()
      return turn && { turn, target: start(turn.model)() }
    }
    next = prepare()
    while (next !== undefined && !over()) {
      const { turn, target }: { turn: Turn; target: Promise<Target> } = next
      const running = await target
      next = prepare()
      await playTurn(
        running,
        { seed, numbers: turn.numbers, start: start(turn.model), stopped: over },
        {
          sent: (exchange) => countExchange(tally, exchange),
          found,
          slowOnce: () => {
            tally.slowOnce += 1
          },
          workerExits: (count) => {
            tally.faults['worker exits'] += count
          },
          note: (text) => events.note(`${turn.model}: ${text}`),
        },
      )
    }
    if (next !== undefined) await stopTarget(await next.target)
    await allStopped()
  }

  return {
    tally,
    stop: () => {
      stopped = true
    },
    done: run(),
  }
}
