/**
 * All that crosses the process boundary, as plain data; frames.ts says how it becomes bytes. A request and its reply are addressed by
 * their batch and their place in it.
 *
 *   server → worker      load · run · cancel · probe · stop
 *   worker → server      loaded · failed · preparing · piece · replies · done · alive
 *
 *   server → inspection  inspect
 *   inspection → server  stage · unfit · inspected · failed
 */

import type { Device } from './devices.ts'
import type { Description, ModelInfo, RowMode } from './model-info.ts'
import type { BatchTimings, Reply, Request } from './request.ts'

/** What the workers say to one another through the server, which passes it on unopened. */
export type Unopened = unknown

/** What a worker needs to know to load and serve a model. */
export type LoadOptions<Folder = Unopened, Recipe = Unopened> = {
  /** What the model's folder says. */
  folder: Folder
  /** The optimised copy to load in place of the model's own file, if one was written and has passed its trial. */
  optimisedFile?: string
  /** How inputs for warming up are made; without it the model is not warmed up. */
  recipe?: Recipe
  /** How rows relate to runs, as found when the model was inspected. */
  rows: RowMode
  device: Device
  /** How long loading may take before the server kills the worker. */
  startTimeoutMs: number
  /** How many workers there are; one where it is not said. */
  workers?: number
  /** How many CPUs all of them may keep busy; one for each where it is not said. */
  cpus?: number
  /** Threads of a run while other workers run too. */
  threads: number
  /** Threads of a run that has the machine to itself. */
  threadsAlone: number
  /** Most rows in a run; without it as serving.yaml says, or as is the default. */
  maxBatchSize?: number
  defaultAccept: string
  /** Most bytes of a body, also once it is decompressed. */
  maxBodyBytes: number
  /** How long it may take to read the requests of a batch; one that takes longer is answered with an error. */
  prepareTimeoutMs: number
}

/** Most bytes of a piece of a body; a larger body crosses in several. */
export const PIECE_BYTES = 2 ** 20

/** A request of a batch, which has the model's name once for all. */
export type BatchItem<B = Uint8Array> = Omit<Request, 'model' | 'body'> & { body: B }

/** A batch; a body that the server has in pieces is whole when it arrives. */
export type Run<B = Uint8Array> = {
  type: 'run'
  batch: number
  model: string
  alone: boolean
  items: BatchItem<B>[]
}

type Failure = Extract<Reply, { ok: false }>
type Success = Extract<Reply, { ok: true }>

/** A reply as it crosses; the body of a large one has gone before it in pieces, `sent` bytes in all. */
export type CrossingReply =
  | Failure
  | (Success & { body: Uint8Array | string })
  | (Omit<Success, 'body'> & { sent: number })

/** Replies that are ready together, each with its request's place in the batch. */
export type CrossingReplies = [item: number, reply: CrossingReply][]

export type ToWorker =
  | { type: 'load'; model: string; options: LoadOptions }
  | Run
  /** The client of this request has gone: it need not be computed, and its reply need not be sent. */
  | { type: 'cancel'; batch: number; item: number }
  | { type: 'probe' }
  /** To end once all that was asked before is done. */
  | { type: 'stop' }

export type FromWorker =
  | { type: 'loaded'; model: string; info: ModelInfo }
  /** The model cannot be loaded; `expected` if that is the model's or the setting's fault and not the server's. */
  | { type: 'failed'; message: string; expected: boolean }
  /** The requests of a batch are still being read, and the worker is well. */
  | { type: 'preparing'; batch: number }
  /** The next bytes of a large reply's body; all come before the reply, in order. */
  | { type: 'piece'; batch: number; item: number; bytes: Uint8Array }
  /** Replies that are ready before the whole batch is. */
  | { type: 'replies'; batch: number; replies: CrossingReplies }
  /** The last replies of a batch: each of its requests now has its reply, or was cancelled. */
  | { type: 'done'; batch: number; replies: CrossingReplies; timings: BatchTimings }
  | { type: 'alive' }

/** What the short-lived process is to do. */
export type Check = {
  /** A folder, or an ONNX file. */
  model: string
  device: 'auto' | Device
  /** Of a run, for the trials; nothing else runs meanwhile. */
  threads: number
  /** Where the copy is written; without it none is. */
  directory?: string
  /** 'prepacked': with the weights as kernels want them, which every process maps; 'mapped': each packs them itself. */
  copy: 'prepacked' | 'mapped'
  /** Whether the model may be run. If not, neither rows nor a copy can be tried, and nothing is warmed up. */
  run: boolean
  /** What an earlier process has found, which died in the trial of its copy. */
  rows?: RowMode
}

export type ToInspection = { type: 'inspect' } & Check

export type FromInspection =
  /** What comes next, so that the server knows where the process was when it died or hung. */
  | { type: 'stage'; stage: 'tokenizer' }
  | { type: 'stage'; stage: 'rows' }
  | { type: 'stage'; stage: 'copy'; rows: RowMode; warnings: string[] }
  /** The copy is no good; another process may try a lesser one. */
  | { type: 'unfit'; problem: string }
  | {
      type: 'inspected'
      /** The model's name. */
      name: string
      folder: Unopened
      device: Device
      rows: RowMode
      recipe?: Unopened
      description: Description
      /** The optimised copy. */
      file?: string
      warnings: string[]
    }
  | Extract<FromWorker, { type: 'failed' }>
