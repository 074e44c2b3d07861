/**
 * Elements of tensors to and from JSON values and text: which numbers a type can hold, how NaN, infinities and 64-bit
 * integers are written (as in protobuf's JSON mapping), and what to say of a value that does not fit.
 */

import { describe } from '../words.ts'
import { DATA_TYPES, type DataType, type NumericArray, type TensorData } from './data-type.ts'
import { fromFloat16, toFloat16 } from './float16.ts'

/** Why a value cannot be an element; to be completed with its place by the caller. */
export type Misfit = { expected: string; received: string }

/** Finite numbers of this magnitude or more round to infinity in the type. */
const OVERFLOW = { float16: 65520, float32: 2 ** 128 - 2 ** 103, float64: Number.POSITIVE_INFINITY } as const

const NON_FINITE = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

const EXPECTED = {
  float: 'a number (or "NaN", "Infinity", "-Infinity")',
  integer: 'an integer',
  bigint: 'an integer',
  bool: 'true, false, 0 or 1',
  string: 'a string',
} as const

const misfit = (type: DataType, value: unknown): Misfit => {
  const rule = DATA_TYPES[type]
  const range = 'min' in rule ? ` from ${rule.min} to ${rule.max}` : ''
  const received = value === null ? 'null, which only floats and strings take' : describe(value)
  if (rule.kind === 'bigint' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return {
      expected: `an integer${range}, beyond 2^53 as a string`,
      received: `${received}, which JSON numbers do not hold exactly`,
    }
  }
  if (rule.kind === 'float' && typeof value === 'number') {
    return { expected: `a number that ${type} can hold`, received: `${received}, which overflows` }
  }
  return { expected: EXPECTED[rule.kind] + range, received }
}

/**
 * Writes a JSON value as element `index` of `data`, the array of a tensor of `type`; says what is wrong if it does not
 * fit. Nothing is rounded but floats to their precision. Null is a missing value: NaN among floats, as pandas writes it to
 * JSON, and the empty text among strings.
 */
export const writeElement = (
  type: DataType,
  data: TensorData,
  index: number,
  value: unknown,
): Misfit | undefined => {
  const element = toElement(type, value)
  if (element === undefined) return misfit(type, value)
  data[index] = element as never
  return undefined
}

const toElement = (type: DataType, value: unknown): number | bigint | string | undefined => {
  const rule = DATA_TYPES[type]
  switch (rule.kind) {
    case 'float':
      return toFloat(type as keyof typeof OVERFLOW, value)
    case 'integer':
    case 'bigint': {
      const integer = toInteger(value)
      if (integer === undefined || integer < rule.min || integer > rule.max) return undefined
      return rule.kind === 'bigint' ? BigInt(integer) : Number(integer)
    }
    case 'bool':
      return value === true || value === 1 ? 1 : value === false || value === 0 ? 0 : undefined
    case 'string':
      return typeof value === 'string' ? value : value === null ? '' : undefined
  }
}

const toFloat = (type: keyof typeof OVERFLOW, value: unknown): number | undefined => {
  const special = value === null || typeof value === 'string' ? NON_FINITE.get(value ?? 'NaN') : undefined
  if (special === undefined && !(typeof value === 'number' && Math.abs(value) < OVERFLOW[type]))
    return undefined
  const number = special ?? (value as number)
  return type === 'float16' ? toFloat16(number) : number
}

const toInteger = (value: unknown): number | bigint | undefined => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined
  // 20 digits are the longest that any type takes; longer texts must not reach the conversion, which is quadratic.
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined
}

/**
 * Fast path: copies plain numbers of a list into `data` at `offset`; returns how many were copied before one needed
 * checking. Most bodies are nothing but such numbers.
 */
export const writePlainNumbers = (
  type: DataType,
  data: TensorData,
  offset: number,
  list: readonly unknown[],
): number => {
  const rule = DATA_TYPES[type]
  if (type === 'float16' || (rule.kind !== 'float' && rule.kind !== 'integer')) return 0
  const target = data as Exclude<NumericArray, BigInt64Array | BigUint64Array>
  const limit = rule.kind === 'float' ? OVERFLOW[type as 'float32' | 'float64'] : Number.POSITIVE_INFINITY
  for (let i = 0; i < list.length; i++) {
    const value = list[i]
    if (typeof value !== 'number' || !(value < limit && value > -limit)) return i
    target[offset + i] = value
    // Integer arrays wrap around and cut fractions off: what does not come back unchanged does not fit.
    if (rule.kind === 'integer' && target[offset + i] !== value) return i
  }
  return list.length
}

/** An element as a JSON value: floats as numbers or "NaN" etc., 64-bit integers as numbers if safe, else as strings. */
export const readElement = (type: DataType, data: TensorData, index: number): number | string | boolean => {
  const element = data[index] as number | bigint | string
  switch (DATA_TYPES[type].kind) {
    case 'float': {
      const number = type === 'float16' ? fromFloat16(element as number) : (element as number)
      return Number.isFinite(number) ? number : String(number)
    }
    case 'bigint': {
      const number = Number(element)
      return Number.isSafeInteger(number) ? number : String(element)
    }
    case 'bool':
      return element !== 0
    default:
      return element as number | string
  }
}

const NOT_DECIMAL = /^\s*$|^\s*[+-]?0[xbo]/i

/** A cell of text as the JSON value that `writeElement` takes; text that is no such value comes back as it is. */
export const parseCell = (type: DataType, text: string): unknown => {
  const { kind } = DATA_TYPES[type]
  if (kind === 'string') return text
  const trimmed = text.trim()
  if (kind === 'bool' && /^(true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === 'true'
  const number = NOT_DECIMAL.test(trimmed) ? Number.NaN : Number(trimmed)
  if (kind === 'float') return Number.isFinite(number) ? number : (parseNonFinite(trimmed) ?? text)
  // Digits beyond 2^53 are kept as text, which integer types take.
  if (/^[+-]?\d+$/.test(trimmed) && !Number.isSafeInteger(number)) return trimmed.replace('+', '')
  return Number.isFinite(number) ? number : text
}

/** Nothing is a missing value, as pandas and XGBoost read it. */
const parseNonFinite = (text: string): string | undefined => {
  if (text === '') return 'NaN'
  const match = /^([+-]?)(nan|inf|infinity)$/i.exec(text)
  if (match === null) return undefined
  return match[2]?.toLowerCase() === 'nan' ? 'NaN' : `${match[1] === '-' ? '-' : ''}Infinity`
}
