/** What a task is: what a request's `inputs` and `parameters` mean, and what is answered. One file each in tasks/. */

import type { HuggingFaceFolder } from '../../model/layouts/hugging-face.ts'
import type { ModelSignature } from '../../model/signature.ts'
import type { Route } from '../../protocol/routes.ts'
import type { NamedTensors } from '../../tensor/tensor.ts'
import type { Allowance } from '../allowance.ts'
import type { Outputs, Padding, Part } from '../task/task.ts'
import type { Hub } from './hub.ts'

/** The body of a request as Hugging Face's containers on SageMaker take it. */
export type HubRequest = {
  inputs: unknown
  parameters: Readonly<Record<string, unknown>>
  /** Of a body of another form the member that told it, whose value is `inputs`; its other members are the parameters. */
  form?: string
}

/** What is to be run, or an answer that needs no run, such as that to an empty list. */
export type HubRead<Context> = { parts: readonly Part[]; context: Context } | { answer: unknown }

/** A task for one folder. */
export type HubExchange<Context = unknown> = {
  /** @throws ServingError */
  read(request: HubRequest, allowance: Allowance): HubRead<Context> | Promise<HubRead<Context>>
  /** @returns the answer as a JSON value, such as `pipeline` gives in Python, or a promise of it */
  write(outputs: readonly Outputs[], context: Context): unknown
  /** What of a part's outputs `write` needs, in new arrays, so that the rest is free before the next run. */
  reduce?(outputs: NamedTensors, part: Part): NamedTensors
  padding?: Padding
  /** In place of the task's own example, where that depends on the folder. */
  example?: unknown
}

export type HubTask = {
  /** The hub's name of the task, as `task` of serving.yaml takes it. */
  name: string
  /** Names of model classes (`architectures` of config.json) whose folders are served so. */
  architectures: RegExp
  /** A folder that is served so before any task is chosen by the model's class. */
  isMeant?(files: HuggingFaceFolder, signature: ModelSignature): boolean
  /** What replies hold, in words, where it is not what transformers' pipeline of that name gives. */
  answers?: string
  /** The `inputs` of a request that any such model takes, for people. */
  example: unknown
  /** The `parameters` that go with the example, where the task cannot do without. */
  exampleParameters?: Readonly<Record<string, unknown>>
  /** Its `inputs` are pictures, which bodies may be themselves: then `inputs` is a Uint8Array, or a list of them. */
  takesPictures?: true
  /** Members by which bodies of other forms are told from {"inputs": …}. */
  forms?: readonly string[]
  /** Paths besides /invocations at which the model is asked, and the member that a body has there. */
  routes?: Readonly<Partial<Record<Route, string>>>
  /** At "/", where clients of the hub's Inference API ask: parameters where they send none, and what they expect of an answer. */
  onHub?: { parameters?: Readonly<Record<string, unknown>>; toAnswer?(answer: unknown): unknown }
  /** Parameters may stand beside "inputs" too, as text-embeddings-inference takes them. */
  isFlat?: true
  /** @throws StartupError if the folder or the model is not what the task needs */
  create(hub: Hub): HubExchange
}
