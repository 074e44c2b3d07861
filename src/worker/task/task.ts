/** What a worker does with requests: reads one into a model's inputs, and writes a model's outputs into its reply. */

import type { BatchItem } from '../../protocol/messages.ts'
import type { Reply } from '../../protocol/request.ts'
import type { NamedTensors } from '../../tensor/tensor.ts'
import type { Allowance } from '../allowance.ts'

export type Reading<Context = unknown> = {
  /** In the model's order, and checked: they may join a batch. */
  inputs: NamedTensors
  /** Their common first dimension, or 1 where the model has no rows. */
  rows: number
  /** What is needed to write the reply. */
  context: Context
}

/** A request that is to be run, or one that code of the model's own has answered without a run. */
export type Read<Context = unknown> = Reading<Context> | { written: Written }

/** What the model gave for one request. `byRow`: the first dimension of every output counts the request's rows. */
export type Outputs = { outputs: NamedTensors; byRow: boolean }

export type Written = Omit<Reply & { ok: true }, 'ok'>

export type Task<Context = unknown> = {
  /**
   * What needs no other thread comes without a promise.
   * @param allowance what of the worker's memory the request may hold, and whether it has been given up
   * @throws ServingError
   */
  read(request: BatchItem, allowance: Allowance): Read<Context> | Promise<Read<Context>>
  /** @throws ServingError */
  write(outputs: Outputs, context: Context): Written | Promise<Written>
}
