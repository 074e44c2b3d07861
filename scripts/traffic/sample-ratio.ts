/** Sample ratio mismatch: users are not split as the weights say, so the experiment has a fault, and its result none. */

/** Chi-square's critical values for p = 0.001, by degrees of freedom from 1; an endpoint has at most 10 variants. */
const CRITICAL = [10.828, 13.816, 16.266, 18.467, 20.515, 22.458, 24.322, 26.124, 27.877]

export type SampleRatio = {
  chiSquare: number
  degreesOfFreedom: number
  /** True if chance alone would do this less than once in 1000 times. */
  mismatch: boolean
}

/**
 * Distinct users by variant, held against the weights. Undefined while it says nothing: fewer than two variants have a
 * weight, or one of them can expect fewer than 5 users.
 */
export const sampleRatio = (
  users: Readonly<Record<string, number>>,
  weights: Readonly<Record<string, number>>,
): SampleRatio | undefined => {
  const variants = Object.keys(weights).filter((variant) => (weights[variant] ?? 0) > 0)
  const sum = (of: Readonly<Record<string, number>>) =>
    variants.reduce((total, variant) => total + (of[variant] ?? 0), 0)
  const [allUsers, allWeights] = [sum(users), sum(weights)]
  const expected = variants.map((variant) => (allUsers * (weights[variant] ?? 0)) / allWeights)
  const degreesOfFreedom = variants.length - 1
  const critical = CRITICAL[degreesOfFreedom - 1]
  if (critical === undefined || expected.some((count) => count < 5)) return undefined
  const chiSquare = variants.reduce((total, variant, at) => {
    const expect = expected[at] as number
    return total + ((users[variant] ?? 0) - expect) ** 2 / expect
  }, 0)
  return { chiSquare, degreesOfFreedom, mismatch: chiSquare > critical }
}
