/** Values in an ONNX file that are small enough to be looked at: of an attribute, or of a tensor of a few elements. */

import { WireType } from '@bufbuild/protobuf/wire'
import { type Field, type Range, WireError, type WireFile } from './wire.ts'

/** Class labels, categories and indices are not more than this. */
const MAX_VALUES = 65_536
const MAX_TEXT_BYTES = 65_536

export type Values = readonly (string | bigint | number)[]

/** Fields of AttributeProto and of TensorProto that hold values. */
const ATTRIBUTE = { integers: [3, 8], texts: [4, 9], floats: [2, 7] }
const TENSOR = { integers: [5, 7], texts: [6], floats: [4] }
const RAW_DATA = 9
const INT64 = 7n

/** An attribute's values, those of a tensor in it too. @throws WireError if there are too many */
export const readAttribute = (file: WireFile, range: Range): Values => {
  for (const field of file.fields(range)) if (field.number === 5) return readTensorValues(file, field)
  return readValues(file, range, ATTRIBUTE)
}

/** Texts, floats or integers of a tensor; other types have none here. @throws WireError if there are too many */
export const readTensorValues = (file: WireFile, range: Range): Values => {
  let type = 0n
  for (const field of file.fields(range)) {
    if (field.number === 2) type = file.varint(field)
    if (field.number !== RAW_DATA || type !== INT64) continue
    const bytes = file.bytes(field, MAX_VALUES * 8)
    const view = new DataView(bytes.buffer)
    return Array.from({ length: bytes.length >> 3 }, (_, index) => view.getBigInt64(index * 8, true))
  }
  return readValues(file, range, TENSOR)
}

const readValues = (file: WireFile, range: Range, fields: typeof ATTRIBUTE): Values => {
  const values: (string | bigint | number)[] = []
  for (const field of file.fields(range)) {
    if (fields.texts.includes(field.number)) values.push(file.text(field, MAX_TEXT_BYTES))
    else if (fields.integers.includes(field.number)) values.push(...readIntegers(file, field))
    else if (fields.floats.includes(field.number)) values.push(...readFloats(file, field))
    if (values.length > MAX_VALUES) throw new WireError(`byte ${range.start}: more than ${MAX_VALUES} values`)
  }
  return values
}

/** One, or several that are packed. */
const readIntegers = (file: WireFile, field: Field): bigint[] => {
  if (field.type === WireType.Varint) return [file.varint(field)]
  if (field.end - field.start > MAX_VALUES) throw new WireError(`byte ${field.start}: too many values`)
  const values: bigint[] = []
  for (let at = field.start; at < field.end; ) {
    const { value, end } = file.varintAt(at, field.end)
    values.push(value)
    at = end
  }
  return values
}

const readFloats = (file: WireFile, field: Range): number[] => {
  const bytes = file.bytes(field, MAX_VALUES * 4)
  const view = new DataView(bytes.buffer)
  return Array.from({ length: bytes.length >> 2 }, (_, index) => view.getFloat32(index * 4, true))
}
