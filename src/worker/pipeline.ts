/** One hand-over in the worker: decode → validate → run → postprocess → encode. Every request has its own outcome. */

import type { Form } from '../codec/codec.ts'
import { mapBounded } from '../codec/map-bounded.ts'
import { type Encoder, findDecoder, negotiate, parseMediaType } from '../codec/registry.ts'
import { type ErrorCode, ServingError } from '../errors.ts'
import { postprocess } from '../model/postprocess.ts'
import { validateInputs } from '../model/validate.ts'
import type { Outcome, RunTimings, Work } from '../workers/protocol.ts'
import type { LoadedModel } from './load.ts'
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

const prepare = async (work: Work, { model }: LoadedModel, defaultAccept: string): Promise<Prepared> => {
  const encoder = negotiate(work.accept, defaultAccept)
  const mediaType = parseMediaType(work.contentType)
  const decoder = findDecoder(mediaType)
  const { inputs, form } = await decoder.decode(work.body, mediaType, model)
  return { ...validateInputs(inputs, model.signature), form, encoder }
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

/** Never rejects for what a request holds; an outcome for each item, in their order. */
export const processItems = async (
  items: readonly Work[],
  alone: boolean,
  loaded: LoadedModel,
  defaultAccept: string,
): Promise<{ outcomes: Outcome[]; timings: RunTimings }> => {
  const start = performance.now()
  const prepared = await mapBounded(items, DECODED_AT_ONCE, (work) =>
    prepare(work, loaded, defaultAccept).catch((error: unknown) =>
      failure(error, 'ERR_INTERNAL', 'the request could not be read'),
    ),
  )
  const decodeSeconds = (performance.now() - start) / 1000
  const jobs = prepared.filter(isPrepared)
  const { results, timings } = await runJobs(
    loaded.sessionFor(alone),
    jobs,
    loaded.model.signature.rows,
    loaded.maxBatchSize,
  )
  const byJob = new Map(jobs.map((job, index) => [job, results[index]]))
  const outcomes = prepared.map((item): Outcome => {
    if (!isPrepared(item)) return item
    const result = byJob.get(item) ?? {
      ok: false,
      error: new Error('a request has no result. This is a bug.'),
    }
    return answer(result, item, loaded)
  })
  return { outcomes, timings: { decodeSeconds, runs: timings } }
}
