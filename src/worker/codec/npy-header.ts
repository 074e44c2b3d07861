/**
 * The header of NumPy's .npy format, versions 1.0 to 3.0, after NumPy's documentation (numpy.lib.format): magic bytes,
 * version, header length, then a Python dict literal, of which just the three keys that NumPy writes are understood.
 */

import { ServingError } from '../../errors.ts'
import type { Shape } from '../../tensor/tensor.ts'
import { excerpt, quote } from '../../words.ts'

export type NpyHeader = { descr: string; fortranOrder: boolean; shape: Shape; dataOffset: number }

const MAGIC = '\x93NUMPY'
const MAX_HEADER_BYTES = 65536
/** NumPy's own limit. */
const MAX_RANK = 64
/** The data begins at a multiple of this many bytes. */
const ALIGNMENT = 64

const ENTRY =
  /\s*(?:'descr'\s*:\s*'([^']{1,32})'|'fortran_order'\s*:\s*(True|False)|'shape'\s*:\s*\(([\d,\s]*)\))\s*(?:,\s*|(?=\}))/y

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_BODY', message)

/** @throws ServingError ERR_INVALID_BODY; whatever the header claims, nothing is allocated for it */
export const parseNpyHeader = (body: Uint8Array): NpyHeader => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== MAGIC) {
    throw invalid('the body is not NPY: it does not begin with \\x93NUMPY')
  }
  const major = bytes[6] as number
  if (major < 1 || major > 3) throw invalid(`NPY version ${major} is not known; 1.0, 2.0 and 3.0 are`)
  const start = major === 1 ? 10 : 12
  const length = major === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8)
  if (length > MAX_HEADER_BYTES || start + length > bytes.length) {
    throw invalid(
      `the NPY header claims ${length} bytes; at most ${MAX_HEADER_BYTES} are allowed and the body has ${bytes.length}`,
    )
  }
  const dataOffset = start + length
  const text = bytes.toString(major === 3 ? 'utf8' : 'latin1', start, dataOffset)
  return { ...parseDict(text.trim()), dataOffset }
}

const parseDict = (text: string): Omit<NpyHeader, 'dataOffset'> => {
  if (/'descr'\s*:\s*\[/.test(text)) {
    throw new ServingError(
      'ERR_INVALID_INPUT',
      'NPY arrays with fields are not supported; send a plain array',
    )
  }
  let descr: string | undefined
  let fortran: string | undefined
  let shape: string | undefined
  let position = 1
  while (text.startsWith('{') && position < text.length - 1) {
    ENTRY.lastIndex = position
    const match = ENTRY.exec(text)
    if (match === null) break
    descr = match[1] ?? descr
    fortran = match[2] ?? fortran
    shape = match[3] ?? shape
    position = ENTRY.lastIndex
  }
  const isComplete = descr !== undefined && fortran !== undefined && shape !== undefined
  if (!isComplete || position !== text.length - 1 || !text.endsWith('}')) {
    throw invalid(`the NPY header is malformed: ${quote(text)}`)
  }
  return { descr: descr as string, fortranOrder: fortran === 'True', shape: parseShape(shape as string) }
}

const parseShape = (text: string): Shape => {
  const dims = text.replace(/,\s*$/, '').split(',')
  const shape =
    dims.length === 1 && dims[0]?.trim() === '' ? [] : dims.map((dim) => Number(dim.trim() || Number.NaN))
  if (shape.length > MAX_RANK || !shape.every(Number.isSafeInteger)) {
    throw invalid(`the NPY header has the shape (${excerpt(text)}), which is not a valid shape`)
  }
  return shape
}

/** A header of version 1.0, padded so that the data that follows is aligned. */
export const formatNpyHeader = (descr: string, shape: Shape): Uint8Array => {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`
  const total = Math.ceil((10 + dict.length + 1) / ALIGNMENT) * ALIGNMENT
  const header = Buffer.from(`${MAGIC}\x01\x00\x00\x00${dict.padEnd(total - 11)}\n`, 'latin1')
  header.writeUInt16LE(total - 10, 8)
  return header
}
