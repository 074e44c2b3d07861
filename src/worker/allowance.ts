/**
 * What requests may hold of a worker's memory for what is large though its body is small: the tensors of images, bodies and
 * arrays that were sent compressed, and what the model gave for some texts until that for the others is there. Bodies themselves are bounded by the server's queue.
 */

import { ServingError } from '../errors.ts'

/** Bytes that all requests in a worker may hold together, from their decoding to their reply. */
export const MAX_HELD_BYTES = 256 * 2 ** 20

let heldByAll = 0

/** What a decoder has from the worker, for one request. Made for every request, so that it costs next to nothing until it is used. */
export class Allowance {
  readonly #abort: { readonly signal: AbortSignal }
  #held = 0
  #released = false

  constructor(abort: { readonly signal: AbortSignal }) {
    this.#abort = abort
  }

  /** Aborts when the request is given up; work that has not begun need not begin. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /**
   * Counts bytes that are about to be allocated and live until the reply. What a request holds first is granted if nobody
   * else holds anything, so that a single image is bounded by its own limit alone.
   *
   * @throws ServingError ERR_INVALID_INPUT if the request alone would hold too much, ERR_OVERLOADED if all would together
   */
  hold(bytes: number): void {
    if (this.#released) return
    if (this.#held > 0 && this.#held + bytes > MAX_HELD_BYTES) {
      throw new ServingError(
        'ERR_INVALID_INPUT',
        `the images or compressed arrays of this request, or what the model gives for its texts, take more than ${MAX_HELD_BYTES} bytes; send fewer, or smaller ones`,
      )
    }
    if (heldByAll > 0 && heldByAll + bytes > MAX_HELD_BYTES) {
      throw new ServingError(
        'ERR_OVERLOADED',
        `images, compressed arrays, compressed bodies and texts of the requests at hand take more than ${MAX_HELD_BYTES} bytes; try again later`,
      )
    }
    if (this.#held === 0) this.signal.addEventListener('abort', () => this.release())
    this.#held += bytes
    heldByAll += bytes
  }

  /** Gives back all that was held, as the signal does; after it, nothing more is counted. */
  release(): void {
    heldByAll -= this.#held
    this.#held = 0
    this.#released = true
  }
}
