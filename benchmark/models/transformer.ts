/** A sentence encoder of MiniLM's size (6 layers, 384 wide), with a small vocabulary: embedding tables cost no time. */

import type { Graph } from '../../test/fixtures/onnx-proto.ts'
import { type GraphBuilder, graphBuilder } from './graph-builder.ts'

export const VOCABULARY = 2000
const SEQUENCE = 128
const LAYERS = 6
const WIDTH = 384
const HEADS = 12
const HEAD_WIDTH = WIDTH / HEADS
const INNER_WIDTH = 1536

/** Constants that all layers share. */
const sharedConstants = ({ scalar, int64 }: GraphBuilder) => ({
  half: scalar(0.5),
  one: scalar(1),
  rootOfTwo: scalar(Math.SQRT2),
  rootOfHeadWidth: scalar(Math.sqrt(HEAD_WIDTH)),
  // 0 keeps the dimension: the number of rows.
  split: int64([0, SEQUENCE, HEADS, HEAD_WIDTH]),
  merged: int64([0, SEQUENCE, WIDTH]),
})

type Constants = ReturnType<typeof sharedConstants>

const layerNorm = ({ apply, filled, bias }: GraphBuilder, x: string): string =>
  apply('LayerNormalization', [x, filled([WIDTH], 1), bias([WIDTH])])

const attention = (builder: GraphBuilder, constants: Constants, x: string): string => {
  const { apply, dense } = builder
  const heads = (perm: number[]) =>
    apply('Transpose', [apply('Reshape', [dense(x, WIDTH, WIDTH), constants.split])], { perm })
  const query = heads([0, 2, 1, 3])
  const key = heads([0, 2, 3, 1])
  const value = heads([0, 2, 1, 3])
  const scores = apply('Div', [apply('MatMul', [query, key]), constants.rootOfHeadWidth])
  const mixed = apply('MatMul', [apply('Softmax', [scores]), value])
  const merged = apply('Reshape', [apply('Transpose', [mixed], { perm: [0, 2, 1, 3] }), constants.merged])
  return dense(merged, WIDTH, WIDTH)
}

const gelu = ({ apply }: GraphBuilder, { half, one, rootOfTwo }: Constants, x: string): string => {
  const erf = apply('Erf', [apply('Div', [x, rootOfTwo])])
  return apply('Mul', [apply('Mul', [x, apply('Add', [erf, one])]), half])
}

const layer = (builder: GraphBuilder, constants: Constants, x: string): string => {
  const { apply, dense } = builder
  const attended = layerNorm(builder, apply('Add', [x, attention(builder, constants, x)]))
  const inner = gelu(builder, constants, dense(attended, WIDTH, INNER_WIDTH))
  return layerNorm(builder, apply('Add', [attended, dense(inner, INNER_WIDTH, WIDTH)]))
}

export const transformer = (): Graph => {
  const builder = graphBuilder(6)
  const constants = sharedConstants(builder)
  const tokens = builder.apply('Gather', [builder.weight([VOCABULARY, WIDTH], 2), 'input_ids'])
  const positions = builder.weight([1, SEQUENCE, WIDTH], 2)
  let x = layerNorm(builder, builder.apply('Add', [tokens, positions]))
  for (let index = 0; index < LAYERS; index++) x = layer(builder, constants, x)
  const mean = builder.apply('ReduceMean', [x], { axes: [1], keepdims: 0 })
  const embedding = builder.gemm(mean, WIDTH, WIDTH)
  const inputs = { input_ids: `int64[batch,${SEQUENCE}]` }
  return builder.finish(inputs, embedding, 'embedding', `float32[batch,${WIDTH}]`)
}
