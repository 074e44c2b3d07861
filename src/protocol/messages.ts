/**
 * All that crosses the process boundary, as plain data for Node's IPC with `serialization: 'advanced'`.
 *
 *   server → worker   load · run · probe · stop                               (optimise, to the short-lived process of that name)
 *   worker → server   loaded · failed · preparing · piece · result · alive   (stage · unfit · optimised)
 */

import type { ModelFolder } from '../model/model.ts'
import type { RowMode } from '../model/signature.ts'
import type { DataType } from '../tensor/data-type.ts'
import type { BatchTimings, Reply, Request } from './request.ts'

/** How random inputs that a model accepts are made; found when it is checked (worker/sample.ts). */
export type Recipe = {
  /** 'normal' around 0, 'uniform' from 0, both times `scale`; or all zero. */
  floats: 'normal' | 'uniform' | 'zero'
  scale: number
  /** Integers from the first (included) to the second (excluded). */
  integers: readonly [number, number]
  strings: readonly string[]
  /** What free dimensions other than rows are; a width or height is `preprocess`'s where it says one. */
  size: number
}

/** What a worker needs to know to load and serve a model. */
export type LoadOptions = {
  model: ModelFolder
  /** The optimised copy to load in place of the model's own file, if one was written and has passed its trial. */
  optimisedFile?: string
  /** How inputs for warming up are made; without it the model is not warmed up. */
  recipe?: Recipe
  /** How rows relate to runs, as found when the model was checked. */
  rows: RowMode
  device: 'cpu' | 'cuda'
  /** How long loading may take before the server ends the worker. */
  startTimeoutMs: number
  /** Threads of a run while other workers run too. */
  threads: number
  /** Threads of a run that has the machine to itself. */
  threadsAlone: number
  /** Most rows in a run; undefined: as serving.yaml says, else 32. */
  maxBatchSize?: number
  defaultAccept: string
  /** Most bytes of a body, also once it is decompressed. */
  maxBodyBytes: number
  /** How long it may take to read the requests of a batch; one that takes longer is answered with an error. */
  prepareTimeoutMs: number
}

/** What the server process knows of the model, for the banner, /execution-parameters and the log. */
export type ModelSummary = {
  name: string
  inputs: string[]
  outputs: string[]
  rows: RowMode
  /** Most rows in a run where rows are joined, and most requests that are given to a worker at once. */
  maxBatchSize: number
  device: 'cpu' | 'cuda'
  takesImages: boolean
  /** Why the worker loaded the model's own file although there was to be an optimised copy. */
  copyProblem?: string
  /** What a run of one row took, and how large its inputs are; absent where a free dimension makes that no measure. */
  warmUp?: { milliseconds: number; bytes: number }
  /** Each input's shape with every free dimension 1, for an example of a request. */
  example: { name: string; type: DataType; dims: number[] }[]
}

/** Most bytes of a piece of a body; a larger body crosses in several. */
export const PIECE_BYTES = 2 ** 20

/** An outcome as it crosses; the body of a large one has gone before it in pieces, `sent` bytes in all. */
export type CrossingReply = Reply | { ok: true; sent: number; contentType: string }

/** What the short-lived process is to do. */
export type Check = {
  /** A folder, or an ONNX file. */
  model: string
  device: 'auto' | 'cpu' | 'cuda'
  /** Of a run, for the trials; nothing else runs meanwhile. */
  threads: number
  /** Where the copy is written; without it none is. */
  directory?: string
  /** 'prepacked': with the weights as kernels want them, which every process maps; 'mapped': each packs them itself. */
  copy: 'prepacked' | 'mapped'
  /** Whether the model may be run. If not, neither rows nor a copy can be tried, and nothing is warmed up. */
  run: boolean
  /** What an earlier process has found, which ended over the trial of its copy. */
  rows?: RowMode
}

export type ToWorker =
  | { type: 'load'; options: LoadOptions }
  | ({ type: 'optimise' } & Check)
  | { type: 'run'; id: number; alone: boolean; items: Request[] }
  | { type: 'probe' }
  | { type: 'stop' }

export type FromWorker =
  | { type: 'loaded'; summary: ModelSummary }
  /** The model cannot be loaded; `expected` if that is the model's or the setting's fault and not the server's. */
  | { type: 'failed'; message: string; expected: boolean }
  /** What comes next, so that the server knows where the process was when it died or hung. */
  | { type: 'stage'; stage: 'rows' }
  | { type: 'stage'; stage: 'copy'; rows: RowMode; warnings: string[] }
  /** The copy is no good; another process may try a lesser one. */
  | { type: 'unfit'; problem: string }
  | {
      type: 'optimised'
      model: ModelFolder
      device: 'cpu' | 'cuda'
      rows: RowMode
      recipe?: Recipe
      file?: string
      warnings: string[]
    }
  /** The requests of a batch are still being read, and the worker is well. */
  | { type: 'preparing'; id: number }
  /** The next bytes of the body with which request `item` of the batch `id` is answered; all come before its result, in order. */
  | { type: 'piece'; id: number; item: number; bytes: Uint8Array }
  | { type: 'result'; id: number; outcomes: CrossingReply[]; timings: BatchTimings }
  | { type: 'alive' }
