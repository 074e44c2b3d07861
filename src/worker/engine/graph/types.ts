/** Types of ONNX's values: which there are, how they are read from a file, and what they are called in messages. */

import { type Range, WireError, type WireFile } from './wire.ts'

export type ValueType =
  /** `dims` is undefined where the file says nothing of the shape; a free dimension is its name, perhaps ''. */
  | { kind: 'tensor' | 'sparse tensor'; element: string; dims?: readonly (number | string)[] }
  | { kind: 'sequence' | 'optional'; of: ValueType }
  | { kind: 'map'; key: string; of: ValueType }
  | { kind: 'unknown' }

/** By their number in TensorProto.DataType. */
const ELEMENT_TYPES =
  'undefined float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64 uint32 uint64 complex64 complex128 bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 int4 float4e2m1 float8e8m0 uint2 int2'.split(
    ' ',
  )

export const elementType = (number: number): string => ELEMENT_TYPES[number] ?? `type ${number}`

const MAX_DEPTH = 16
const MAX_NAME_BYTES = 65_536

/** @param seen gets the element types that occur */
export const readType = (file: WireFile, range: Range, seen: Set<string>, depth = 0): ValueType => {
  if (depth > MAX_DEPTH) throw new WireError(`byte ${range.start}: types lie more than ${MAX_DEPTH} deep`)
  for (const field of file.fields(range)) {
    if (field.number === 1 || field.number === 8)
      return { kind: field.number === 1 ? 'tensor' : 'sparse tensor', ...readTensor(file, field, seen) }
    if (field.number === 4 || field.number === 9)
      return { kind: field.number === 4 ? 'sequence' : 'optional', of: inner(file, field, 1, seen, depth) }
    if (field.number === 5) {
      let key = 0
      for (const part of file.fields(field)) if (part.number === 1) key = Number(file.varint(part))
      return { kind: 'map', key: elementType(key), of: inner(file, field, 2, seen, depth) }
    }
  }
  return { kind: 'unknown' }
}

const inner = (file: WireFile, range: Range, number: number, seen: Set<string>, depth: number): ValueType => {
  for (const field of file.fields(range))
    if (field.number === number) return readType(file, field, seen, depth + 1)
  return { kind: 'unknown' }
}

const readTensor = (
  file: WireFile,
  range: Range,
  seen: Set<string>,
): { element: string; dims?: (number | string)[] } => {
  let element = elementType(0)
  let dims: (number | string)[] | undefined
  for (const field of file.fields(range)) {
    if (field.number === 1) element = elementType(Number(file.varint(field)))
    else if (field.number === 2) {
      dims = []
      for (const dimension of file.fields(field)) dims.push(readDimension(file, dimension))
    }
  }
  seen.add(element)
  return dims === undefined ? { element } : { element, dims }
}

const readDimension = (file: WireFile, range: Range): number | string => {
  for (const field of file.fields(range)) {
    if (field.number === 1) return Number(file.varint(field))
    if (field.number === 2) return file.text(field, MAX_NAME_BYTES)
  }
  return ''
}

/** In words, e.g. `sequence of maps from string to float32`. */
export const describeType = (type: ValueType): string => {
  switch (type.kind) {
    case 'tensor':
      return type.element
    case 'sparse tensor':
      return `sparse ${type.element}`
    case 'map':
      return `map from ${type.key} to ${describeType(type.of)}`
    case 'unknown':
      return 'unknown type'
    default:
      return `${type.kind} of ${describeType(type.of)}`
  }
}
