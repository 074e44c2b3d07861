/**
 * One hand-over in the worker: decode → validate, then run → postprocess → encode. Every request has its own outcome.
 * The two halves are apart, so that one hand-over is prepared while another runs.
 */

import type { DecodedRequest, Form } from '../codec/codec.ts'
import { mapBounded } from '../codec/map-bounded.ts'
import { type Encoder, findDecoder, negotiate, parseMediaType } from '../codec/registry.ts'
import { type ErrorCode, ServingError } from '../errors.ts'
import { postprocess } from '../model/postprocess.ts'
import { validateInputs } from '../model/validate.ts'
import type { Outcome, RunTimings, Work } from '../workers/protocol.ts'
import type { LoadedModel } from './load.ts'
import { isRejection } from './rejection.ts'
import { type Job, type JobResult, runJobs } from './runs.ts'

/** Images decoded at once: as many as libuv has threads, so that their pixels are bounded too. */
const DECODED_AT_ONCE = 4

type Prepared = Job & { form: Form; encoder: Encoder }

const isPrepared = (item: Prepared | Outcome): item is Prepared => 'inputs' in item

const failure = (error: unknown, otherwise: ErrorCode, message: string): Outcome => {
  if (error instanceof ServingError) return { ok: false, code: error.code, message: error.message }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { ok: false, code: otherwise, message, detail }
}

const prepare = (work: Work, { model }: LoadedModel, defaultAccept: string): Prepared | Promise<Prepared> => {
  const encoder = negotiate(work.accept, defaultAccept)
  const mediaType = parseMediaType(work.contentType)
  const decoded = findDecoder(mediaType).decode(work.body, mediaType, model)
  const validate = ({ inputs, form }: DecodedRequest): Prepared => ({
    ...validateInputs(inputs, model.signature, model.config.limits.maxRows),
    form,
    encoder,
  })
  return decoded instanceof Promise ? decoded.then(validate) : validate(decoded)
}

const answer = (result: JobResult, { form, encoder, inputs }: Prepared, { model }: LoadedModel): Outcome => {
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
export type PreparedItems = { items: (Prepared | Outcome)[]; decodeSeconds: number }

/** Never rejects for what a request holds. */
export const prepareItems = async (
  items: readonly Work[],
  loaded: LoadedModel,
  defaultAccept: string,
): Promise<PreparedItems> => {
  const start = performance.now()
  const unreadable = (error: unknown) => failure(error, 'ERR_INTERNAL', 'the request could not be read')
  const prepared = await mapBounded(items, DECODED_AT_ONCE, (work) => {
    try {
      const item = prepare(work, loaded, defaultAccept)
      return item instanceof Promise ? item.catch(unreadable) : item
    } catch (error) {
      return unreadable(error)
    }
  })
  return { items: prepared, decodeSeconds: (performance.now() - start) / 1000 }
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
    return answer(result, item, loaded)
  })
  const seconds = decodeSeconds + (performance.now() - start) / 1000
  return { outcomes, timings: { seconds, decodeSeconds, runs: timings } }
}
