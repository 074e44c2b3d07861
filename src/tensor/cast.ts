/** Conversions between element types that lose nothing but a float's precision. */

import { allocate, DATA_TYPES, type DataType, type TensorData } from './data-type.ts'
import { fromFloat16, toFloat16 } from './float16.ts'

/** The converted array, or the first element that has no place in the type. */
export type Cast = { data: TensorData } | { misfit: number }

/** Whether values of a type may stand for another's: any number for a float, an integer for an integer. */
export const canCast = (from: DataType, to: DataType): boolean => {
  if (from === to) return true
  const [source, target] = [DATA_TYPES[from].kind, DATA_TYPES[to].kind]
  const isInteger = source === 'integer' || source === 'bigint'
  return target === 'float' ? isInteger || source === 'float' : isInteger && 'min' in DATA_TYPES[to]
}

/** Converts an array of `from` to one of `to`, which `canCast` allows; numbers out of range do not fit. */
export const cast = (data: TensorData, from: DataType, to: DataType): Cast => {
  if (from === to) return { data }
  const convert = converter(to)
  const target = allocate(to, data.length)
  for (let i = 0; i < data.length; i++) {
    const value = from === 'float16' ? fromFloat16(data[i] as number) : (data[i] as number | bigint)
    const converted = convert(value)
    if (converted === undefined) return { misfit: i }
    target[i] = converted as never
  }
  return { data: target }
}

type Convert = (value: number | bigint) => number | bigint | undefined

const converter = (to: DataType): Convert => {
  const rule = DATA_TYPES[to]
  if ('min' in rule) {
    const { min, max } = rule
    return (value) => {
      if (value < min || value > max) return undefined
      return rule.kind === 'bigint' ? BigInt(value) : Number(value)
    }
  }
  return (value) => {
    const number = Number(value)
    const rounded =
      to === 'float16' ? fromFloat16(toFloat16(number)) : to === 'float32' ? Math.fround(number) : number
    if (Number.isFinite(number) && !Number.isFinite(rounded)) return undefined
    return to === 'float16' ? toFloat16(number) : rounded
  }
}
