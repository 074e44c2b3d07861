/** Keeps a body in the pieces in which it comes, and what comes in crumbs in blocks, since each piece costs some 500 bytes more. */

import type { Body } from '../../protocol/body.ts'

/** What is shorter is copied, so that what is held is at most a sixteenth more than what has come. */
const LEAST_PIECE = 8 * 1024
const BLOCK = 16 * 1024

export class Collected {
  readonly #pieces: Uint8Array[] = []
  #byteLength = 0
  /** Crumbs that came last, and how many bytes they are. */
  #block: Buffer | undefined
  #used = 0

  get byteLength(): number {
    return this.#byteLength
  }

  add(chunk: Buffer): void {
    this.#byteLength += chunk.length
    if (chunk.length < LEAST_PIECE) {
      this.#copy(chunk)
    } else {
      this.#endBlock()
      this.#pieces.push(chunk)
    }
  }

  /** To be called once, when all has come. */
  end(): Body {
    this.#endBlock()
    const [first = Buffer.alloc(0)] = this.#pieces
    return this.#pieces.length < 2 ? first : { pieces: this.#pieces, byteLength: this.#byteLength }
  }

  #copy(chunk: Buffer): void {
    for (let from = 0; from < chunk.length; ) {
      this.#block ??= Buffer.allocUnsafeSlow(BLOCK)
      const copied = chunk.copy(this.#block, this.#used, from)
      from += copied
      this.#used += copied
      if (this.#used < BLOCK) continue
      this.#pieces.push(this.#block)
      this.#block = undefined
      this.#used = 0
    }
  }

  /** What is in the block becomes a piece of its own size; the block can take what comes next. */
  #endBlock(): void {
    if (this.#block === undefined || this.#used === 0) return
    this.#pieces.push(new Uint8Array(this.#block.subarray(0, this.#used)))
    this.#used = 0
  }
}
