/** What the server knows of a model: plain data, put into words only where it is shown. */

import type { Device } from './devices.ts'
import type { Route } from './routes.ts'

/** A dimension is a number, or the name (perhaps empty) of one that is free. */
export type TensorInfo = { name: string; type: string; dims: readonly (number | string)[] }

/**
 * How rows (the first dimension) relate to runs:
 * - 'dynamic': requests are batched.
 * - 'single': a request of n rows becomes n runs.
 * - 'none': a request is one run.
 */
export type RowMode = 'dynamic' | 'single' | 'none'

/** `file` as in code/inference.ts, and the functions that it exports. */
export type CodeInfo = { file: string; exports: readonly string[] }

export type ModelInfo = {
  name: string
  inputs: readonly TensorInfo[]
  outputs: readonly TensorInfo[]
  rows: RowMode
  /** Most rows in a run where rows are joined, and most requests in a batch. */
  maxBatchSize: number
  /** Most bytes of a reply. */
  maxResponseBytes: number
  device: Device
  /** Encoded images may be sent. */
  acceptsImages: boolean
  /** The hub's name of the task, for a folder of Hugging Face's. */
  task?: string
  /** Where it is asked besides /invocations. */
  routes?: readonly Route[]
  /** The folder's own code, which sees all headers and knows alone what a request is. */
  code?: CodeInfo
  /** Why the worker loaded the model's own file although there was to be an optimised copy. */
  copyProblem?: string
  /** A run is padded to the next power of two, and costs as much as if it were full. */
  padded: boolean
  /** How long runs of `rows` rows took, and how large their inputs are; empty where a free dimension makes that no measure. */
  warmUp: readonly { rows: number; milliseconds: number; bytes: number }[]
}

/** `values`: all elements in row-major order, or the one that all are. */
export type ExampleInput = {
  name: string
  type: string
  dims: readonly number[]
  values: readonly (number | string | boolean)[]
}

/**
 * A request of one row: an image of this size, or tensors; or what the folder's own code says, as JSON, and where it says
 * nothing the code's file. `tried`: the model was seen to accept it, or its code says so.
 */
export type Example = (
  | { image: { width: number; height: number } }
  | { inputs: readonly ExampleInput[] }
  | { json: string }
  | { code: string }
) & { tried: boolean }

/** What a model's folder is, for people. */
export type Description = {
  inputs: readonly TensorInfo[]
  outputs: readonly TensorInfo[]
  /** The folder's own code. */
  code?: CodeInfo
  /** Whether a request is an image, and what is done with it, as serving.yaml says it; undefined for a model of tensors. */
  preprocess?: string
  /** Names of the classes. */
  labels?: readonly string[]
  /** The hub's name of the task, for a folder of Hugging Face's. */
  task?: string
  /** What replies hold, in words; undefined where only the folder's code knows. */
  answers?: string
  /** Most rows in a run by serving.yaml. */
  maxBatchSize?: number
  example: Example
}
