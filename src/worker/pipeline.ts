/**
 * One batch in the worker: its requests are read by the task, run by the engine, and their replies written by the task.
 * Reading is apart, so that one batch is read while another runs. Every request has its own reply, as soon as it is ready.
 */

import { type ErrorCode, ServingError } from '../errors.ts'
import type { BatchItem } from '../protocol/messages.ts'
import type { BatchTimings, Reply } from '../protocol/request.ts'
import type { NamedTensors } from '../tensor/tensor.ts'
import { Allowance } from './allowance.ts'
import type { Job } from './engine/plan.ts'
import { type JobResult, runJobs } from './engine/runs.ts'
import type { LazyAbortController } from './lazy-abort.ts'
import type { LoadedModel } from './load.ts'
import { isRejection } from './rejection.ts'
import type { Outputs, Part, Read, Task } from './task/task.ts'

/** A request of a batch; aborted if its client has gone, or if it takes too long to read. */
export type Item = { request: BatchItem; abort: LazyAbortController }

/** The reason of an abort after which nobody waits for the reply. */
export const CANCELLED = Symbol('cancelled')

export const isCancelled = ({ abort }: Pick<Item, 'abort'>): boolean =>
  abort.aborted && abort.signal.reason === CANCELLED

/** Replies that are ready, each with its request's place in the batch. */
export type Replies = [item: number, reply: Reply][]

/** Sends replies that are ready before the whole batch is. */
export type SendReplies = (replies: Replies) => Promise<void>

/** A request that can be run, and what its parts have given so far. */
type Ready = {
  item: number
  parts: readonly Part[]
  context: unknown
  allowance: Allowance
  /** False once its client has gone: what has not been run need not be. */
  isWanted(): boolean
  outputs: Outputs[]
  /** Parts that have not been run. */
  left: number
  /** What ONNX Runtime said to one of its parts: nothing more of it is run. */
  failure?: { error: unknown; part: Part }
}

/** The requests that can be run, and the replies to others that have not been sent. */
export type ReadBatch = { ready: Ready[]; replies: Replies; decodeSeconds: number }

const failure = (error: unknown, otherwise: ErrorCode, message: string): Reply => {
  if (error instanceof ServingError) {
    const { code, message, status, detail } = error
    return { ok: false, code, message, ...(status && { status }), ...(detail && { detail }) }
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { ok: false, code: otherwise, message, detail }
}

/** Never throws or rejects for what a request holds. What is aborted settles at once, whatever it waits for. */
const read = (entry: Item, item: number, task: Task): Ready | Reply | Promise<Ready | Reply> => {
  const { request, abort } = entry
  const allowance = new Allowance(abort)
  const refuse = (error: unknown): Reply => {
    allowance.release()
    return failure(error, 'ERR_INTERNAL', 'the request could not be read')
  }
  const finish = (reading: Read): Ready | Reply => {
    if ('written' in reading) {
      allowance.release()
      return { ok: true, ...reading.written }
    }
    const { parts, context } = reading
    const isWanted = () => !isCancelled(entry)
    return { item, parts, context, allowance, isWanted, outputs: [], left: parts.length }
  }
  try {
    const reading = task.read(request, allowance)
    // What needs no other thread costs no promise.
    if (!(reading instanceof Promise)) return finish(reading)
    const aborted = new Promise<never>((_, reject) => {
      abort.signal.addEventListener('abort', () => reject(abort.signal.reason))
    })
    return Promise.race([reading.then(finish), aborted]).catch(refuse)
  } catch (error) {
    return refuse(error)
  }
}

/**
 * All at once: what is large is bounded by budgets that all requests in the process share. A request that has not been read
 * in time is answered with ERR_DEADLINE_EXCEEDED.
 */
export const readBatch = async (
  items: readonly Item[],
  { task, prepareTimeoutMs }: Pick<LoadedModel, 'task' | 'prepareTimeoutMs'>,
  send: SendReplies,
): Promise<ReadBatch> => {
  const start = performance.now()
  const ready: Ready[] = []
  let replies: Replies = []
  const unread = new Set<Promise<void>>()
  const sort = (entry: Item, item: number, result: Ready | Reply): void => {
    if (isCancelled(entry)) return
    if ('parts' in result) ready.push(result)
    else replies.push([item, result])
  }
  const flush = async (): Promise<void> => {
    const those = replies
    replies = []
    if (those.length > 0) await send(those)
  }
  const slow: Item[] = []
  for (const [item, entry] of items.entries()) {
    // While the batch's bodies came.
    if (isCancelled(entry)) continue
    const result = read(entry, item, task)
    if (!(result instanceof Promise)) {
      sort(entry, item, result)
      continue
    }
    slow.push(entry)
    const sorted: Promise<void> = result.then((settled) => {
      sort(entry, item, settled)
      slow.splice(slow.indexOf(entry), 1)
      unread.delete(sorted)
      // The last goes with what follows.
      return unread.size > 0 ? flush() : undefined
    })
    unread.add(sorted)
  }
  if (unread.size > 0) {
    const timer = setTimeout(() => giveUp(slow, prepareTimeoutMs), prepareTimeoutMs)
    await flush()
    await Promise.all(unread)
    clearTimeout(timer)
  }
  if (ready.length > 0) await flush()
  return { ready, replies, decodeSeconds: (performance.now() - start) / 1000 }
}

const giveUp = (slow: readonly Item[], milliseconds: number): void => {
  const error = new ServingError(
    'ERR_DEADLINE_EXCEEDED',
    `the body was not decoded within ${milliseconds} ms, half of requestTimeoutMs; send less in a request`,
  )
  for (const { abort } of slow) abort.abort(error)
}

const write = async ({ outputs, context, allowance, failure: failed }: Ready, task: Task): Promise<Reply> => {
  allowance.release()
  if (failed !== undefined) {
    const { error, part } = failed
    // ONNX Runtime names nodes and values of the model: of use to the caller, who knows it, and no secret.
    const reason = error instanceof Error ? error.message : String(error)
    return isRejection(reason, part.inputs)
      ? { ok: false, code: 'ERR_REJECTED_BY_MODEL', message: `the model rejects this input: ${reason}` }
      : failure(error, 'ERR_MODEL_FAILED', `the model failed on this input: ${reason}`)
  }
  try {
    return { ok: true, ...(await task.write(outputs, context)) }
  } catch (error) {
    return failure(error, 'ERR_INTERNAL', 'the reply could not be written')
  }
}

/** A part of a request, on its way through the engine. */
type PartJob = Job & { request: Ready; place: number }

const jobsOf = (ready: readonly Ready[]): PartJob[] =>
  ready.flatMap((request) =>
    request.parts.map((part, place) => ({
      inputs: part.inputs,
      rows: part.rows,
      siblings: request.parts.length,
      isWanted: () => request.failure === undefined && request.isWanted(),
      request,
      place,
    })),
  )

const bytesOf = (tensors: NamedTensors): number => {
  let sum = 0
  for (const { data } of tensors.values()) if (!Array.isArray(data)) sum += data.byteLength
  return sum
}

/** Notes what a part gave. @returns true if nothing more is to come for its request */
const note = ({ request, place }: PartJob, result: JobResult, reduce: Task['reduce']): boolean => {
  if (request.failure !== undefined) return false
  const part = request.parts[place] as Part
  try {
    if (!result.ok) throw result.error
    const outputs = reduce ? reduce(result.outputs, part) : result.outputs
    // What waits for the other parts; a single one is written at once.
    if (request.parts.length > 1) request.allowance.hold(bytesOf(outputs))
    request.outputs[place] = { ...result, outputs }
  } catch (error) {
    request.failure = { error, part }
    return true
  }
  request.left -= 1
  return request.left === 0
}

/** Never rejects for what a request holds. @returns the replies that have not been sent, and what the batch took */
export const runBatch = async (
  { ready, replies, decodeSeconds }: ReadBatch,
  alone: boolean,
  {
    task,
    rows,
    maxBatchSize,
    texts,
    sessionFor,
  }: Pick<LoadedModel, 'task' | 'rows' | 'maxBatchSize' | 'texts' | 'sessionFor'>,
  send: SendReplies,
): Promise<{ replies: Replies; timings: BatchTimings }> => {
  // Where code of the model's own has answered all, there may be no model.
  if (ready.length === 0) return { replies, timings: { seconds: decodeSeconds, decodeSeconds, runs: [] } }
  const start = performance.now()
  const jobs = jobsOf(ready)
  const written = (finished: readonly [job: number, result: JobResult][]): Promise<Replies> =>
    Promise.all(
      finished
        .filter(([job, result]) => note(jobs[job] as PartJob, result, task.reduce))
        .map(async ([job]): Promise<Replies[number]> => {
          const { request } = jobs[job] as PartJob
          return [request.item, await write(request, task)]
        }),
    )
  const { last, timings } = await runJobs(
    sessionFor(alone),
    jobs,
    { rows, maxRows: maxBatchSize, filling: texts && task.padding && { ...task.padding, ...texts } },
    async (finished) => {
      const replies = await written(finished)
      if (replies.length > 0) await send(replies)
    },
  )
  const rest = [...replies, ...(await written(last))]
  const seconds = decodeSeconds + (performance.now() - start) / 1000
  return { replies: rest, timings: { seconds, decodeSeconds, runs: timings } }
}
