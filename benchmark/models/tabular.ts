/** A classifier of 30 numbers, as small as models get: what it takes to serve it is all overhead. */

import type { Graph } from '../../test/fixtures/onnx-proto.ts'
import { graphBuilder } from './graph-builder.ts'

export const tabular = (): Graph => {
  const builder = graphBuilder(1)
  const { apply, dense } = builder
  const first = apply('Relu', [dense('features', 30, 64)])
  const second = apply('Relu', [dense(first, 64, 64)])
  const probabilities = apply('Softmax', [dense(second, 64, 2)])
  return builder.finish({ features: 'float32[batch,30]' }, probabilities, 'probabilities', 'float32[batch,2]')
}
