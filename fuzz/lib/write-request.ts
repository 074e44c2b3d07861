/** Writes POST /invocations as bytes, its body with a Content-Length or in chunks. */

import type { Random } from './random.ts'

export type HeaderLine = [name: string, value: string]

const MOST_CHUNKS = 4

/** The body in one to four chunks (RFC 9112, section 7.1). */
export const chunked = (body: Buffer, random: Random): Buffer => {
  const parts: Buffer[] = []
  for (let from = 0; from < body.length; ) {
    const left = MOST_CHUNKS - parts.length / 3
    const to = left <= 1 ? body.length : from + random.between(1, body.length - from)
    parts.push(Buffer.from(`${(to - from).toString(16)}\r\n`), body.subarray(from, to), Buffer.from('\r\n'))
    from = to
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

export const headOf = (headers: readonly HeaderLine[], first = 'POST /invocations HTTP/1.1'): Buffer =>
  Buffer.from(`${first}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`, 'latin1')

export const HOST: HeaderLine = ['Host', 'localhost']

export const withLength = (headers: readonly HeaderLine[], body: Buffer): Buffer =>
  Buffer.concat([headOf([HOST, ...headers, ['Content-Length', String(body.length)]]), body])

export const withChunks = (headers: readonly HeaderLine[], body: Buffer, random: Random): Buffer =>
  Buffer.concat([headOf([HOST, ...headers, ['Transfer-Encoding', 'chunked']]), chunked(body, random)])

export const writeRequest = (headers: readonly HeaderLine[], body: Buffer, random: Random): Buffer =>
  random.chance(0.2) ? withChunks(headers, body, random) : withLength(headers, body)
