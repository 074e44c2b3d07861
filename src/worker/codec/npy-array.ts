/** NPY files to tensors of a model's types, and tensors to NPY files. Never pickle. */

import { ServingError } from '../../errors.ts'
import { requireRowsWithin, requireStringsWithin } from '../../model/limits.ts'
import type { Model } from '../../model/model.ts'
import type { TensorSpec } from '../../model/signature.ts'
import { canCast, cast } from '../../tensor/cast.ts'
import { DATA_TYPES, type DataType, type NumericArray } from '../../tensor/data-type.ts'
import { toRowMajor } from '../../tensor/row-major.ts'
import { elementCount, type Tensor } from '../../tensor/tensor.ts'
import { readElement } from '../../tensor/values.ts'
import { excerpt, formatSpec, quote } from '../../words.ts'
import { formatNpyHeader, type NpyHeader, parseNpyHeader } from './npy-header.ts'
import { createNpyText, readNpyText } from './npy-text.ts'
import { replyTooLarge } from './reply-text.ts'

const NUMERIC: Readonly<Record<string, Exclude<DataType, 'string'>>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
}

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

/**
 * The array of a file as the input takes it.
 *
 * @throws ServingError ERR_INVALID_BODY, ERR_INVALID_INPUT; nothing is allocated for what the header merely claims
 */
export const readNpy = (file: Uint8Array, spec: TensorSpec, { signature, config }: Model): Tensor => {
  const header = parseNpyHeader(file)
  const maxRows = signature.rows === 'none' ? Number.POSITIVE_INFINITY : config.limits.maxRows
  return convert(readArray(header, file, spec, maxRows), spec)
}

/** The array as it was sent, but in this machine's byte order and in row-major order. */
const readArray = (header: NpyHeader, body: Uint8Array, spec: TensorSpec, maxRows: number): Tensor => {
  const { descr, shape, fortranOrder } = header
  const [, order, code, size] = /^([<>|=]?)([a-zA-Z])(\d{0,9})$/.exec(descr) ?? []
  if (code === 'O') throw invalid('NPY arrays of Python objects (pickle) are not supported')
  const type = NUMERIC[`${code}${size}`]
  const isText = (code === 'U' || code === 'S') && Number(size) > 0
  if (type === undefined && !isText) throw invalid(`NPY arrays of dtype ${quote(descr)} are not supported`)
  const itemBytes = type === undefined ? Number(size) * (code === 'U' ? 4 : 1) : DATA_TYPES[type].bytes
  const expected = elementCount(shape) * itemBytes
  const bytes = body.subarray(header.dataOffset)
  if (bytes.length !== expected) {
    const claim = `an array of dtype ${descr} and shape (${excerpt(shape.join(', '))}), which takes ${expected} bytes`
    throw new ServingError('ERR_INVALID_BODY', `the NPY header claims ${claim}; ${bytes.length} follow it`)
  }
  // Refused before it is read: too many rows, what does not fit, and strings, of which a few bytes are many.
  requireRowsWithin(shape[0] ?? 1, maxRows)
  const received = type ?? 'string'
  if (!canCast(received, spec.type)) {
    throw invalid(`an NPY array of ${received} does not fit ${nameOf(spec)}; send ${spec.type}`)
  }
  requireStringsWithin(received, elementCount(shape))
  const isBigEndian = order === '>'
  const data =
    type === undefined
      ? readNpyText(bytes, itemBytes, code === 'U', isBigEndian)
      : readNumbers(bytes, type, isBigEndian)
  return { type: type ?? 'string', dims: shape, data: fortranOrder ? toRowMajor(data, shape) : data }
}

/** A view of the bytes, or an array of its own where they are unaligned or of the other byte order. */
const readNumbers = (
  bytes: Uint8Array,
  type: Exclude<DataType, 'string'>,
  isBigEndian: boolean,
): NumericArray => {
  const { array, bytes: itemBytes } = DATA_TYPES[type]
  const mustSwap = isBigEndian && itemBytes > 1
  const aligned = !mustSwap && bytes.byteOffset % itemBytes === 0 ? bytes : new Uint8Array(bytes)
  if (mustSwap) {
    const buffer = Buffer.from(aligned.buffer)
    if (itemBytes === 2) buffer.swap16()
    else if (itemBytes === 4) buffer.swap32()
    else buffer.swap64()
  }
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.length / itemBytes)
}

const nameOf = (spec: TensorSpec): string => `input ${quote(spec.name)} (${formatSpec(spec)})`

const convert = (array: Tensor, spec: TensorSpec): Tensor => {
  const result = cast(array.data, array.type, spec.type)
  if ('misfit' in result) {
    const value = String(readElement(array.type, array.data, result.misfit))
    throw invalid(
      `the value ${value} of the ${array.type} array, element ${result.misfit}, is out of range for ${nameOf(spec)}`,
    )
  }
  if (spec.type === 'bool' && (result.data as Uint8Array).some((byte) => byte > 1)) {
    throw invalid(`the NPY array for ${nameOf(spec)} has bytes other than 0 and 1`)
  }
  return { type: spec.type, dims: array.dims, data: result.data }
}

const descrOf = (type: DataType): string => {
  const [code = ''] = Object.entries(NUMERIC).find(([, candidate]) => candidate === type) ?? []
  return `${code.endsWith('1') ? '|' : '<'}${code}`
}

/**
 * A tensor as a file of version 1.0, in pieces: numbers little-endian and in row-major order, text as code points (`<U`).
 *
 * @throws ServingError ERR_RESPONSE_TOO_LARGE before anything of more than `maxBytes` is allocated
 */
export const writeNpy = ({ type, dims, data }: Tensor, maxBytes: number): Uint8Array[] => {
  const text = type === 'string' ? createNpyText(data as string[]) : undefined
  const header = formatNpyHeader(text?.descr ?? descrOf(type), dims)
  const size = header.length + (text?.bytes ?? (data as NumericArray).byteLength)
  if (size > maxBytes) throw replyTooLarge(maxBytes, size)
  return [header, text?.write() ?? bytesOf(data as NumericArray)]
}

const bytesOf = ({ buffer, byteOffset, byteLength }: NumericArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
