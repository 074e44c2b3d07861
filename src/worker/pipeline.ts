/**
 * One hand-over in the worker: decode → validate, then run → postprocess → encode. Every request has its own outcome.
 * The two halves are apart, so that one hand-over is prepared while another runs.
 */

import { setMaxListeners } from 'node:events'
import type { DecodedRequest, Form } from '../codec/codec.ts'
import { decodeContent } from '../codec/content-encoding.ts'
import { type Encoder, findDecoder, negotiate, parseMediaType } from '../codec/registry.ts'
import { type ErrorCode, ServingError } from '../errors.ts'
import { createAllowance } from '../model/image/allowance.ts'
import { postprocess } from '../model/postprocess.ts'
import { validateInputs } from '../model/validate.ts'
import type { LoadOptions, Outcome, RunTimings, Work } from '../workers/protocol.ts'
import type { LoadedModel } from './load.ts'
import { type Job, type JobResult, runJobs } from './runs.ts'

/** `release` gives back what the request holds of the worker's memory. */
type Prepared = Job & { form: Form; encoder: Encoder; release(): void }

const isPrepared = (item: Prepared | Outcome): item is Prepared => 'inputs' in item

const failure = (error: unknown, otherwise: ErrorCode, message: string): Outcome => {
  if (error instanceof ServingError) return { ok: false, code: error.code, message: error.message }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { ok: false, code: otherwise, message, detail }
}

export type PrepareOptions = Pick<LoadOptions, 'defaultAccept' | 'maxBodyBytes' | 'prepareTimeoutMs'>

type Context = { loaded: LoadedModel; options: PrepareOptions; signal: AbortSignal }

/** What needs no thread but this one costs no promise. */
const then = <T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> =>
  value instanceof Promise ? value.then(next) : next(value)

const unreadable = (error: unknown) => failure(error, 'ERR_INTERNAL', 'the request could not be read')

/** Never throws or rejects for what a request holds. */
const prepare = (
  work: Work,
  { loaded: { model }, options, signal }: Context,
): Prepared | Outcome | Promise<Prepared | Outcome> => {
  const allowance = createAllowance(signal)
  const refuse = (error: unknown) => {
    allowance.release()
    return unreadable(error)
  }
  try {
    const encoder = negotiate(work.accept, options.defaultAccept)
    const mediaType = parseMediaType(work.contentType)
    const { decode } = findDecoder(mediaType)
    const body = decodeContent(work.body, work.contentEncoding, options.maxBodyBytes, allowance)
    const decoded = then(body, (bytes) => decode(bytes, mediaType, model, allowance))
    const prepared = then(
      decoded,
      ({ inputs, form }: DecodedRequest): Prepared => ({
        ...validateInputs(inputs, model.signature),
        form,
        encoder,
        release: allowance.release,
      }),
    )
    return prepared instanceof Promise ? prepared.catch(refuse) : prepared
  } catch (error) {
    return refuse(error)
  }
}

const answer = (result: JobResult, { form, encoder }: Prepared, { model }: LoadedModel): Outcome => {
  if (!result.ok) {
    // ONNX Runtime names nodes and values of the model: of use to the caller, who knows it, and no secret.
    const reason = result.error instanceof Error ? result.error.message : String(result.error)
    return failure(result.error, 'ERR_MODEL_FAILED', `the model failed on this input: ${reason}`)
  }
  try {
    const prediction = postprocess(result.outputs, result.byRow, model)
    const body = encoder.encode(prediction, form)
    return { ok: true, body, contentType: encoder.mediaTypes[0] ?? 'application/octet-stream' }
  } catch (error) {
    return failure(error, 'ERR_INTERNAL', 'the answer could not be written')
  }
}

/** What became of each request so far: ready to be run, or refused. */
export type PreparedItems = { items: (Prepared | Outcome)[]; decodeSeconds: number }

/**
 * All at once: what is large is bounded by budgets that all requests in the process share. Never rejects for what a request
 * holds, and settles in time: one that is not read by then is answered with ERR_DEADLINE_EXCEEDED, whatever it waits for.
 */
export const prepareItems = async (
  items: readonly Work[],
  loaded: LoadedModel,
  options: PrepareOptions,
): Promise<PreparedItems> => {
  const start = performance.now()
  const late = new AbortController()
  // Every image of every request may listen.
  setMaxListeners(0, late.signal)
  const context = { loaded, options, signal: late.signal }
  const preparing = items.map((work) => prepare(work, context))
  const prepared = preparing.some((item) => item instanceof Promise)
    ? await inTime(preparing, options.prepareTimeoutMs, late)
    : (preparing as (Prepared | Outcome)[])
  return { items: prepared, decodeSeconds: (performance.now() - start) / 1000 }
}

const inTime = async (
  preparing: (Prepared | Outcome | Promise<Prepared | Outcome>)[],
  milliseconds: number,
  late: AbortController,
): Promise<(Prepared | Outcome)[]> => {
  let timer: NodeJS.Timeout | undefined
  const givenUp = new Promise<Outcome>((resolve) => {
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
): Promise<{ outcomes: Outcome[]; timings: RunTimings }> => {
  const start = performance.now()
  const jobs = items.filter(isPrepared)
  const { results, timings } = await runJobs(
    loaded.sessionFor(alone),
    jobs,
    loaded.model.signature.rows,
    loaded.maxBatchSize,
  )
  let next = 0
  const outcomes = items.map((item): Outcome => {
    if (!isPrepared(item)) return item
    const result = results[next++]
    if (result === undefined) throw new Error('a request has no result. This is a bug.')
    item.release()
    return answer(result, item, loaded)
  })
  const seconds = decodeSeconds + (performance.now() - start) / 1000
  return { outcomes, timings: { seconds, decodeSeconds, runs: timings } }
}
