/**
 * Tails of the distributions that tests go by. After NIST's Digital Library of Mathematical Functions, 5.11, 8.11, 8.9 and 8.17:
 * series and continued fractions, right to 9 digits: a test holds them against SciPy's.
 */

const EPSILON = 1e-15
const TINY = 1e-300
const MOST_TERMS = 10_000

/** Lanczos' approximation with g = 7 and 9 terms. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** ln Γ(x), for x > 0. */
const logGamma = (x: number): number => {
  const y = x - 1
  const sum = LANCZOS.reduce((total, term, at) => total + (at === 0 ? term : term / (y + at)))
  const t = y + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** b₀ + a₁/(b₁ + a₂/(b₂ + …)) by Lentz' method. */
const continuedFraction = (b0: number, term: (n: number) => [a: number, b: number]): number => {
  let value = b0 || TINY
  let c = value
  let d = 0
  for (let n = 1; n < MOST_TERMS; n++) {
    const [a, b] = term(n)
    d = 1 / (b + a * d || TINY)
    c = b + a / c || TINY
    value *= c * d
    if (Math.abs(c * d - 1) < EPSILON) break
  }
  return value
}

/** Q(a, x), the upper tail of the gamma distribution. */
const upperGamma = (a: number, x: number): number => {
  if (x <= 0) return 1
  const factor = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x > a + 1) return factor / continuedFraction(x + 1 - a, (n) => [n * (a - n), x + 2 * n + 1 - a])
  let term = 1 / a
  let sum = term
  for (let n = 1; n < MOST_TERMS && term > sum * EPSILON; n++) {
    term *= x / (a + n)
    sum += term
  }
  return 1 - factor * sum
}

/** I(x; a, b), the beta distribution. */
const beta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - beta(1 - x, b, a)
  const factor = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  const term = (n: number): [number, number] => {
    const m = Math.floor(n / 2)
    const over = (a + n - 1) * (a + n)
    return [(n % 2 === 0 ? m * (b - m) * x : -(a + m) * (a + b + m) * x) / over, 1]
  }
  return factor / (a * continuedFraction(1, term))
}

/** The chance that chance alone gives a value as large. */
export const chiSquareTail = (value: number, degreesOfFreedom: number): number =>
  upperGamma(degreesOfFreedom / 2, value / 2)

/** The chance of a value as far from 0, on either side. */
export const normalTails = (z: number): number => upperGamma(0.5, (z * z) / 2)
export const studentTails = (t: number, degreesOfFreedom: number): number =>
  beta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5)

/** How far from 0 a value is that chance exceeds with this probability, on either side. */
const quantile = (tails: (value: number) => number, probability: number): number => {
  let [low, high] = [0, 1]
  while (tails(high) > probability && high < 1e9) high *= 2
  while (high - low > 1e-13 * high) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (tails(middle) > probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

export const normalQuantile = (probability: number): number => quantile(normalTails, probability)
export const studentQuantile = (probability: number, degreesOfFreedom: number): number =>
  quantile((t) => studentTails(t, degreesOfFreedom), probability)
