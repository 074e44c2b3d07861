/** Builds a graph one operator at a time, with made-up weights. Values are referred to by name. */

import { elementCount, type Tensor } from '../../src/tensor/tensor.ts'
import { type Attribute, constant, type Graph, type Node } from '../../test/fixtures/onnx-proto.ts'
import { seededRandom } from './random.ts'

/** Biases are small beside activations, whose variance is about 1. */
const BIAS_LIMIT = 0.1

export type GraphBuilder = ReturnType<typeof graphBuilder>

export const graphBuilder = (seed: number) => {
  const random = seededRandom(seed)
  const nodes: Node[] = []
  const initializers: Record<string, Tensor> = {}

  const initializer = (tensor: Tensor): string => {
    const name = `c${Object.keys(initializers).length}`
    initializers[name] = tensor
    return name
  }

  const apply = (op: string, inputs: string[], attributes: Record<string, Attribute> = {}): string => {
    const output = `${op}_${nodes.length}`
    nodes.push({ op, inputs, outputs: [output], attributes })
    return output
  }

  /** He's weights: uniform with the variance 2 / `inputs`, so that activations keep their size; times `scale`. */
  const weight = (dims: number[], inputs: number, scale = 1): string => {
    const data = random(elementCount(dims), scale * Math.sqrt(6 / inputs))
    return initializer({ type: 'float32', dims, data })
  }

  const bias = (dims: number[]): string =>
    initializer({ type: 'float32', dims, data: random(elementCount(dims), BIAS_LIMIT) })

  return {
    apply,
    weight,
    bias,
    scalar: (value: number) => initializer(constant('float32', [], [value])),
    filled: (dims: number[], value: number) =>
      initializer({ type: 'float32', dims, data: new Float32Array(elementCount(dims)).fill(value) }),
    int64: (values: number[]) => initializer(constant('int64', [values.length], values)),

    /** x · w + b over the last dimension, as exporters write it for inputs of any rank. */
    dense: (x: string, from: number, to: number): string =>
      apply('Add', [apply('MatMul', [x, weight([from, to], from)]), bias([to])]),

    /** x · w + b for inputs of two dimensions. */
    gemm: (x: string, from: number, to: number): string =>
      apply('Gemm', [x, weight([from, to], from), bias([to])]),

    /** The graph whose only output is `value`, declared as `name`. */
    finish: (inputs: Graph['inputs'], value: string, name: string, declaration: string): Graph => ({
      inputs,
      outputs: { [name]: declaration },
      nodes: nodes.map((node) => (node.outputs[0] === value ? { ...node, outputs: [name] } : node)),
      initializers,
    }),
  }
}

/** A convolution with a bias, into which batch normalisation is folded as exporters do. */
export const convolution = (
  { apply, weight, bias }: GraphBuilder,
  x: string,
  { from, to, size, stride = 1, group = 1, scale = 1 }: ConvolutionOptions,
): string => {
  const perGroup = from / group
  const pad = (size - 1) / 2
  const weights = weight([to, perGroup, size, size], perGroup * size * size, scale)
  return apply('Conv', [x, weights, bias([to])], {
    kernel_shape: [size, size],
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    group,
  })
}

type ConvolutionOptions = {
  from: number
  to: number
  size: number
  stride?: number
  group?: number
  scale?: number
}
