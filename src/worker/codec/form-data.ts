/**
 * The parts of a multipart/form-data body, after RFC 7578 and RFC 2046, section 5.1.1. The body is whole and in memory, so
 * it is read in one pass without a stream: what comes back is the parts or an error, and nothing is waited for.
 */

import { parse as parseDisposition } from 'content-disposition'
import { ServingError } from '../../errors.ts'
import { quote } from '../../words.ts'

export type FormFile = {
  /** The name of its field. */
  field: string
  /** False for a field that is no file: its text is the value. */
  isFile: boolean
  /** For messages: the file's name, else the field's. */
  name: string
  /** Its Content-Type header; text/plain where it has none (RFC 7578, section 4.4). */
  type: string
  /** A view of the form's body. */
  body: Uint8Array
}

const MAX_PARTS = 1000

/** Bytes of all headers of a part together. */
const MAX_HEADER_BYTES = 8192

/** RFC 2046, section 5.1.1. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{1,70}$/

/** A token of RFC 9110, section 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Encodings that leave the bytes as they are. Others are deprecated in forms (RFC 7578, section 4.7). */
const PLAIN_ENCODINGS = ['7bit', '8bit', 'binary']

const [TAB, LINE_FEED, RETURN, SPACE, DASH] = [0x09, 0x0a, 0x0d, 0x20, 0x2d]

const invalid = (message: string): ServingError =>
  new ServingError('ERR_INVALID_BODY', `the body is not multipart/form-data: ${message}`)

/**
 * The parts of a form, in order. None is passed over: one that cannot be read is an error.
 *
 * @throws ServingError ERR_INVALID_BODY
 */
export const readFormFiles = (body: Uint8Array, boundary = ''): FormFile[] => {
  if (!BOUNDARY.test(boundary)) {
    throw invalid('the Content-Type needs the boundary parameter that separates the parts')
  }
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return splitParts(bytes, boundary).map(readPart)
}

/**
 * What lies between the lines that delimit parts, each with the line break before its headers. Text before the first and
 * after the last delimiter is ignored, as RFC 2046 asks.
 */
const splitParts = (bytes: Buffer, boundary: string): Buffer[] => {
  const delimiter = Buffer.from(`\n--${boundary}`)
  const find = (from: number): number => {
    const at = bytes.indexOf(delimiter, from)
    if (at !== -1 && bytes[at - 1] !== RETURN) throw invalid('a boundary follows a bare line feed, not CR LF')
    return at
  }
  // The first one needs no line break before it.
  const opensWithBoundary = bytes.subarray(0, delimiter.length - 1).equals(delimiter.subarray(1))
  let at = opensWithBoundary ? -1 : find(0)
  if (at === -1 && !opensWithBoundary) throw invalid('the boundary does not occur in it')
  const parts: Buffer[] = []
  for (;;) {
    const { end, isLast } = readDelimiter(bytes, at + delimiter.length)
    // Two delimiters may share a line break.
    at = find(end - 1)
    if (isLast && at === -1) return parts
    if (isLast) throw invalid('a part follows the closing boundary')
    if (at === -1) throw invalid('unexpected end before the closing boundary')
    if (parts.length === MAX_PARTS) throw invalid(`it has more than ${MAX_PARTS} parts`)
    parts.push(bytes.subarray(end - 2, Math.max(end, at - 1)))
  }
}

/** The rest of a delimiter's line: padding, after two dashes if it is the closing one. `end` is where the next line starts. */
const readDelimiter = (bytes: Buffer, start: number): { end: number; isLast: boolean } => {
  const isLast = bytes[start] === DASH && bytes[start + 1] === DASH
  let at = isLast ? start + 2 : start
  while (bytes[at] === SPACE || bytes[at] === TAB) at += 1
  const endsLine = bytes[at] === RETURN && bytes[at + 1] === LINE_FEED
  if (endsLine || (isLast && at === bytes.length)) return { end: at + 2, isLast }
  throw invalid(
    at >= bytes.length - 1 ? 'unexpected end after a boundary' : 'a boundary does not end its line',
  )
}

const readPart = (part: Buffer, index: number): FormFile => {
  const place = `part ${index + 1}`
  const { headers, body } = splitHeaders(part, place)
  const { type: disposition, parameters } = parseDisposition(headers.get('content-disposition') ?? '', {
    multipart: true,
  })
  if (disposition !== 'form-data') {
    throw invalid(`${place} has no header \`Content-Disposition: form-data\``)
  }
  const type = headers.get('content-type') || 'text/plain'
  const { name = '', filename } = parameters
  // Some clients send bytes without a name.
  const isFile = filename !== undefined || /^application\/octet-stream *(;|$)/i.test(type)
  const encoding = headers.get('content-transfer-encoding')
  if (encoding !== undefined && !PLAIN_ENCODINGS.includes(encoding.toLowerCase())) {
    const given = quote(encoding)
    throw invalid(`${place} has the Content-Transfer-Encoding ${given}, which is not supported; send binary`)
  }
  return { field: name, isFile, name: filename || name, type, body }
}

/** By name in lower case; the first of two that are named alike counts. */
const splitHeaders = (part: Buffer, place: string): { headers: Map<string, string>; body: Buffer } => {
  const headers = new Map<string, string>()
  // The line break before the headers is part of it, so that this is found where there are none, too.
  const end = part.subarray(0, MAX_HEADER_BYTES + 6).indexOf('\r\n\r\n')
  if (end === -1) {
    throw invalid(
      part.length > MAX_HEADER_BYTES
        ? `the headers of ${place} are longer than ${MAX_HEADER_BYTES} bytes`
        : `${place} has no empty line after its headers`,
    )
  }
  // Long headers may be folded (RFC 5322, section 2.2.3), as Python's email package does.
  const lines = part
    .toString('utf8', 2, Math.max(2, end))
    .replace(/\r\n[ \t]/g, ' ')
    .split('\r\n')
  for (const line of end === 0 ? [] : lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon))
    if (!HEADER_NAME.test(name) || /[\r\n]/.test(line)) {
      throw invalid(`${place} has a header that cannot be read, ${quote(line)}`)
    }
    const key = name.toLowerCase()
    if (!headers.has(key)) headers.set(key, line.slice(colon + 1).trim())
  }
  return { headers, body: part.subarray(end + 4) }
}
