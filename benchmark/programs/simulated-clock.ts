/** A clock for the scheduler that goes from one event to the next. */

import type { Clock } from '../../src/server/scheduling/clock.ts'

/** Events by time; nothing else makes time pass. */
export const createClock = () => {
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
