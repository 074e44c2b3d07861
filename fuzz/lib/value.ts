/** Elements that a type holds exactly, and how each is written in a body and in an answer. */

import { DATA_TYPES, type DataType } from '../../src/tensor/data-type.ts'
import { toFloat16 } from '../../src/tensor/float16.ts'
import type { Random } from './random.ts'

export type Value = number | bigint | boolean | string

/** Elements in row-major order. */
export type Tensor = { type: DataType; dims: readonly number[]; values: readonly Value[] }

const TEXTS = [
  'a',
  'žluť',
  '🐎',
  'two words',
  'a,b',
  'say "no"',
  'NaN',
  '1',
  'null',
  '[1]',
  "it's",
  '\u200d',
  'ﷺ',
]

/** Floats are whole numbers of eighths, which all three types hold. */
const STEP = 8

/** Largest eighths that float16 holds to the last bit. */
const MOST_EIGHTHS = 2047

const SAFE = BigInt(Number.MAX_SAFE_INTEGER)

const integer = (random: Random, min: bigint, max: bigint): bigint => {
  if (random.chance(0.1)) return random.pick([min, max])
  const least = min < 0n ? -128 : 0
  return BigInt(random.between(least, 127))
}

export const randomValue = (type: DataType, random: Random): Value => {
  const row = DATA_TYPES[type]
  switch (row.kind) {
    case 'float':
      if (random.chance(0.03))
        return random.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      // Adding 0 leaves no negative zero.
      return random.between(-MOST_EIGHTHS, MOST_EIGHTHS) / STEP + 0
    case 'integer':
    case 'bigint':
      return integer(random, row.min, row.max)
    case 'bool':
      return random.chance(0.5)
    case 'string':
      return random.pick(TEXTS)
  }
}

/** As JSON text in a body. */
export const jsonToken = (value: Value): string => {
  if (typeof value === 'bigint') return value > SAFE || value < -SAFE ? `"${value}"` : String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) return `"${value}"`
  return JSON.stringify(value)
}

/** As a parsed answer has it. */
export const inJson = (value: Value): unknown => JSON.parse(jsonToken(value))

export const csvCell = (value: Value, quoted: boolean): string => {
  const text = String(value)
  return quoted || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** NumPy's codes of the types that it can hold as numbers. */
export const NPY_CODES: Readonly<Record<Exclude<DataType, 'string'>, string>> = {
  float16: 'f2',
  float32: 'f4',
  float64: 'f8',
  int8: 'i1',
  int16: 'i2',
  int32: 'i4',
  int64: 'i8',
  uint8: 'u1',
  uint16: 'u2',
  uint32: 'u4',
  uint64: 'u8',
  bool: 'b1',
}

/** Bytes of an element in little-endian order. */
const elementBytes = (type: Exclude<DataType, 'string'>, value: Value): Buffer => {
  const bytes = Buffer.alloc(DATA_TYPES[type].bytes)
  if (type === 'float16') bytes.writeUInt16LE(toFloat16(Number(value)))
  else if (type === 'float32') bytes.writeFloatLE(Number(value))
  else if (type === 'float64') bytes.writeDoubleLE(Number(value))
  else if (type === 'bool') bytes[0] = value ? 1 : 0
  else {
    let rest = BigInt.asUintN(bytes.length * 8, BigInt(value as bigint))
    for (let index = 0; index < bytes.length; index += 1, rest >>= 8n) bytes[index] = Number(rest & 255n)
  }
  return bytes
}

/** Numbers as NPY has them; texts as code points of four bytes, all of the length of the longest. */
export const npyData = ({ type, values }: Tensor, bigEndian = false): { descr: string; data: Buffer } => {
  const order = bigEndian ? '>' : '<'
  const ordered = (bytes: Buffer): Buffer => (bigEndian ? bytes.reverse() : bytes)
  if (type !== 'string') {
    const code = NPY_CODES[type]
    const data = Buffer.concat(values.map((value) => ordered(elementBytes(type, value))))
    return { descr: `${code.endsWith('1') ? '|' : order}${code}`, data }
  }
  const texts = values.map((value) => [...String(value)].map((letter) => letter.codePointAt(0) ?? 0))
  const length = Math.max(1, ...texts.map((text) => text.length))
  const data = Buffer.concat(
    texts.flatMap((text) => [
      ...text.map((point) => {
        const bytes = Buffer.alloc(4)
        bytes.writeUInt32LE(point)
        return ordered(bytes)
      }),
      Buffer.alloc(4 * (length - text.length)),
    ]),
  )
  return { descr: `${order}U${length}`, data }
}

export const elementsOf = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1)

/** Nested lists of what `write` makes of each element. */
export const nest = <T>(
  { dims, values }: Tensor,
  write: (value: Value) => T,
  list: (items: T[]) => T,
  offset = 0,
  depth = 0,
): T => {
  if (depth === dims.length) return write(values[offset] as Value)
  const stride = elementsOf(dims.slice(depth + 1))
  const items = Array.from({ length: dims[depth] ?? 0 }, (_, index) =>
    nest({ type: 'bool', dims, values }, write, list, offset + index * stride, depth + 1),
  )
  return list(items)
}
