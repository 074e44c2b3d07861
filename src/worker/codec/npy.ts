/** application/x-npy: one NumPy array for the model's only input, and its only output as one. Never pickle. */

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
import type { Codec, DecodedRequest, Encode, MediaType } from './codec.ts'
import { formatNpyHeader, type NpyHeader, parseNpyHeader } from './npy-header.ts'
import { readNpyText } from './npy-text.ts'
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

const decode = (body: Uint8Array, _mediaType: MediaType, model: Model): DecodedRequest => {
  const [spec, ...others] = model.signature.inputs
  if (spec === undefined || others.length > 0) {
    throw invalid(`NPY holds one array, the model has ${others.length + 1} inputs; send application/json`)
  }
  const header = parseNpyHeader(body)
  const maxRows = model.signature.rows === 'none' ? Number.POSITIVE_INFINITY : model.config.limits.maxRows
  const array = readArray(header, body, spec, maxRows)
  return { inputs: new Map([[spec.name, convert(array, spec)]]), form: 'rows' }
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

const encode: Encode = ({ outputs }, _form, maxBytes) => {
  const [tensor, ...others] = outputs.values()
  if (tensor === undefined || others.length > 0 || tensor.type === 'string') {
    const reason = tensor?.type === 'string' ? 'text' : `${outputs.size} outputs`
    throw new ServingError(
      'ERR_NOT_ACCEPTABLE',
      `NPY cannot hold a reply of ${reason}; accept application/json`,
    )
  }
  const data = tensor.data as NumericArray
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const header = formatNpyHeader(descrOf(tensor.type), tensor.dims)
  const size = header.length + bytes.length
  if (size > maxBytes) throw replyTooLarge(maxBytes, size)
  return Buffer.concat([header, bytes])
}

export const npyCodec: Codec = {
  mediaTypes: ['application/x-npy'],
  extensions: { '.npy': 'application/x-npy' },
  magic: [[{ at: 0, text: '\x93NUMPY' }]],
  decode,
  encode,
}
