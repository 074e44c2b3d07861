/** What a worker does with requests: reads one into a model's inputs, and writes a model's outputs into its reply. */

import type { BatchItem } from '../../protocol/messages.ts'
import type { Reply } from '../../protocol/request.ts'
import type { Route } from '../../protocol/routes.ts'
import type { NamedTensors } from '../../tensor/tensor.ts'
import type { Allowance } from '../allowance.ts'

/** Inputs that are run together, and may be joined with those of other requests. */
export type Part = {
  /** In the model's order, and checked. */
  inputs: NamedTensors
  /** Their common first dimension, or 1 where the model has no rows. */
  rows: number
}

export type Reading<Context = unknown> = {
  /** One or more; texts of unequal lengths are a part each. */
  parts: readonly Part[]
  /** What is needed to write the reply. */
  context: Context
}

/** A request that is to be run, or one that code of the model's own has answered without a run. */
export type Read<Context = unknown> = Reading<Context> | { written: Written }

/** What the model gave for one part. `byRow`: the first dimension of every output counts the part's rows. */
export type Outputs = { outputs: NamedTensors; byRow: boolean }

export type Written = Omit<Reply & { ok: true }, 'ok'>

export type Task<Context = unknown> = {
  /**
   * What needs no other thread comes without a promise.
   * @param allowance what of the worker's memory the request may hold, and whether it has been given up
   * @throws ServingError
   */
  read(request: BatchItem, allowance: Allowance): Read<Context> | Promise<Read<Context>>
  /**
   * @param outputs of each part, in their order
   * @throws ServingError
   */
  write(outputs: readonly Outputs[], context: Context): Written | Promise<Written>
  /** The hub's name of what it does, for messages. */
  name?: string
  /** Where it is asked besides /invocations. */
  routes?: readonly Route[]
  /** What of a part's outputs `write` needs; without it all, kept until the last part of the request has run. */
  reduce?(outputs: NamedTensors, part: Part): NamedTensors
  /** Parts of unequal length share a run where the shorter are filled up; without it they do not. */
  padding?: Padding
}

/** How parts of unequal length are made alike: along the second dimension, with what the model does not look at. */
export type Padding = {
  /** What each input is filled up with, by its name; an input that is not named has no such dimension. */
  values: ReadonlyMap<string, number>
}
