/**
 * The weights of Pillow's filters, whose support grows when the image shrinks, in the fixed point of two libraries. Both
 * begin with the same exact weights; docs/serving-yaml.md says how far apart the pixels are.
 */

import type { Weights } from './separable.ts'

type Filter = { support: number; at: (x: number) => number }

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI))

const FILTERS = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    at: (signed) => {
      const x = Math.abs(signed)
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0
    },
  },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
} satisfies Record<string, Filter>

export type FilterName = keyof typeof FILTERS

/** Weights of outputs `from` to `from + length` of `outputs`. */
export type ComputeWeights = (
  name: FilterName,
  inputs: number,
  outputs: number,
  from: number,
  length: number,
) => Weights

/** Pillow 3.3 and newer, Resample.c: 22 bits behind the point. */
export const pillowWeights: ComputeWeights = (name, inputs, outputs, from, length) => {
  const exact = exactWeights(FILTERS[name], inputs, outputs, from, length)
  return fixedPoint(exact, 22)
}

/**
 * torchvision's resize of uint8 tensors with antialias, which is PyTorch's: weights are 16-bit integers, with as many bits
 * behind the point as the largest of all outputs leaves (ATen/native/cpu/UpSampleKernel.cpp).
 */
export const torchvisionWeights: ComputeWeights = (name, inputs, outputs, from, length) => {
  const filter = FILTERS[name]
  const all = exactWeights(filter, inputs, outputs, 0, outputs)
  const largest = all.weights.reduce((most, weight) => Math.max(most, weight), 0)
  let bits = 0
  while (bits < 22 && Math.trunc(0.5 + largest * 2 ** (bits + 1)) < 2 ** 15) bits += 1
  return fixedPoint(exactWeights(filter, inputs, outputs, from, length), bits)
}

type ExactWeights = Omit<Weights, 'weights' | 'bits'> & { weights: Float64Array }

const exactWeights = (
  filter: Filter,
  inputs: number,
  outputs: number,
  from: number,
  length: number,
): ExactWeights => {
  const scale = inputs / outputs
  const stretch = Math.max(scale, 1)
  const support = filter.support * stretch
  const stride = Math.ceil(support) * 2 + 1
  const starts = new Int32Array(length)
  const counts = new Int32Array(length)
  const weights = new Float64Array(length * stride)
  for (let i = 0; i < length; i++) {
    const center = (from + i + 0.5) * scale
    const start = Math.max(0, Math.trunc(center - support + 0.5))
    const count = Math.min(inputs, Math.trunc(center + support + 0.5)) - start
    const row = weights.subarray(i * stride, i * stride + count)
    let sum = 0
    for (let k = 0; k < count; k++) {
      const weight = filter.at((k + start - center + 0.5) * (1 / stretch))
      row[k] = weight
      sum += weight
    }
    if (sum !== 0) for (let k = 0; k < count; k++) row[k] = (row[k] as number) / sum
    starts[i] = start
    counts[i] = count
  }
  const last = length - 1
  const end = (starts[last] as number) + (counts[last] as number)
  return { starts, counts, weights, stride, first: starts[0] as number, end }
}

/** Rounded away from zero at the half. */
const fixedPoint = ({ weights, ...rest }: ExactWeights, bits: number): Weights => {
  const fixed = new Int32Array(weights.length)
  for (let i = 0; i < weights.length; i++) {
    const weight = (weights[i] as number) * 2 ** bits
    fixed[i] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5)
  }
  return { ...rest, weights: fixed, bits }
}
