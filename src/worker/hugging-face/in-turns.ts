/** Long work on this thread in turns, so that the process answers meanwhile. */

import { setImmediate as nextTurn } from 'node:timers/promises'

const TURN_MS = 50

/** As `items.map(task)`; the event loop turns about every 50 ms. */
export const mapInTurns = async <T, R>(
  items: readonly T[],
  task: (item: T, index: number) => R | Promise<R>,
): Promise<R[]> => {
  const results: R[] = []
  let start = performance.now()
  for (const [index, item] of items.entries()) {
    results.push(await task(item, index))
    if (performance.now() - start < TURN_MS) continue
    await nextTurn()
    start = performance.now()
  }
  return results
}
