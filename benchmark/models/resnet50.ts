/** ResNet-50 v1.5: the layers of torchvision's resnet50, whose stride lies in the 3 × 3 convolution. */

import type { Graph } from '../../test/fixtures/onnx-proto.ts'
import { convolution, type GraphBuilder, graphBuilder } from './graph-builder.ts'

const BLOCKS = [3, 4, 6, 3]
const EXPANSION = 4
const FIRST_WIDTH = 64
const CLASSES = 1000
/** Of a residual branch beside the shortcut, so that activations do not grow with depth. */
const BRANCH_SCALE = 0.2

type Shape = { from: number; width: number; stride: number }

const bottleneck = (builder: GraphBuilder, x: string, { from, width, stride }: Shape): string => {
  const to = width * EXPANSION
  const relu = (value: string) => builder.apply('Relu', [value])
  const narrow = relu(convolution(builder, x, { from, to: width, size: 1 }))
  const middle = relu(convolution(builder, narrow, { from: width, to: width, size: 3, stride }))
  const branch = convolution(builder, middle, { from: width, to, size: 1, scale: BRANCH_SCALE })
  const shortcut = from === to ? x : convolution(builder, x, { from, to, size: 1, stride })
  return relu(builder.apply('Add', [branch, shortcut]))
}

export const resnet50 = (): Graph => {
  const builder = graphBuilder(50)
  const stem = convolution(builder, 'input', { from: 3, to: FIRST_WIDTH, size: 7, stride: 2 })
  let x = builder.apply('MaxPool', [builder.apply('Relu', [stem])], {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  })
  let from = FIRST_WIDTH
  for (const [stage, blocks] of BLOCKS.entries()) {
    const width = FIRST_WIDTH * 2 ** stage
    for (let block = 0; block < blocks; block++) {
      x = bottleneck(builder, x, { from, width, stride: stage > 0 && block === 0 ? 2 : 1 })
      from = width * EXPANSION
    }
  }
  const features = builder.apply('Flatten', [builder.apply('GlobalAveragePool', [x])])
  const logits = builder.gemm(features, from, CLASSES)
  return builder.finish({ input: 'float32[batch,3,224,224]' }, logits, 'logits', `float32[batch,${CLASSES}]`)
}
