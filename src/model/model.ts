/** A model as the rest of the worker sees it: where it is, what it takes, and what serving.yaml adds. */

import type { ServingConfig } from './serving-config.ts'
import type { ModelSignature } from './signature.ts'

export type Model = ModelFolder & { signature: ModelSignature }

/** What the folder says, before the model itself is opened. */
export type ModelFolder = {
  /** For people: the folder's or the file's name. */
  name: string
  /** The ONNX file, absolute; undefined where code of the folder's own needs none. */
  file?: string
  /** The folder's own code, absolute: code/inference.ts. */
  code?: string
  config: ServingConfig
  /** Class names by index, where the model has them. */
  labels?: readonly string[]
}
