/** What the fuzzer counts, and its closing line. */

import type { Exchange } from './client.ts'
import { codeOf, type Fault, type FaultKind, KINDS } from './judge.ts'

export type Tally = {
  cases: number
  faults: Record<FaultKind, number>
  /** Replies by status and code. */
  replies: Record<string, number>
  /** Exchanges that were slow once, and not when they were repeated. */
  slowOnce: number
}

export const newTally = (): Tally => ({
  cases: 0,
  faults: Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>,
  replies: {},
  slowOnce: 0,
})

export const countExchange = (tally: Tally, { replies }: Exchange): void => {
  tally.cases += 1
  for (const reply of replies) {
    const name = `${reply.status} ${codeOf(reply)}`.trim()
    tally.replies[name] = (tally.replies[name] ?? 0) + 1
  }
}

export const countFaults = (tally: Tally, faults: readonly Fault[]): void => {
  for (const { kind } of faults) tally.faults[kind] += 1
}

export const closingLine = ({ cases, faults }: Tally): string =>
  `${cases} cases, ${faults['undeclared 5xx']} undeclared 5xx, ${faults['slower than 2 s']} slower than 2 s, ` +
  `${faults['worker exits']} worker exits, ${faults['malformed errors']} malformed errors`

export const countsByStatus = ({ replies, faults, slowOnce }: Tally): string =>
  [
    ...Object.entries(replies)
      .sort()
      .map(([name, count]) => `${String(count).padStart(9)}  ${name}`),
    `${String(faults['wrong answers']).padStart(9)}  valid requests refused or answered wrong`,
    `${String(slowOnce).padStart(9)}  slow once, and not again`,
  ].join('\n')

/** A run that sent nothing has shown nothing. */
export const isClean = ({ cases, faults }: Tally): boolean =>
  cases > 0 && Object.values(faults).every((count) => count === 0)
