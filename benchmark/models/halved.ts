/** A graph in float16, as `model.half()` exports it. */

import { Float16Array } from '@petamoriken/float16'
import type { Tensor } from '../../src/tensor/tensor.ts'
import type { Graph } from '../../test/fixtures/onnx-proto.ts'

const halve = (tensor: Tensor): Tensor =>
  tensor.type === 'float32'
    ? {
        ...tensor,
        type: 'float16',
        data: new Uint16Array(Float16Array.from(tensor.data as Float32Array).buffer),
      }
    : tensor

const declared = (values: Graph['inputs']): Graph['inputs'] =>
  Object.fromEntries(
    Object.entries(values).map(([name, declaration]) => [name, declaration.replace('float32', 'float16')]),
  )

export const halved = (graph: Graph): Graph => ({
  ...graph,
  inputs: declared(graph.inputs),
  outputs: declared(graph.outputs),
  initializers: Object.fromEntries(
    Object.entries(graph.initializers ?? {}).map(([name, tensor]) => [
      name,
      'data' in tensor ? halve(tensor) : tensor,
    ]),
  ),
})
