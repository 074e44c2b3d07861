/**
 * What a hand-over of n requests costs: a + b·n milliseconds, fitted by least squares in which older observations
 * count less and less. From it follow how many requests are worth handing over at once, and how long the queue is in time.
 */

/** Weight of what was known before, at each observation. */
const MEMORY = 0.95

/** A batch need not grow once the fixed cost is this part of the whole. */
const NEGLIGIBLE = 0.05

export class CostModel {
  #weight = 0
  #n = 0
  #cost = 0
  #nn = 0
  #ncost = 0

  observe(requests: number, milliseconds: number): void {
    this.#weight = this.#weight * MEMORY + 1
    this.#n = this.#n * MEMORY + requests
    this.#cost = this.#cost * MEMORY + milliseconds
    this.#nn = this.#nn * MEMORY + requests * requests
    this.#ncost = this.#ncost * MEMORY + requests * milliseconds
  }

  /** The fixed part and the part of each request. All is taken as fixed where sizes have not differed enough to tell. */
  #line(): { fixed: number; each: number } {
    if (this.#weight === 0) return { fixed: 0, each: 0 }
    const meanN = this.#n / this.#weight
    const meanCost = this.#cost / this.#weight
    const variance = this.#nn / this.#weight - meanN * meanN
    if (variance < 0.01 * meanN * meanN) return { fixed: meanCost, each: 0 }
    const covariance = this.#ncost / this.#weight - meanN * meanCost
    const each = Math.min(Math.max(covariance / variance, 0), meanCost / meanN)
    return { fixed: meanCost - each * meanN, each }
  }

  /** The smallest number of requests whose fixed cost is negligible; Infinity while a larger one seems to cost nothing. */
  get worthwhile(): number {
    const { fixed, each } = this.#line()
    if (each === 0) return Number.POSITIVE_INFINITY
    return Math.max(1, Math.ceil((fixed * (1 - NEGLIGIBLE)) / (each * NEGLIGIBLE)))
  }

  /** Mean milliseconds of one request in the hand-overs seen lately; 0 while nothing is known. */
  get eachOnAverage(): number {
    return this.#n === 0 ? 0 : this.#cost / this.#n
  }
}
