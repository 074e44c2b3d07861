/** Is a worker's process well? Asked four times a second, for as long as it lives. */

import { isStopped } from '../machine/process-state.ts'

/** An idle worker answers a probe at once; one that is wedged does not. */
const CHECK_INTERVAL_MS = 250
/** Counted, not timed: if the server itself was held up, the worker's message lies unread, and is read before the next probe. */
const MOST_UNANSWERED_PROBES = 4
/** Checks in a row that find the process in state T before it counts as stopped. */
const MOST_TIMES_STOPPED = 2

export type Watched = {
  readonly pid: number | undefined
  /** A worker that loads or computes cannot answer a probe. */
  isIdle(): boolean
  probe(): void
  kill(reason: string): void
}

/** Watches until `end` is called; to be told of each sign of life with `heard`. */
export const watchLiveness = (worker: Watched): { heard(): void; end(): void } => {
  let unansweredProbes = 0
  let timesStopped = 0
  const check = () => {
    timesStopped = isStopped(worker.pid) ? timesStopped + 1 : 0
    if (timesStopped === MOST_TIMES_STOPPED) worker.kill('it was stopped by a signal')
    if (!worker.isIdle()) return
    if (unansweredProbes === MOST_UNANSWERED_PROBES) {
      worker.kill('it does not answer probes')
      return
    }
    unansweredProbes += 1
    worker.probe()
  }
  const timer = setInterval(check, CHECK_INTERVAL_MS)
  return {
    heard: () => {
      unansweredProbes = 0
    },
    end: () => clearInterval(timer),
  }
}
