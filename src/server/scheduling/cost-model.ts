/**
 * What a batch costs, as a table by size: of 1 request, of 2, of 3 or 4, of 5 to 8, and so on, a mean of what was seen lately.
 * No formula is fitted, since none holds everywhere: a batch costs about as much as its requests one by one, or hardly more
 * than one of them, as the model is; on CUDA, where batches are padded to powers of two, as much as a full one of its size. From
 * it follow how many requests are worth a batch, how long the queue is in time, and when a worker must be stuck.
 */

/** Weight of what was known before, at each observation. */
const MEMORY = 0.98

/** A size is known once it was seen so often: a first run allocates, and tells little. */
const ENOUGH = 3

/** A size next to the best one is tried anew when it was not seen in so many batches: the machine may have changed. */
const STALE_BATCHES = 1000

/** A larger batch is worth it if each of its requests costs less by this part, unless said otherwise. */
const GAIN = 0.02

type Size = { seen: number; lastSeen: number; weight: number; requests: number; milliseconds: number }

/** Sizes by the logarithm of the largest batch in them: 1, 2, 3–4, 5–8, … */
const indexOf = (requests: number): number => Math.ceil(Math.log2(Math.max(1, requests)))

export class CostModel {
  /** True where a run is padded to the next power of two, and costs as much as if it were full. */
  padded = false
  readonly #sizes: (Size | undefined)[] = []
  #batches = 0
  #requests = 0
  #milliseconds = 0
  #bytes = 0

  observe(requests: number, milliseconds: number, bytes = 0): void {
    this.#batches += 1
    this.#requests = this.#requests * MEMORY + requests
    this.#milliseconds = this.#milliseconds * MEMORY + milliseconds
    this.#bytes = this.#bytes * MEMORY + bytes
    const index = indexOf(requests)
    const old = this.#isStale(index) ? undefined : this.#sizes[index]
    this.#sizes[index] = {
      seen: (old?.seen ?? 0) + 1,
      lastSeen: this.#batches,
      weight: (old?.weight ?? 0) * MEMORY + 1,
      requests: (old?.requests ?? 0) * MEMORY + requests,
      milliseconds: (old?.milliseconds ?? 0) * MEMORY + milliseconds,
    }
  }

  /** What is known before there were requests: what a batch took in the warm-up. */
  seed(requests: number, milliseconds: number, bytes: number): void {
    for (let i = 0; i < ENOUGH; i += 1) this.observe(requests, milliseconds, bytes)
  }

  get known(): boolean {
    return this.#requests > 0
  }

  /** Mean milliseconds of one request in the batches seen lately; 0 while nothing is known. */
  get each(): number {
    return this.known ? this.#milliseconds / this.#requests : 0
  }

  /**
   * Milliseconds of a batch. Where batches are padded, as long as others of its size; else on the line between the sizes seen
   * below and above it, and beyond the largest as that line goes on. A larger batch takes no less than a smaller one.
   */
  of(requests: number): number {
    const own = this.#sizes[indexOf(requests)]
    if (this.padded && own !== undefined) return own.milliseconds / own.weight
    const seen = this.#sizes.flatMap((size) =>
      size === undefined
        ? []
        : { mean: size.requests / size.weight, milliseconds: size.milliseconds / size.weight },
    )
    const next = seen.findIndex(({ mean }, index) => index > 0 && mean >= requests)
    const [below, above] = next === -1 ? seen.slice(-2) : seen.slice(next - 1)
    if (below === undefined || above === undefined) return requests * this.each
    const slope = (above.milliseconds - below.milliseconds) / (above.mean - below.mean)
    return below.milliseconds + Math.max(0, slope) * Math.max(0, requests - below.mean)
  }

  /**
   * Upper estimate of the milliseconds of `requests` requests of `bytes` bytes in all: the largest of those by the size of the
   * batch, by the number of requests and by their bytes.
   */
  expected(requests: number, bytes: number): number {
    const eachByte = this.#bytes === 0 ? 0 : this.#milliseconds / this.#bytes
    return Math.max(this.of(requests), requests * this.each, bytes * eachByte)
  }

  /**
   * How many of up to `most` requests to put into a batch: as many as pass most quickly, and no more than gain by it. What is not
   * known is tried: first all that there are, then the sizes beside the best, until that is the best of its neighbours.
   */
  best(most: number, gain = GAIN): number {
    const top = indexOf(most)
    const sizeAt = (index: number) => Math.min(2 ** index, most)
    if (!this.#isKnown(top)) return most
    const rates = Array.from({ length: top + 1 }, (_, index) => this.#rate(index, sizeAt(index)))
    const enough = Math.max(...rates) / (1 + gain)
    const best = rates.findIndex((rate) => rate >= enough)
    const untried = [best - 1, best + 1].find((index) => index >= 0 && index <= top && !this.#isFresh(index))
    return sizeAt(untried ?? best)
  }

  /** Requests of a batch of this size that pass in a millisecond; 0 where it is not known. A padded one is worth what is in it. */
  #rate(index: number, requests: number): number {
    const size = this.#sizes[index]
    if (size === undefined || !this.#isKnown(index)) return 0
    return (this.padded ? requests * size.weight : size.requests) / size.milliseconds
  }

  #isKnown(index: number): boolean {
    return (this.#sizes[index]?.seen ?? 0) >= ENOUGH
  }

  #isFresh(index: number): boolean {
    return this.#isKnown(index) && !this.#isStale(index)
  }

  #isStale(index: number): boolean {
    const size = this.#sizes[index]
    return size !== undefined && this.#batches - size.lastSeen > STALE_BATCHES
  }
}
