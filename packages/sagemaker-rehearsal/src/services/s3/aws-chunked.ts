/** Takes the chunks off an aws-chunked body, signed or not, and gives the trailers that follow it. Signatures are not verified. */

import { Transform, type TransformCallback } from 'node:stream'
import { AwsError } from '../../aws-error.ts'

/** A line of this encoding is a size with a signature, or a checksum. */
const LONGEST_LINE_BYTES = 4096

const malformed = (what: string) => new AwsError('InvalidRequest', `The aws-chunked body ${what}.`)

export class AwsChunkedDecoder extends Transform {
  /** Names are in lower case; complete when the stream has ended. */
  readonly trailers: Record<string, string> = {}
  #line = Buffer.alloc(0)
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size'
  #left = 0

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    try {
      this.#take(chunk)
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  override _flush(done: TransformCallback): void {
    // The last empty line is left out by some clients.
    const complete = this.#state === 'done' || (this.#state === 'trailer' && this.#line.length === 0)
    done(complete ? null : malformed('ends in the middle'))
  }

  #take(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#state === 'data') {
        const piece = chunk.subarray(at, at + this.#left)
        this.push(piece)
        at += piece.length
        this.#left -= piece.length
        if (this.#left === 0) this.#state = 'data-end'
        continue
      }
      const newline = chunk.indexOf(0x0a, at)
      const end = newline === -1 ? chunk.length : newline + 1
      this.#line = Buffer.concat([this.#line, chunk.subarray(at, end)])
      at = end
      if (this.#line.length > LONGEST_LINE_BYTES) throw malformed('has an endless line')
      if (newline === -1) return
      const line = this.#line.toString('latin1').trimEnd()
      this.#line = Buffer.alloc(0)
      this.#read(line)
    }
  }

  #read(line: string): void {
    if (this.#state === 'data-end') {
      if (line !== '') throw malformed('has a chunk that is longer than it says')
      this.#state = 'size'
    } else if (this.#state === 'size') {
      const [size = ''] = line.split(';')
      if (!/^[0-9a-f]{1,12}$/i.test(size)) throw malformed('has a chunk without a size')
      this.#left = Number.parseInt(size, 16)
      this.#state = this.#left === 0 ? 'trailer' : 'data'
    } else if (this.#state === 'trailer') {
      if (line === '') {
        this.#state = 'done'
        return
      }
      const colon = line.indexOf(':')
      if (colon === -1) throw malformed('has a trailer without a colon')
      this.trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
    }
  }
}
