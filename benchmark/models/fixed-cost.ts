/**
 * A model whose run costs nearly the same for one row and for many, as those do that are bound by reading their weights:
 * its weights are multiplied by each other in every run, whatever the number of rows.
 */

import type { Graph } from '../../test/fixtures/onnx-proto.ts'
import { graphBuilder } from './graph-builder.ts'

const WIDTH = 480
const PRODUCTS = 3
const FLOAT32 = 1
/** So that products of weights keep their size. */
const SCALE = Math.SQRT1_2

export const fixedCost = (): Graph => {
  const builder = graphBuilder(3)
  const { apply, weight, int64 } = builder
  // 1, but only known in the run: products of constants are computed when the model is loaded.
  const rows = apply('Cast', [apply('Gather', [apply('Shape', ['features']), int64([0])])], { to: FLOAT32 })
  const one = apply('Div', [rows, rows])
  let weights = apply('Mul', [weight([WIDTH, WIDTH], WIDTH, SCALE), one])
  for (let product = 0; product < PRODUCTS; product++)
    weights = apply('MatMul', [weights, weight([WIDTH, WIDTH], WIDTH, SCALE)])
  const wide = apply('MatMul', ['features', weight([30, WIDTH], 30)])
  const output = apply('MatMul', [apply('MatMul', [wide, weights]), weight([WIDTH, 2], WIDTH)])
  const probabilities = apply('Softmax', [output])
  return builder.finish({ features: 'float32[batch,30]' }, probabilities, 'probabilities', 'float32[batch,2]')
}
