/** Finds the highest rate that holds its limits, in few steps. It knows nothing of time or of requests: `measure` does. */

import {
  canShow,
  isGood,
  isGoodTogether,
  type Limits,
  type Point,
  poolVerdict,
  type Verdict,
} from './point.ts'

/** Measures a rate for at least so many seconds, and longer until about so many requests are sent. Throws `Stopped`. */
export type Measure = (perSecond: number, wanted: { seconds: number; requests: number }) => Promise<Point>

/** No more is measured: what is known so far is the result. */
export class Stopped extends Error {
  readonly reason: 'interrupted' | 'time' | 'requests'

  constructor(reason: Stopped['reason']) {
    super(reason)
    this.reason = reason
  }
}

export type Found = {
  /** The highest rate that was held; undefined if none was. */
  rate?: number
  /** Measured anew, and shown with 95 %. */
  shown: boolean
  /** The lowest that was not held, if any. */
  above?: number
  /** What did not hold there. */
  limit?: 'target' | 'generator'
  stopped?: Stopped['reason']
  /** All that was measured, in this order. */
  points: Point[]
}

type Length = { share: number; requests: number }

/** The first steps only find out where to look. */
const RAMP: Length = { share: 0.4, requests: 200 }
const BISECTION: Length = { share: 1, requests: 1000 }
const CONFIRMATION: Length = { share: 2, requests: 2000 }

/** Who asks for shorter steps is content with fewer requests. */
const USUAL_S = 10

/** Rates this close to each other need not be told apart. */
const CLOSE = 1.06

const RAMP_DOWN = 5
const RAMP_UP = 14
const LOOKS = 3
const FAR = 0.5
const ACCIDENTS = 2
const STRIDES = 4

/** @param start requests a second with which to begin; most: no more are tried; seconds: of a step */
export const search = async (
  measure: Measure,
  limits: Limits,
  { start, most = Number.POSITIVE_INFINITY, seconds }: { start: number; most?: number; seconds: number },
): Promise<Found> => {
  const found: Found = { shown: false, points: [] }
  let known: Found | undefined

  const step = async (perSecond: number, { share, requests }: Length): Promise<Point> => {
    const wanted = { seconds: seconds * share, requests: requests * Math.min(1, seconds / USUAL_S) }
    const point = await measure(perSecond, wanted)
    found.points.push(point)
    return point
  }

  const fail = ({ perSecond, generatorIsLimit }: Point): void => {
    found.above = perSecond
    found.limit = generatorIsLimit ? 'generator' : 'target'
  }

  const isHeld = async (perSecond: number, length: Length): Promise<boolean> => {
    let point = await step(perSecond, length)
    // It may have been an accident, and what is hopeless is soon cut short.
    if (!isGood(point)) point = await step(perSecond, length)
    if (isGood(point)) found.rate = perSecond
    else fail(point)
    return isGood(point)
  }

  const ramp = async (): Promise<void> => {
    let rate = Math.min(start, most)
    if (!(await isHeld(rate, RAMP))) {
      for (let halved = 1; halved <= RAMP_DOWN; halved += 1) {
        rate /= 2
        if (await isHeld(rate, RAMP)) return
      }
      return
    }
    await rampUp(rate)
  }

  const rampUp = async (held: number): Promise<void> => {
    let rate = held
    for (let doubled = 1; doubled <= RAMP_UP && rate < most; doubled += 1) {
      rate = Math.min(2 * rate, most)
      if (!(await isHeld(rate, RAMP))) return
    }
  }

  /** So far below the limit, that a rate a little higher was not held looks like an accident: it is tried again. */
  const wasAccident = async (): Promise<boolean> => {
    const last = found.points.at(-1)
    if (!found.shown || found.above === undefined || last === undefined) return false
    return last.p99HighMs < FAR * limits.p99Ms && (await isHeld(found.above, BISECTION))
  }

  const bisect = async (): Promise<void> => {
    while (found.rate !== undefined && found.above !== undefined && found.above / found.rate > CLOSE)
      await isHeld(Math.sqrt(found.rate * found.above), BISECTION)
  }

  /** Steps that have led here do not count: the rate was chosen for them. */
  const judge = async (perSecond: number): Promise<Verdict | 'too few'> => {
    const own: Point[] = []
    for (let look = 1; look <= LOOKS; look += 1) {
      const point = await step(perSecond, CONFIRMATION)
      if (look === 1 && point.generatorIsLimit && !isGood(point)) continue
      own.push(point)
      const verdict = poolVerdict(own, limits, LOOKS)
      if (verdict === 'held') return verdict
      if (verdict === 'over') break
    }
    if (isGoodTogether(own)) return canShow(own, LOOKS) ? 'undecided' : 'too few'
    fail(own.at(-1) as Point)
    return 'over'
  }

  /** Goes down, in strides that become longer, to a rate that is shown to be held, else back to the highest that seems to be. */
  const confirm = async (): Promise<void> => {
    if (found.rate === undefined) return
    let likely: number | undefined
    for (let down = 0; down <= STRIDES; down += 1) {
      const verdict = await judge(found.rate)
      found.shown = verdict === 'held'
      // With too few requests a lower rate, which has fewer still, would show no more.
      if (found.shown || verdict === 'too few') return
      if (verdict === 'undecided') likely ??= found.rate
      found.rate /= CLOSE ** (2 ** down)
    }
    delete found.rate
    if (likely !== undefined) found.rate = likely
  }

  try {
    await ramp()
    await bisect()
    await confirm()
    for (let time = 1; time <= ACCIDENTS; time += 1) {
      if (found.shown) known = { ...found }
      if (!(await wasAccident())) break
      found.shown = false
      delete found.above
      delete found.limit
      await rampUp(found.rate as number)
      await bisect()
      await confirm()
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    found.stopped = error.reason
  }
  // What was shown is not lost by what was tried beyond it.
  return found.shown || known === undefined ? found : { ...found, ...known, shown: true }
}
