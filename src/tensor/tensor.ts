/** A tensor: plain data in row-major order. Names of types and the meaning of `dims` are ONNX's. */

import type { DataType, TensorData } from './data-type.ts'

export type Shape = readonly number[]

export type Tensor = { type: DataType; dims: Shape; data: TensorData }

/** Tensors by the model's input or output name, in the model's order. */
export type NamedTensors = Map<string, Tensor>

/** Number of elements of a shape; 1 for a scalar. */
export const elementCount = (dims: Shape): number => dims.reduce((product, dim) => product * dim, 1)
