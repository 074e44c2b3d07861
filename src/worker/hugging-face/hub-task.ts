/** What a task is: what a request's `inputs` and `parameters` mean, and what is answered. One file each in tasks/. */

import type { Allowance } from '../allowance.ts'
import type { Outputs, Padding, Part } from '../task/task.ts'
import type { Hub } from './hub.ts'

/** The body of a request as Hugging Face's containers on SageMaker take it. */
export type HubRequest = { inputs: unknown; parameters: Readonly<Record<string, unknown>> }

/** What is to be run, or an answer that needs no run, such as that to an empty list. */
export type HubRead<Context> = { parts: readonly Part[]; context: Context } | { answer: unknown }

/** A task for one folder. */
export type HubExchange<Context = unknown> = {
  /** @throws ServingError */
  read(request: HubRequest, allowance: Allowance): HubRead<Context> | Promise<HubRead<Context>>
  /** @returns the answer as a JSON value, such as `pipeline` gives in Python */
  write(outputs: readonly Outputs[], context: Context): unknown
  padding?: Padding
}

export type HubTask = {
  /** The hub's name of the task, as `task` of serving.yaml takes it. */
  name: string
  /** Names of model classes (`architectures` of config.json) whose folders are served so. */
  architectures: RegExp
  /** The `inputs` of a request that any such model takes, for people. */
  example: unknown
  /** Its `inputs` are pictures, which requests may send as they are. */
  takesPictures?: boolean
  /** @throws StartupError if the folder or the model is not what the task needs */
  create(hub: Hub): HubExchange
}
