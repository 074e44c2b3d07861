/**
 * Calls of a `predict` that takes several inputs at once: what is ready together goes together, and what comes while it is
 * at work goes next; nothing waits. If a call fails it is repeated in halves until the culprit stands alone. One that ran out of
 * time is not: its requests' own time is over too, and those behind them would wait for each repetition.
 */

import { ServingError } from '../../errors.ts'

type Waiting<I, O> = { input: I; resolve(output: O): void; reject(error: unknown): void }

/** @param most inputs of a call */
export const inBatches = <I, O>(
  predict: (inputs: readonly I[]) => Promise<readonly O[]>,
  most: number,
): ((input: I) => Promise<O>) => {
  const waiting: Waiting<I, O>[] = []
  let isRunning = false
  const settle = async (those: readonly Waiting<I, O>[]): Promise<void> => {
    try {
      const outputs = await predict(those.map(({ input }) => input))
      for (const [index, { resolve }] of those.entries()) resolve(outputs[index] as O)
    } catch (error) {
      const isLate = error instanceof ServingError && error.code === 'ERR_DEADLINE_EXCEEDED'
      if (those.length <= 1 || isLate) {
        for (const { reject } of those) reject(error)
        return
      }
      const middle = Math.ceil(those.length / 2)
      await settle(those.slice(0, middle))
      await settle(those.slice(middle))
    }
  }
  const work = async (): Promise<void> => {
    while (waiting.length > 0) await settle(waiting.splice(0, most))
    isRunning = false
  }
  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject })
      if (isRunning) return
      isRunning = true
      setImmediate(() => void work())
    })
}
