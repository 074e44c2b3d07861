/** A model as the rest of the worker sees it: where it is, what it takes, and what serving.yaml adds. */

import type { HuggingFaceFolder } from './layouts/hugging-face.ts'
import type { ServingConfig } from './serving-config.ts'
import type { ModelSignature } from './signature.ts'

export type Model = ModelFolder & { signature: ModelSignature }

/** What the folder says, before the model itself is opened. */
export type ModelFolder = {
  /** For people: the folder's or the file's name. */
  name: string
  /** The ONNX file, absolute; empty where code of the folder's own needs none, or several. */
  file: string
  /** The folder's own code, absolute: code/inference.ts. */
  code?: string
  /** Changes of the file without which it cannot be served, and the file that has them, if one could be written. */
  edited?: { edits: readonly Edit[]; file?: string }
  config: ServingConfig
  /** What stands beside the model in a folder of Hugging Face's, where that says what requests are. */
  huggingFace?: HuggingFaceFolder
  /** Of a model whose requests are texts: what the inspection has found of its runs. */
  texts?: {
    /** Texts of unequal length may share a run. */
    unequal: boolean
    /** Tokens of the longest text that it takes, if there is a bound. */
    longest?: number
  }
  /** Class names by index, where the model has them. */
  labels?: readonly string[]
  /** Lines for the log about what lies in the folder and is not used. */
  notes?: readonly string[]
  /** It has operators that end the process over an input without values. */
  recurrent?: true
  /** What the graph itself says of classes, by output name. */
  classes?: ReadonlyMap<string, Classes>
}

/** Bytes of a file from `start` to `end` (not included) give way to others. Several are in order. */
export type Edit = { start: number; end: number; bytes: Uint8Array }

export type Classes = {
  /** A column of scores for each class, or the label of a class. */
  of: 'scores' | 'label'
  /** In the order of the columns; whole numbers as text. */
  labels: readonly string[]
  /** The exporter meant each row to be a map from label to score. */
  zipped: boolean
}
