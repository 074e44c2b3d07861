/** Values in an ONNX file that are looked at: of an attribute, or of a small tensor. No more of them than are asked for. */

import { WireType } from '@bufbuild/protobuf/wire'
import type { Field, Range, WireFile } from './wire.ts'

export type Values = readonly (string | bigint | number)[]

const MAX_TEXT_BYTES = 65_536

/** Fields of AttributeProto and of TensorProto that hold values. */
const ATTRIBUTE = { integers: [3, 8], texts: [4, 9], floats: [2, 7] }
const TENSOR = { integers: [5, 7], texts: [6], floats: [4] }
const RAW_DATA = 9
const INT64 = 7n

/** The first `most` values of an attribute, or of a tensor in it. @throws WireError */
export const readAttribute = (file: WireFile, range: Range, most: number): Values => {
  for (const field of file.fields(range)) if (field.number === 5) return readTensorValues(file, field, most)
  return readValues(file, range, ATTRIBUTE, most)
}

/** The first `most` texts, floats or integers of a tensor; bytes are read only of int64. @throws WireError */
export const readTensorValues = (file: WireFile, range: Range, most: number): Values => {
  let type = 0n
  for (const field of file.fields(range)) {
    if (field.number === 2) type = file.varint(field)
    if (field.number === RAW_DATA && type === INT64)
      return readFixed(file, field, 8, most, (view, at) => view.getBigInt64(at, true))
  }
  return readValues(file, range, TENSOR, most)
}

const readValues = (file: WireFile, range: Range, fields: typeof ATTRIBUTE, most: number): Values => {
  const values: (string | bigint | number)[] = []
  for (const field of file.fields(range)) {
    const left = most - values.length
    if (left <= 0) break
    if (fields.texts.includes(field.number)) values.push(file.text(field, MAX_TEXT_BYTES))
    else if (fields.integers.includes(field.number)) values.push(...readIntegers(file, field, left))
    else if (fields.floats.includes(field.number))
      values.push(...readFixed(file, field, 4, left, (view, at) => view.getFloat32(at, true)))
  }
  return values
}

/** One, or several that are packed. */
const readIntegers = (file: WireFile, field: Field, most: number): bigint[] => {
  if (field.type === WireType.Varint) return [file.varint(field)]
  const values: bigint[] = []
  for (let at = field.start; at < field.end && values.length < most; ) {
    const { value, end } = file.varintAt(at, field.end)
    values.push(value)
    at = end
  }
  return values
}

const readFixed = <T>(
  file: WireFile,
  { start, end }: Range,
  size: number,
  most: number,
  get: (view: DataView, at: number) => T,
): T[] => {
  const count = Math.min(most, Math.floor((end - start) / size))
  const { buffer } = file.bytes({ start, end: start + count * size }, count * size)
  const view = new DataView(buffer)
  return Array.from({ length: count }, (_, index) => get(view, index * size))
}
