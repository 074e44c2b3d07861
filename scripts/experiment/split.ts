/** Whether users are split as the weights say, over all weights that there were. */

import type { Weights } from '../traffic/assign-variant.ts'
import { sampleRatio } from '../traffic/sample-ratio.ts'
import { chiSquareTail } from './distributions.ts'
import type { User } from './exposed.ts'

/** As the proxy has it: chance alone would do this less than once in 1000 times. */
export const MISMATCH = 0.001

export type Split = {
  chiSquare: number
  degreesOfFreedom: number
  pValue: number
  mismatch: boolean
}

type Period = { weights: Weights; users: Record<string, number> }

/** Users by the weights of their first exposure. */
export const periodsOf = (users: Iterable<User>): Period[] => {
  const periods = new Map<string, Period>()
  for (const { weights, variant } of users) {
    const key = JSON.stringify(Object.entries(weights).sort())
    const period = periods.get(key) ?? { weights, users: {} }
    period.users[variant] = (period.users[variant] ?? 0) + 1
    periods.set(key, period)
  }
  return [...periods.values()]
}

/** Undefined while it says nothing: no period has enough users. */
export const splitOf = (periods: readonly Period[]): Split | undefined => {
  const found = periods.flatMap(({ users, weights }) => sampleRatio(users, weights) ?? [])
  if (found.length === 0) return undefined
  const chiSquare = found.reduce((sum, each) => sum + each.chiSquare, 0)
  const degreesOfFreedom = found.reduce((sum, each) => sum + each.degreesOfFreedom, 0)
  const pValue = chiSquareTail(chiSquare, degreesOfFreedom)
  return { chiSquare, degreesOfFreedom, pValue, mismatch: pValue < MISMATCH }
}

/** Whether users without an outcome are spread over the variants as those with one are: the p-value, undefined where all have one. */
export const evennessOf = (groups: readonly { users: number; withOutcome: number }[]): number | undefined => {
  const users = groups.reduce((sum, group) => sum + group.users, 0)
  const withOutcome = groups.reduce((sum, group) => sum + group.withOutcome, 0)
  if (withOutcome === 0 || withOutcome === users) return undefined
  const chiSquare = groups.reduce((sum, group) => {
    const expected = (group.users * withOutcome) / users
    const difference = group.withOutcome - expected
    return sum + difference ** 2 / expected + difference ** 2 / (group.users - expected)
  }, 0)
  return chiSquareTail(chiSquare, groups.length - 1)
}
