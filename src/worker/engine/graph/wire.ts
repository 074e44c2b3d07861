/**
 * Protobuf's wire format, read from a file a small piece at a time: what nobody asks for is skipped by its length, so that a
 * model's weights are never in memory. No length is believed before it was held against what it lies in.
 */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** The bytes are not what protobuf, or ONNX, can be; the message says where. */
export class WireError extends Error {
  override name = 'WireError'
}

/** Bytes of the file, `end` not included. */
export type Range = { readonly start: number; readonly end: number }

/** `start` to `end` is its content: of a message, a text or bytes without their length. `at` is where its tag begins. */
export type Field = Range & { readonly number: number; readonly type: WireType; readonly at: number }

/** Bytes that are read at once. */
const WINDOW = 16_384
/** A tag and a length, or a number: at most 5 and 10 bytes. */
const LONGEST_HEAD = 20
const LONGEST_VARINT = 10

const EMPTY = new Uint8Array()

export class WireFile {
  readonly size: number
  readonly #file: number
  #start = 0
  #window: Uint8Array = EMPTY
  #reader = new BinaryReader(EMPTY)

  constructor(path: string) {
    this.#file = openSync(path, 'r')
    this.size = fstatSync(this.#file).size
  }

  close(): void {
    closeSync(this.#file)
  }

  /** The fields of a message, in order. @throws WireError */
  *fields({ start, end }: Range): Generator<Field, void> {
    for (let at = start; at < end; ) {
      const field = this.#field(at, end)
      yield field
      at = field.end
    }
  }

  /** @throws WireError if there are more than `most` */
  bytes({ start, end }: Range, most: number): Uint8Array<ArrayBuffer> {
    const length = end - start
    if (length > most)
      throw new WireError(`byte ${start}: ${length} bytes where at most ${most} are expected`)
    const bytes = new Uint8Array(length)
    this.#read(bytes, start)
    return bytes
  }

  text(field: Range, most: number): string {
    return Buffer.from(this.bytes(field, most)).toString()
  }

  varint({ start, end, type }: Field): bigint {
    if (type !== WireType.Varint) throw new WireError(`byte ${start}: expected a number`)
    return this.varintAt(start, end).value
  }

  /** The number at a place, and where the next thing begins. @throws WireError */
  varintAt(start: number, end: number): { value: bigint; end: number } {
    const reader = this.#at(start)
    try {
      const value = BigInt(reader.int64())
      const after = this.#start + reader.pos
      if (after > end) throw new Error('a number ends outside of what it is in')
      return { value, end: after }
    } catch (error) {
      throw new WireError(`byte ${start}: ${(error as Error).message}`)
    }
  }

  #field(at: number, end: number): Field {
    const reader = this.#at(at)
    try {
      const [number, type] = reader.tag()
      if (type === WireType.StartGroup || type === WireType.EndGroup)
        throw new Error('no field of ONNX begins so')
      const length = type === WireType.LengthDelimited ? reader.uint32() : 0
      const start = this.#start + reader.pos
      if (type !== WireType.LengthDelimited) reader.skip(type, number, 0)
      const stop = this.#start + reader.pos + length
      if (type === WireType.Varint && stop - start > LONGEST_VARINT)
        throw new Error('a number of too many bytes')
      if (stop > end)
        throw new Error(
          `a field is to end at byte ${stop}, what it is in ends at ${end}; the file may be cut short`,
        )
      return { number, type, at, start, end: stop }
    } catch (error) {
      throw new WireError(`byte ${at}: ${(error as Error).message}`)
    }
  }

  #at(position: number): BinaryReader {
    const offset = position - this.#start
    const ahead = Math.min(position + LONGEST_HEAD, this.size)
    if (offset < 0 || ahead > this.#start + this.#window.length) {
      this.#start = position
      this.#window = new Uint8Array(Math.min(WINDOW, Math.max(0, this.size - position)))
      this.#read(this.#window, position)
      this.#reader = new BinaryReader(this.#window)
    }
    this.#reader.pos = position - this.#start
    return this.#reader
  }

  #read(into: Uint8Array, position: number): void {
    for (let done = 0; done < into.length; ) {
      const count = readSync(this.#file, into, done, into.length - done, position + done)
      if (count === 0) throw new WireError(`byte ${position + done}: the file ends here`)
      done += count
    }
  }
}
