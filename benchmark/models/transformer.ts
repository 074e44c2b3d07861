/** Sentence encoders of MiniLM's size (6 layers, 384 wide) and of BERT-base's, with a small vocabulary: embedding tables cost no time. */

import type { Graph } from '../../test/fixtures/onnx-proto.ts'
import { type GraphBuilder, graphBuilder } from './graph-builder.ts'

export const VOCABULARY = 2000
const SEQUENCE = 128
const HEADS = 12

type Size = { layers: number; width: number }

const MINI_LM: Size = { layers: 6, width: 384 }
const BERT_BASE: Size = { layers: 12, width: 768 }

/** Constants that all layers share. */
const sharedConstants = ({ scalar, int64 }: GraphBuilder, width: number) => ({
  width,
  half: scalar(0.5),
  one: scalar(1),
  rootOfTwo: scalar(Math.SQRT2),
  rootOfHeadWidth: scalar(Math.sqrt(width / HEADS)),
  // 0 keeps the dimension: the number of rows.
  split: int64([0, SEQUENCE, HEADS, width / HEADS]),
  merged: int64([0, SEQUENCE, width]),
})

type Constants = ReturnType<typeof sharedConstants>

const layerNorm = ({ apply, filled, bias }: GraphBuilder, { width }: { width: number }, x: string): string =>
  apply('LayerNormalization', [x, filled([width], 1), bias([width])])

const attention = (builder: GraphBuilder, constants: Constants, x: string): string => {
  const { apply, dense } = builder
  const heads = (perm: number[]) =>
    apply('Transpose', [apply('Reshape', [dense(x, constants.width, constants.width), constants.split])], {
      perm,
    })
  const query = heads([0, 2, 1, 3])
  const key = heads([0, 2, 3, 1])
  const value = heads([0, 2, 1, 3])
  const scores = apply('Div', [apply('MatMul', [query, key]), constants.rootOfHeadWidth])
  const mixed = apply('MatMul', [apply('Softmax', [scores]), value])
  const merged = apply('Reshape', [apply('Transpose', [mixed], { perm: [0, 2, 1, 3] }), constants.merged])
  return dense(merged, constants.width, constants.width)
}

const gelu = ({ apply }: GraphBuilder, { half, one, rootOfTwo }: Constants, x: string): string => {
  const erf = apply('Erf', [apply('Div', [x, rootOfTwo])])
  return apply('Mul', [apply('Mul', [x, apply('Add', [erf, one])]), half])
}

const layer = (builder: GraphBuilder, constants: Constants, x: string): string => {
  const { apply, dense } = builder
  const { width } = constants
  const attended = layerNorm(builder, constants, apply('Add', [x, attention(builder, constants, x)]))
  const inner = gelu(builder, constants, dense(attended, width, 4 * width))
  return layerNorm(builder, constants, apply('Add', [attended, dense(inner, 4 * width, width)]))
}

const encoder = ({ layers, width }: Size): Graph => {
  const builder = graphBuilder(6)
  const constants = sharedConstants(builder, width)
  const tokens = builder.apply('Gather', [builder.weight([VOCABULARY, width], 2), 'input_ids'])
  const positions = builder.weight([1, SEQUENCE, width], 2)
  let x = layerNorm(builder, constants, builder.apply('Add', [tokens, positions]))
  for (let index = 0; index < layers; index++) x = layer(builder, constants, x)
  const mean = builder.apply('ReduceMean', [x], { axes: [1], keepdims: 0 })
  const embedding = builder.gemm(mean, width, width)
  const inputs = { input_ids: `int64[batch,${SEQUENCE}]` }
  return builder.finish(inputs, embedding, 'embedding', `float32[batch,${width}]`)
}

export const transformer = (): Graph => encoder(MINI_LM)

export const bertBase = (): Graph => encoder(BERT_BASE)
