/** Cuts what comes through a socket into the frames that were written into it. */

import { ProtocolError } from './check.ts'
import { LENGTHS, SHORT_BYTES } from './frames.ts'

/** A batch has less, whatever --max-body-bytes is, and replies cross in pieces: a longer message was not written by `encode`. */
export const MAX_FRAME_BYTES = 2 ** 31

export class FrameReader {
  readonly #onFrame: (frame: Buffer) => void
  /** Frames that are short come here, and others begin here. */
  readonly #short = Buffer.allocUnsafeSlow(SHORT_BYTES)
  #from = 0
  #to = 0
  /** A longer one has memory of its own, into which it is read. */
  #long: Buffer | undefined
  #came = 0

  /** @param onFrame given each frame, of which nobody else has the bytes */
  constructor(onFrame: (frame: Buffer) => void) {
    this.#onFrame = onFrame
  }

  /** Where the next bytes are to be written. */
  get space(): Buffer {
    return this.#long === undefined ? this.#short.subarray(this.#to) : this.#long.subarray(this.#came)
  }

  /** So many bytes were written there. @throws ProtocolError if a message is longer than it may be, or than there is memory */
  came(bytes: number): void {
    if (this.#long !== undefined) {
      this.#came += bytes
      if (this.#came < this.#long.byteLength) return
      const frame = this.#long
      this.#long = undefined
      this.#onFrame(frame)
      return
    }
    this.#to += bytes
    while (this.#to - this.#from >= LENGTHS) {
      const length = LENGTHS + this.#short.readUInt32LE(this.#from) + this.#short.readUInt32LE(this.#from + 4)
      const frame = this.#short.subarray(this.#from, Math.min(this.#to, this.#from + length))
      if (frame.byteLength < length) {
        if (length > SHORT_BYTES) this.#begin(length, frame)
        break
      }
      this.#from += length
      this.#onFrame(Buffer.from(frame))
    }
    // What is left of the next one goes to the front, so that all of it has room.
    this.#short.copyWithin(0, this.#from, this.#to)
    this.#to -= this.#from
    this.#from = 0
  }

  #begin(length: number, start: Uint8Array): void {
    if (length > MAX_FRAME_BYTES)
      throw new ProtocolError(`it sent a message of ${length} bytes, and may have ${MAX_FRAME_BYTES}`)
    try {
      this.#long = Buffer.allocUnsafeSlow(length)
    } catch {
      throw new ProtocolError(`it sent a message of ${length} bytes, for which there is no memory`)
    }
    this.#long.set(start)
    this.#came = start.byteLength
    this.#from = this.#to
  }

  /** The same for bytes that are in another place. @throws ProtocolError */
  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.byteLength; ) {
      const { space } = this
      const part = chunk.subarray(at, at + space.byteLength)
      space.set(part)
      at += part.byteLength
      this.came(part.byteLength)
    }
  }
}
