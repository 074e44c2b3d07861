/**
 * The element types that ONNX Runtime's Node binding takes, and how each is held in JavaScript.
 * float16 is held as its bits in a Uint16Array, since Node 20 has no Float16Array; bool as 0 and 1 in a Uint8Array.
 */

export const DATA_TYPES = {
  float16: { array: Uint16Array, bytes: 2, kind: 'float' },
  float32: { array: Float32Array, bytes: 4, kind: 'float' },
  float64: { array: Float64Array, bytes: 8, kind: 'float' },
  int8: { array: Int8Array, bytes: 1, kind: 'integer', min: -128n, max: 127n },
  int16: { array: Int16Array, bytes: 2, kind: 'integer', min: -32768n, max: 32767n },
  int32: { array: Int32Array, bytes: 4, kind: 'integer', min: -(2n ** 31n), max: 2n ** 31n - 1n },
  int64: { array: BigInt64Array, bytes: 8, kind: 'bigint', min: -(2n ** 63n), max: 2n ** 63n - 1n },
  uint8: { array: Uint8Array, bytes: 1, kind: 'integer', min: 0n, max: 255n },
  uint16: { array: Uint16Array, bytes: 2, kind: 'integer', min: 0n, max: 65535n },
  uint32: { array: Uint32Array, bytes: 4, kind: 'integer', min: 0n, max: 2n ** 32n - 1n },
  uint64: { array: BigUint64Array, bytes: 8, kind: 'bigint', min: 0n, max: 2n ** 64n - 1n },
  bool: { array: Uint8Array, bytes: 1, kind: 'bool' },
  string: { array: Array, bytes: 0, kind: 'string' },
} as const

export type DataType = keyof typeof DATA_TYPES

export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array

export type TensorData = NumericArray | string[]

export const isDataType = (name: string): name is DataType => Object.hasOwn(DATA_TYPES, name)

/** A zeroed array for `length` elements of `type`; an array of empty strings for 'string'. */
export const allocate = (type: DataType, length: number): TensorData =>
  type === 'string' ? new Array<string>(length).fill('') : new DATA_TYPES[type].array(length)
