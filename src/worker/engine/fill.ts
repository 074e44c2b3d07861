/** Random values of a tensor, as a recipe says them; of a column of which the graph says the values, one of those. */

import type { TensorSpec } from '../../model/signature.ts'
import { allocate, DATA_TYPES, type TensorData } from '../../tensor/data-type.ts'
import { toFloat16 } from '../../tensor/float16.ts'
import type { Recipe } from './sample.ts'

/** Numbers in [0, 1) that depend on the seed only (mulberry32). */
export const randomNumbers = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const pick = <T>(values: readonly T[], random: () => number): T =>
  values[Math.floor(random() * values.length)] as T

/** A value as the graph has it, in the type of the input, which may be cast before it is looked up. */
const element = (type: TensorSpec['type'], value: string | bigint | number): string | bigint | number => {
  switch (DATA_TYPES[type].kind) {
    case 'string':
      return String(value)
    case 'bigint':
      return typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value) || 0))
    default:
      return type === 'float16' ? toFloat16(Number(value)) : Number(value)
  }
}

export const fill = (spec: TensorSpec, length: number, recipe: Recipe, random: () => number): TensorData => {
  const { type } = spec
  const data = allocate(type, length)
  const { floats, scale, integers, strings } = recipe
  const number = (): number => {
    if (floats === 'zero') return 0
    if (floats === 'uniform') return scale * random()
    return scale * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  }
  const [from, to] = integers
  const integer = (): number => from + Math.floor(random() * (to - from))
  const make = (): number | bigint | string => {
    switch (DATA_TYPES[type].kind) {
      case 'float':
        return type === 'float16' ? toFloat16(number()) : number()
      case 'integer':
        return integer()
      case 'bigint':
        return BigInt(integer())
      case 'bool':
        return Number(random() < 0.5)
      case 'string':
        return pick(strings, random)
    }
  }
  const columns = recipe.columns?.get(spec.name) ?? []
  const width = spec.dims.length === 1 ? 1 : (spec.dims[1] as number)
  for (let index = 0; index < length; index += 1) {
    const values = columns[columns.length === 0 ? 0 : index % width]
    data[index] = (values === undefined ? make() : element(type, pick(values, random))) as never
  }
  return data
}
