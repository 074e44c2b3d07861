/**
 * A metric of one variant. The users are what was dealt at random, so they are the units, also where a user has several outcomes:
 * those of one user are alike, and counting each as evidence of its own makes intervals too short. The metric is Σy / Σn over users with
 * n outcomes of the sum y, and its variance that of a ratio by the delta method (Deng et al., KDD 2018); with n = 1 it is the mean's.
 */

import { normalQuantile, studentQuantile } from './distributions.ts'

/** A user's outcomes: how many, and their sum. */
export type Unit = { n: number; y: number }

export type Interval = { low: number; high: number }

export type Estimate = {
  /** Users with an outcome. */
  users: number
  outcomes: number
  value: number
  /** Of `value`, squared standard error. */
  variance: number
  /** Of users, about the metric. */
  skewness: number
  /** Whether each user has one outcome that is 0 or 1. */
  binary: boolean
}

export const CONFIDENCE = 0.95
export const ALPHA = 1 - CONFIDENCE

/** In standard errors, half of an interval. */
export const Z = normalQuantile(ALPHA)

export const estimate = (units: readonly Unit[]): Estimate => {
  const users = units.length
  let outcomes = 0
  let sum = 0
  let binary = true
  for (const { n, y } of units) {
    outcomes += n
    sum += y
    binary &&= n === 1 && (y === 0 || y === 1)
  }
  const value = sum / outcomes
  // Each user's part in the ratio, whose mean is 0.
  const perUser = outcomes / users
  let squares = 0
  let cubes = 0
  for (const { n, y } of units) {
    const part = (y - value * n) / perUser
    squares += part * part
    cubes += part * part * part
  }
  const spread = squares / (users - 1)
  return {
    users,
    outcomes,
    value,
    variance: spread / users,
    skewness: squares === 0 ? 0 : cubes / users / (squares / users) ** 1.5,
    binary,
  }
}

/** Wilson's score interval of a rate. */
export const wilson = (rate: number, users: number): Interval => {
  const middle = rate + Z ** 2 / (2 * users)
  const half = Z * Math.sqrt((rate * (1 - rate)) / users + Z ** 2 / (4 * users ** 2))
  const scale = 1 + Z ** 2 / users
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) }
}

export const intervalOf = ({ users, value, variance }: Estimate, isRate: boolean): Interval => {
  if (isRate) return wilson(value, users)
  const half = studentQuantile(ALPHA, users - 1) * Math.sqrt(variance)
  return { low: value - half, high: value + half }
}
