/**
 * The task of a model with its own code: `preprocess` makes the inputs, the engine runs the model in batches, `postprocess`
 * makes the reply. `predict` takes the place of the run, and needs no model. What the code leaves out is done as without it.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Context, RequestContext } from '../../handler-types.ts'
import type { Model } from '../../model/model.ts'
import type { BatchItem, LoadOptions } from '../../protocol/messages.ts'
import type { Form } from '../codec/codec.ts'
import { decodeContent } from '../codec/content-encoding.ts'
import type { Encoder } from '../codec/registry.ts'
import type { Download } from '../links/download.ts'
import { MEDIA_TYPES } from '../task/media-types.ts'
import type { Outputs, Reading, Task, Written } from '../task/task.ts'
import { createTensorsTask } from '../task/tensors.ts'
import { validateInputs } from '../task/validate.ts'
import { inBatches } from './batch.ts'
import { call, deadlineIn } from './call.ts'
import { beginExchange, type Exchange } from './exchange.ts'
import type { Hooks } from './hooks.ts'
import { toOutputs, toTensors } from './model.ts'
import { toWritten } from './reply.ts'
import { toRequest } from './request.ts'

type Options = Pick<LoadOptions, 'defaultAccept' | 'maxBodyBytes'> & {
  /** How long the code may take with a request. */
  timeoutMs: number
  /** Most inputs of a call where the code takes several. */
  maxBatchSize: number
  maxResponseBytes: number
}

type State = { exchange: Exchange; inner: { form: Form; encoder: Encoder } }

export type Handler = {
  hooks: Hooks
  /** The file, for messages: code/inference.ts. */
  shown: string
  context: Context
  download: Download
}

/** @param model undefined where the folder has none, or code that predicts by itself */
export const createHandlerTask = (
  { hooks, shown, context, download }: Handler,
  model: Model | undefined,
  options: Options,
): Task<State> => {
  const { preprocess, predict, postprocess } = hooks
  const { timeoutMs } = options
  const of = (name: string): string => `${name} of ${shown}`
  const write = async (value: unknown, what: string, { deadline }: Exchange): Promise<Written> =>
    call(what, deadline, () => toWritten(value, options.maxResponseBytes))
  const prepare = ({ context, deadline }: Exchange): Promise<unknown> =>
    preprocess === undefined
      ? Promise.resolve(context.request)
      : call(of('preprocess'), deadline, () => preprocess(context.request, context))
  const finish = async (value: unknown, from: string, exchange: Exchange): Promise<Written> => {
    if (postprocess === undefined) return write(value, of(from), exchange)
    const { context, deadline } = exchange
    const reply = await call(of('postprocess'), deadline, () => postprocess(value as never, context))
    return write(reply, of('postprocess'), exchange)
  }

  const predictTogether = inBatches(async (inputs: readonly unknown[]) => {
    const outputs = await call(of('predict'), deadlineIn(timeoutMs), () =>
      (predict as (inputs: readonly unknown[], context: Context) => unknown)(inputs, context),
    )
    if (Array.isArray(outputs) && outputs.length === inputs.length) return outputs
    const found = Array.isArray(outputs) ? `${outputs.length}` : typeof outputs
    throw new Error(
      `expected a list of ${inputs.length} results of ${of('predict')}, since batch is true, found ${found}`,
    )
  }, options.maxBatchSize)

  const predictOne = async (exchange: Exchange): Promise<{ written: Written }> => {
    const input = await prepare(exchange)
    const output = await call(of('predict'), exchange.deadline, () =>
      hooks.batch
        ? predictTogether(input)
        : (predict as (input: unknown, context: RequestContext) => unknown)(input, exchange.context),
    )
    return { written: await finish(output, 'predict', exchange) }
  }

  const tensors = model && createTensorsTask(model, options)

  const readInputs = async (exchange: Exchange, item: BatchItem): Promise<Reading<State>> => {
    const encoder = MEDIA_TYPES.negotiate(item.headers.accept, options.defaultAccept)
    const given = await prepare(exchange)
    return call(of('preprocess'), exchange.deadline, () => {
      const inputs = toTensors(given, model as Model)
      const { signature, config } = model as Model
      return {
        parts: [validateInputs(inputs, signature, config.limits.maxRows)],
        context: { exchange, inner: { form: 'rows', encoder } },
      }
    })
  }

  return {
    read: async (item, allowance) => {
      const { headers, body } = item
      const plain = await decodeContent(body, headers['content-encoding'], options.maxBodyBytes, allowance)
      const request = toRequest(headers, plain, allowance)
      const exchange = beginExchange(request, allowance, context, { model, download, timeoutMs })
      // Each has its turn, so that replies can leave before the next is worked on.
      await nextTurn()
      if (predict !== undefined) return predictOne(exchange)
      if (preprocess !== undefined) return readInputs(exchange, item)
      const read = await (tensors as Task<State['inner']>).read(withoutEncoding(item, plain), allowance)
      if ('written' in read) return read
      return { ...read, context: { exchange, inner: read.context } }
    },
    write: (results, { exchange, inner }) =>
      postprocess === undefined
        ? (tensors as Task<State['inner']>).write(results, inner)
        : finish(toOutputs((results[0] as Outputs).outputs), 'postprocess', exchange),
  }
}

const withoutEncoding = (
  { headers: { 'content-encoding': _, ...headers } }: BatchItem,
  body: Uint8Array,
) => ({
  headers,
  body,
})
