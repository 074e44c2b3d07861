/** Two variants by one metric: their difference, how sure it is, and what so many users can show at all. */

import { normalQuantile, normalTails, studentQuantile, studentTails } from './distributions.ts'
import { ALPHA, type Estimate, type Interval, wilson, Z } from './estimate.ts'

/** The chance of finding a difference of the size of `detectable`. */
const POWER = 0.8
const Z_OF_POWER = normalQuantile(2 * (1 - POWER))

export type Comparison = {
  difference: Interval & { value: number }
  /** Of the control's value, such as 0.1 for a tenth more; null where that is not above 0. */
  relative: (Interval & { value: number }) | null
  pValue: number
  /** The smallest difference that so many users show with a power of 80 %. */
  detectable: number
}

/** Newcombe's hybrid score interval of a difference of rates (Statistics in Medicine 1998, method 10), and the pooled z test. */
const ofRates = (control: Estimate, other: Estimate): Pick<Comparison, 'pValue'> & Interval => {
  const [a, b] = [wilson(control.value, control.users), wilson(other.value, other.users)]
  const difference = other.value - control.value
  const pooled = (control.value * control.users + other.value * other.users) / (control.users + other.users)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / control.users + 1 / other.users))
  return {
    low: difference - Math.hypot(other.value - b.low, a.high - control.value),
    high: difference + Math.hypot(b.high - other.value, control.value - a.low),
    pValue: error === 0 ? 1 : normalTails(difference / error),
  }
}

/** Welch's degrees of freedom. */
const freedom = (control: Estimate, other: Estimate): number =>
  (control.variance + other.variance) ** 2 /
  (control.variance ** 2 / (control.users - 1) + other.variance ** 2 / (other.users - 1))

/** Welch's interval and test. */
const ofMeans = (control: Estimate, other: Estimate): Pick<Comparison, 'pValue'> & Interval => {
  const difference = other.value - control.value
  const error = Math.sqrt(control.variance + other.variance)
  if (error === 0) return { low: difference, high: difference, pValue: difference === 0 ? 1 : 0 }
  const degrees = freedom(control, other)
  const half = studentQuantile(ALPHA, degrees) * error
  return {
    low: difference - half,
    high: difference + half,
    pValue: studentTails(difference / error, degrees),
  }
}

/** By the logarithm of the ratio, with the delta method; of rates this is Katz' interval. */
const relativeOf = (control: Estimate, other: Estimate): Comparison['relative'] => {
  if (!(control.value > 0 && other.value > 0)) return null
  const half = Z * Math.sqrt(control.variance / control.value ** 2 + other.variance / other.value ** 2)
  const ratio = other.value / control.value
  return { value: ratio - 1, low: ratio * Math.exp(-half) - 1, high: ratio * Math.exp(half) - 1 }
}

/** Undefined where a variant has fewer than two users with an outcome. */
export const compare = (control: Estimate, other: Estimate): Comparison | undefined => {
  if (control.users < 2 || other.users < 2) return undefined
  const { low, high, pValue } =
    control.binary && other.binary ? ofRates(control, other) : ofMeans(control, other)
  return {
    difference: { value: other.value - control.value, low, high },
    relative: relativeOf(control, other),
    pValue,
    detectable: (Z + Z_OF_POWER) * Math.sqrt(control.variance + other.variance),
  }
}

/** Holm's step-down: of several comparisons with one control the chance of any false finding stays as it is for one. */
export const holm = (pValues: readonly number[]): number[] => {
  const order = pValues.map((_, at) => at).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0))
  const adjusted: number[] = []
  let largest = 0
  for (const [rank, at] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues[at] ?? 1) * (pValues.length - rank)))
    adjusted[at] = largest
  }
  return adjusted
}
