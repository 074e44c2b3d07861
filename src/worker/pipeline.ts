/**
 * One hand-over in the worker: decode → validate, then run → postprocess → encode. Every request has its own outcome.
 * The two halves are apart, so that one hand-over is prepared while another runs.
 */

import { setMaxListeners } from 'node:events'
import { type ErrorCode, ServingError } from '../errors.ts'
import type { LoadOptions } from '../protocol/messages.ts'
import type { BatchTimings, Reply, Request } from '../protocol/request.ts'
import { Allowance } from './allowance.ts'
import type { DecodedRequest, Form } from './codec/codec.ts'
import { decodeContent } from './codec/content-encoding.ts'
import { type Encoder, findDecoder, negotiate, parseMediaType } from './codec/registry.ts'
import { type Job, type JobResult, runJobs } from './engine/runs.ts'
import type { LoadedModel } from './load.ts'
import { isRejection } from './rejection.ts'
import { postprocess } from './task/postprocess.ts'
import { validateInputs } from './task/validate.ts'

type Prepared = Job & { form: Form; encoder: Encoder; allowance: Allowance }

const isPrepared = (item: Prepared | Reply): item is Prepared => 'inputs' in item

const failure = (error: unknown, otherwise: ErrorCode, message: string): Reply => {
  if (error instanceof ServingError) return { ok: false, code: error.code, message: error.message }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { ok: false, code: otherwise, message, detail }
}

export type PrepareOptions = Pick<LoadOptions, 'defaultAccept' | 'maxBodyBytes' | 'prepareTimeoutMs'>

/** The end of the time for a batch. Few requests ask for the signal, and it is dear. */
class Late {
  #controller: AbortController | undefined

  get signal(): AbortSignal {
    return this.#get().signal
  }

  abort(reason: Error): void {
    this.#get().abort(reason)
  }

  #get(): AbortController {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      // Every image of every request may listen.
      setMaxListeners(0, this.#controller.signal)
    }
    return this.#controller
  }
}

const unreadable = (error: unknown) => failure(error, 'ERR_INTERNAL', 'the request could not be read')

/** Never throws or rejects for what a request holds. */
const prepare = (
  { body, contentType, contentEncoding, accept }: Request,
  { model }: LoadedModel,
  { defaultAccept, maxBodyBytes }: PrepareOptions,
  late: Late,
): Prepared | Reply | Promise<Prepared | Reply> => {
  const allowance = new Allowance(late)
  const refuse = (error: unknown): Reply => {
    allowance.release()
    return unreadable(error)
  }
  try {
    const encoder = negotiate(accept, defaultAccept)
    const mediaType = parseMediaType(contentType)
    const { decode } = findDecoder(mediaType)
    const finish = ({ inputs, form }: DecodedRequest): Prepared => ({
      ...validateInputs(inputs, model.signature, model.config.limits.maxRows),
      form,
      encoder,
      allowance,
    })
    const bytes = decodeContent(body, contentEncoding, maxBodyBytes, allowance)
    const decoded =
      bytes instanceof Promise
        ? bytes.then((plain) => decode(plain, mediaType, model, allowance))
        : decode(bytes, mediaType, model, allowance)
    // What needs no other thread costs no promise.
    return decoded instanceof Promise ? decoded.then(finish).catch(refuse) : finish(decoded)
  } catch (error) {
    return refuse(error)
  }
}

const answer = (result: JobResult, { form, encoder, inputs }: Prepared, { model }: LoadedModel): Reply => {
  if (!result.ok) {
    // ONNX Runtime names nodes and values of the model: of use to the caller, who knows it, and no secret.
    const reason = result.error instanceof Error ? result.error.message : String(result.error)
    return isRejection(reason, inputs)
      ? { ok: false, code: 'ERR_REJECTED_BY_MODEL', message: `the model rejects this input: ${reason}` }
      : failure(result.error, 'ERR_MODEL_FAILED', `the model failed on this input: ${reason}`)
  }
  try {
    const prediction = postprocess(result.outputs, result.byRow, model)
    const body = encoder.encode(prediction, form, model.config.limits.maxResponseBytes)
    return { ok: true, body, contentType: encoder.mediaTypes[0] ?? 'application/octet-stream' }
  } catch (error) {
    return failure(error, 'ERR_INTERNAL', 'the answer could not be written')
  }
}

/** What became of each request so far: ready to be run, or refused. */
export type PreparedItems = { items: (Prepared | Reply)[]; decodeSeconds: number }

/**
 * All at once: what is large is bounded by budgets that all requests in the process share. Never rejects for what a request
 * holds, and settles in time: one that is not read by then is answered with ERR_DEADLINE_EXCEEDED, whatever it waits for.
 */
export const prepareItems = async (
  items: readonly Request[],
  loaded: LoadedModel,
  options: PrepareOptions,
): Promise<PreparedItems> => {
  const start = performance.now()
  const late = new Late()
  const preparing = items.map((work) => prepare(work, loaded, options, late))
  const prepared = preparing.some((item) => item instanceof Promise)
    ? await inTime(preparing, options.prepareTimeoutMs, late)
    : (preparing as (Prepared | Reply)[])
  return { items: prepared, decodeSeconds: (performance.now() - start) / 1000 }
}

const inTime = async (
  preparing: (Prepared | Reply | Promise<Prepared | Reply>)[],
  milliseconds: number,
  late: Late,
): Promise<(Prepared | Reply)[]> => {
  let timer: NodeJS.Timeout | undefined
  const givenUp = new Promise<Reply>((resolve) => {
    timer = setTimeout(() => {
      const error = new ServingError(
        'ERR_DEADLINE_EXCEEDED',
        `the body was not decoded within ${milliseconds} ms, half of requestTimeoutMs; send less in a request`,
      )
      late.abort(error)
      resolve(unreadable(error))
    }, milliseconds)
  })
  const items = await Promise.all(preparing.map((item) => Promise.race([item, givenUp])))
  clearTimeout(timer)
  return items
}

/** Never rejects for what a request holds; an outcome for each item, in their order. */
export const runItems = async (
  { items, decodeSeconds }: PreparedItems,
  alone: boolean,
  loaded: LoadedModel,
): Promise<{ outcomes: Reply[]; timings: BatchTimings }> => {
  const start = performance.now()
  const jobs = items.filter(isPrepared)
  const { results, timings } = await runJobs(
    loaded.sessionFor(alone),
    jobs,
    loaded.model.signature.rows,
    loaded.maxBatchSize,
  )
  let next = 0
  const outcomes = items.map((item): Reply => {
    if (!isPrepared(item)) return item
    const result = results[next++]
    if (result === undefined) throw new Error('a request has no result. This is a bug.')
    item.allowance.release()
    return answer(result, item, loaded)
  })
  const seconds = decodeSeconds + (performance.now() - start) / 1000
  return { outcomes, timings: { seconds, decodeSeconds, runs: timings } }
}
