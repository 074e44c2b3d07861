/** MobileNetV2: the layers of torchvision's mobilenet_v2. */

import type { Graph } from '../../test/fixtures/onnx-proto.ts'
import { convolution, type GraphBuilder, graphBuilder } from './graph-builder.ts'

const STAGES = [
  { expansion: 1, to: 16, blocks: 1, stride: 1 },
  { expansion: 6, to: 24, blocks: 2, stride: 2 },
  { expansion: 6, to: 32, blocks: 3, stride: 2 },
  { expansion: 6, to: 64, blocks: 4, stride: 2 },
  { expansion: 6, to: 96, blocks: 3, stride: 1 },
  { expansion: 6, to: 160, blocks: 3, stride: 2 },
  { expansion: 6, to: 320, blocks: 1, stride: 1 },
]
const FIRST_WIDTH = 32
const LAST_WIDTH = 1280
const CLASSES = 1000
/** Of the last convolution of a block, which no activation follows. */
const LINEAR_SCALE = Math.SQRT1_2
/** The same where it is added to a shortcut, so that activations do not grow with depth. */
const BRANCH_SCALE = 0.2

type Shape = { from: number; to: number; expansion: number; stride: number }

const invertedResidual = (
  builder: GraphBuilder,
  relu6: (x: string) => string,
  x: string,
  { from, to, expansion, stride }: Shape,
): string => {
  const wide = from * expansion
  const expanded = expansion === 1 ? x : relu6(convolution(builder, x, { from, to: wide, size: 1 }))
  const depthwise = { from: wide, to: wide, size: 3, stride, group: wide }
  const filtered = relu6(convolution(builder, expanded, depthwise))
  const hasShortcut = stride === 1 && from === to
  const scale = hasShortcut ? BRANCH_SCALE : LINEAR_SCALE
  const projected = convolution(builder, filtered, { from: wide, to, size: 1, scale })
  return hasShortcut ? builder.apply('Add', [x, projected]) : projected
}

export const mobilenet = (): Graph => {
  const builder = graphBuilder(2)
  const limits = [builder.scalar(0), builder.scalar(6)]
  const relu6 = (x: string) => builder.apply('Clip', [x, ...limits])
  let x = relu6(convolution(builder, 'input', { from: 3, to: FIRST_WIDTH, size: 3, stride: 2 }))
  let from = FIRST_WIDTH
  for (const { expansion, to, blocks, stride } of STAGES) {
    for (let block = 0; block < blocks; block++) {
      const shape = { from, to, expansion, stride: block === 0 ? stride : 1 }
      x = invertedResidual(builder, relu6, x, shape)
      from = to
    }
  }
  const last = relu6(convolution(builder, x, { from, to: LAST_WIDTH, size: 1 }))
  const features = builder.apply('Flatten', [builder.apply('GlobalAveragePool', [last])])
  const logits = builder.gemm(features, LAST_WIDTH, CLASSES)
  return builder.finish({ input: 'float32[batch,3,224,224]' }, logits, 'logits', `float32[batch,${CLASSES}]`)
}
