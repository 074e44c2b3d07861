/** One load test, from the first request to what is recommended. */

import { CommandError } from '../cli/command.ts'
import { boundsOf, quantile } from './late.ts'
import { type Bounds, createMeasuring } from './measure.ts'
import type { Limits, Point } from './point.ts'
import { type Recommendation, recommend, type Wanted } from './recommend.ts'
import { type Found, Stopped, search } from './search.ts'
import type { Target } from './target.ts'

/** Before anything counts: code is compiled, connections are opened. */
const WARM_UP = { share: 0.3, requests: 20 }
const ALONE = { share: 0.2, requests: 20 }

const OPERATING_PER_S = 50

export type Sized = Found & {
  target: string
  p99LimitMs: number
  /** Milliseconds of a request for which none waits, the median. */
  aloneMs?: number
  /** Not even alone is a request fast enough. */
  slowAlone: boolean
  /** Measured at the utilisation of the rate that was found. */
  operating?: Point
  recommendation?: Recommendation
  /** Why there is no recommendation although there is a rate. */
  changed?: string
  sent: number
}

type Options = {
  limits: Limits
  bounds: Bounds
  /** Of a step. */
  seconds: number
  /** Requests a second; no more are tried. */
  mostPerSecond: number
  wanted: Wanted
  signal: AbortSignal
  onProgress: (text: string) => void
  onPoint: (point: Point) => void
}

/** The requests are wrong, or the target is: it is no matter of load. */
const noAnswers = ({ client, name }: Target): CommandError =>
  new CommandError(`${name} has not answered a single request: ${client.problem()}`, {
    fix: 'try one with invoke or curl, and see its log',
  })

export const runSize = async (target: Target, options: Options): Promise<Sized> => {
  const { limits, bounds, seconds, mostPerSecond, wanted, signal, onProgress, onPoint } = options
  const { measure, alone, sent } = createMeasuring(target.client.send, limits, bounds, {
    signal,
    onStep: (perSecond, seconds) =>
      onProgress(
        `${perSecond.toFixed(perSecond < 100 ? 1 : 0)} requests a second for ${seconds.toFixed(0)} s`,
      ),
    onPoint,
  })
  const sized: Sized = {
    target: target.name,
    p99LimitMs: limits.p99Ms,
    slowAlone: false,
    shown: false,
    points: [],
    sent: 0,
  }
  const ms = seconds * 1000
  try {
    onProgress('warming up')
    await alone({ ms: WARM_UP.share * ms, requests: WARM_UP.requests })
    const times = Float64Array.from(await alone({ ms: ALONE.share * ms, requests: ALONE.requests })).sort()
    if (times.length === 0) throw noAnswers(target)
    sized.aloneMs = quantile(times, 0.5)
    const late = times.filter((time) => time > limits.p99Ms).length
    sized.slowAlone = late >= boundsOf(times.length).over
    if (sized.slowAlone) return { ...sized, sent: sent() }
    const begin = { start: 500 / sized.aloneMs, most: mostPerSecond, seconds }
    Object.assign(sized, await search(measure, limits, begin))
    const changed = await target.changed()
    if (changed !== undefined) return { ...sized, changed, sent: sent() }
    if (sized.rate !== undefined && sized.limit !== 'generator' && sized.stopped === undefined) {
      const operating = sized.rate * wanted.utilisation
      sized.operating = await measure(operating, { seconds, requests: OPERATING_PER_S * seconds })
      sized.recommendation = recommend(target.fleet, { rate: sized.rate, operating: sized.operating }, wanted)
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    sized.stopped = error.reason
  }
  return { ...sized, sent: sent() }
}
