/** Finds the highest rate that holds its limits, in few steps. It knows nothing of time or of requests: `measure` does. */

import { isGood, type Limits, type Point, poolVerdict } from './point.ts'

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

/** The first steps only find out where to look. */
const RAMP = { share: 0.4, requests: 200 }
const BISECTION_REQUESTS = 1000
const CONFIRMATION_REQUESTS = 2000

/** Rates this close to each other need not be told apart. */
const CLOSE = 1.06

/** A rate that was missed by little, or by a late generator, may have met an accident: it is tried once more. */
const NEARLY = 0.05

const RAMP_DOWN = 5
const RAMP_UP = 14
const CONFIRMATIONS = 3
const STEPS_DOWN = 4

/** Fewer than this cannot show anything of p99 with 95 %. */
const FEWEST = 299

/** @param start requests a second with which to begin; seconds: of a step */
export const search = async (
  measure: Measure,
  limits: Limits,
  { start, seconds }: { start: number; seconds: number },
): Promise<Found> => {
  const found: Found = { shown: false, points: [] }

  const step = async (perSecond: number, share: number, requests: number): Promise<Point> => {
    const point = await measure(perSecond, { seconds: seconds * share, requests })
    found.points.push(point)
    return point
  }

  const fail = ({ perSecond, generatorIsLimit }: Point): void => {
    found.above = perSecond
    found.limit = generatorIsLimit ? 'generator' : 'target'
  }

  const isHeld = async (perSecond: number, share: number, requests: number): Promise<boolean> => {
    let point = await step(perSecond, share, requests)
    if (!isGood(point) && (point.generatorIsLimit || point.late <= NEARLY * point.counted))
      point = await step(perSecond, share, requests)
    if (isGood(point)) found.rate = perSecond
    else fail(point)
    return isGood(point)
  }

  const ramp = async (): Promise<void> => {
    let rate = start
    if (!(await isHeld(rate, RAMP.share, RAMP.requests))) {
      for (let halved = 1; halved <= RAMP_DOWN; halved += 1) {
        rate /= 2
        if (await isHeld(rate, RAMP.share, RAMP.requests)) return
      }
      return
    }
    for (let doubled = 1; doubled <= RAMP_UP; doubled += 1) {
      rate *= 2
      if (!(await isHeld(rate, RAMP.share, RAMP.requests))) return
    }
  }

  const bisect = async (): Promise<void> => {
    while (found.rate !== undefined && found.above !== undefined && found.above / found.rate > CLOSE)
      await isHeld(Math.sqrt(found.rate * found.above), 1, BISECTION_REQUESTS)
  }

  /** Steps that have led here do not count: the rate was chosen for them. */
  const isShown = async (perSecond: number): Promise<boolean | undefined> => {
    const own: Point[] = []
    for (let time = 1; time <= CONFIRMATIONS; time += 1) {
      const point = await step(perSecond, 1, CONFIRMATION_REQUESTS)
      if (time === 1 && point.generatorIsLimit && !isGood(point)) continue
      own.push(point)
      const verdict = poolVerdict(own, limits)
      if (verdict === 'held') return true
      if (verdict === 'over') break
    }
    const counted = own.reduce((sum, point) => sum + point.counted, 0)
    // So few can show nothing, and longer is not measured.
    if (counted < FEWEST && own.every(isGood)) return undefined
    fail(own.at(-1) as Point)
    return false
  }

  const confirm = async (): Promise<void> => {
    for (let down = 0; down <= STEPS_DOWN && found.rate !== undefined; down += 1) {
      const shown = await isShown(found.rate)
      if (shown !== false) {
        found.shown = shown === true
        return
      }
      found.rate /= CLOSE
    }
    delete found.rate
  }

  try {
    await ramp()
    await bisect()
    await confirm()
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    found.stopped = error.reason
  }
  return found
}
