/** Bodies that were sent compressed: Content-Encoding, RFC 9110, section 8.4. */

import { promisify } from 'node:util'
import { gunzip, inflate, type ZlibOptions } from 'node:zlib'
import { ServingError } from '../../errors.ts'
import { quote } from '../../words.ts'
import { type Allowance, MAX_HELD_BYTES } from '../allowance.ts'
import { Budget } from '../budget.ts'

type Decompress = (body: Uint8Array, options: ZlibOptions) => Promise<Uint8Array>

const DECODERS = new Map<string, Decompress>([
  ['gzip', promisify<Uint8Array, ZlibOptions, Uint8Array>(gunzip)],
  ['x-gzip', promisify<Uint8Array, ZlibOptions, Uint8Array>(gunzip)],
  ['deflate', promisify<Uint8Array, ZlibOptions, Uint8Array>(inflate)],
])

/** Bytes into which bodies are being decompressed at once, in this process; nobody knows yet how many each has. */
const BYTES_AT_ONCE = new Budget(MAX_HELD_BYTES / 4)

/**
 * The body as it was before it was encoded: the same bytes for `identity` and without an encoding, else decompressed on a
 * thread of libuv's.
 *
 * @param encoding the Content-Encoding header
 * @param maxBytes what the decoded body may have; decompression stops there, whatever the encoded body would become
 * @throws ServingError ERR_UNSUPPORTED_MEDIA_TYPE, ERR_INVALID_BODY, ERR_BODY_TOO_LARGE, and what `allowance` throws
 */
export const decodeContent = (
  body: Uint8Array,
  encoding: string | undefined,
  maxBytes: number,
  allowance: Allowance,
): Uint8Array | Promise<Uint8Array> => {
  const name = encoding?.trim().toLowerCase()
  if (name === undefined || name === '' || name === 'identity') return body
  const decompress = DECODERS.get(name)
  if (decompress === undefined) {
    throw new ServingError(
      'ERR_UNSUPPORTED_MEDIA_TYPE',
      `Content-Encoding ${quote(name)} is not supported; send gzip, deflate or identity, one of them`,
    )
  }
  const start = async () => {
    const decoded = await decompress(body, { maxOutputLength: maxBytes }).catch((error: Error) => {
      throw readable(error, name, maxBytes)
    })
    allowance.hold(decoded.byteLength)
    return decoded
  }
  return BYTES_AT_ONCE.use(maxBytes, start, allowance.signal)
}

const readable = (error: Error, name: string, maxBytes: number): ServingError =>
  (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    ? new ServingError(
        'ERR_BODY_TOO_LARGE',
        `the body is larger than ${maxBytes} bytes once it is decompressed`,
      )
    : new ServingError('ERR_INVALID_BODY', `the body cannot be decompressed as ${name}: ${error.message}`)
