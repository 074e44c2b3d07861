/**
 * What a batch of n requests costs: a + b·n milliseconds, fitted by least squares in which older observations
 * count less and less. From it follow how many requests are worth giving to a worker at once, how long the queue is in time,
 * and when a worker takes so long that it must be stuck.
 */

/** Weight of what was known before, at each observation: of the mean cost, and of how it depends on the size, which is harder to tell. */
const MEMORY = 0.98
const LONG_MEMORY = 0.995

/** A batch need not grow once the fixed cost is this part of the whole. */
const NEGLIGIBLE = 0.02

/** Requests so many times larger than the mean, or so many times later than expected, tell nothing about the others. */
const UNUSUAL = 4

export class CostModel {
  #weight = 0
  #n = 0
  #cost = 0
  #nn = 0
  #ncost = 0
  #costcost = 0
  #bytes = 0
  #requests = 0
  #milliseconds = 0

  observe(requests: number, milliseconds: number, bytes = 0): void {
    const unusual =
      this.known &&
      (bytes / requests > (UNUSUAL * this.#bytes) / this.#requests ||
        milliseconds > UNUSUAL * this.expected(requests, bytes))
    this.#requests = this.#requests * MEMORY + requests
    this.#milliseconds = this.#milliseconds * MEMORY + milliseconds
    this.#bytes = this.#bytes * MEMORY + bytes
    if (unusual) return
    this.#weight = this.#weight * LONG_MEMORY + 1
    this.#n = this.#n * LONG_MEMORY + requests
    this.#cost = this.#cost * LONG_MEMORY + milliseconds
    this.#nn = this.#nn * LONG_MEMORY + requests * requests
    this.#ncost = this.#ncost * LONG_MEMORY + requests * milliseconds
    this.#costcost = this.#costcost * LONG_MEMORY + milliseconds * milliseconds
  }

  /**
   * The fixed part and the part of each request, and the variance with which the fixed part is known (that of the intercept
   * in a regression). All is taken as fixed where sizes have not differed enough to tell.
   */
  #line(): { fixed: number; each: number; variance: number } {
    if (this.#weight === 0) return { fixed: 0, each: 0, variance: 0 }
    const meanN = this.#n / this.#weight
    const meanCost = this.#cost / this.#weight
    const varianceN = this.#nn / this.#weight - meanN * meanN
    if (varianceN < 0.01 * meanN * meanN) return { fixed: meanCost, each: 0, variance: 0 }
    const covariance = this.#ncost / this.#weight - meanN * meanCost
    const each = Math.min(Math.max(covariance / varianceN, 0), meanCost / meanN)
    const varianceCost = this.#costcost / this.#weight - meanCost * meanCost
    const residual = varianceCost - 2 * each * covariance + each * each * varianceN
    const variance = (Math.max(0, residual) * (1 + (meanN * meanN) / varianceN)) / this.#weight
    return { fixed: meanCost - each * meanN, each, variance }
  }

  /**
   * The smallest number of requests whose fixed cost is negligible; Infinity while a larger one seems to cost nothing. A
   * fixed cost no larger than its uncertainty is hardly believed: it is shrunk towards 0 in proportion.
   */
  get worthwhile(): number {
    const { fixed, each, variance } = this.#line()
    if (each === 0) return Number.POSITIVE_INFINITY
    const believed = fixed === 0 ? 0 : fixed / (1 + variance / (fixed * fixed))
    return Math.max(1, Math.ceil((believed * (1 - NEGLIGIBLE)) / (each * NEGLIGIBLE)))
  }

  /** Milliseconds that one more request in a batch costs; its share of the whole where that is not known. */
  get marginal(): number {
    return this.#line().each || this.eachOnAverage
  }

  /** Milliseconds of a batch of so many requests, none of them unusual. */
  of(requests: number): number {
    const { fixed, each } = this.#line()
    return fixed + each * requests
  }

  /** Mean milliseconds of one request in the batches seen lately; 0 while nothing is known. */
  get eachOnAverage(): number {
    return this.#requests === 0 ? 0 : this.#milliseconds / this.#requests
  }

  /** Milliseconds that so many requests of so many bytes in all may take, judged by number, by mean or by size, whichever says most. */
  expected(requests: number, bytes: number): number {
    const each = this.#bytes === 0 ? 0 : this.#milliseconds / this.#bytes
    return Math.max(this.of(requests), requests * this.eachOnAverage, bytes * each)
  }

  get known(): boolean {
    return this.#requests > 0
  }
}
