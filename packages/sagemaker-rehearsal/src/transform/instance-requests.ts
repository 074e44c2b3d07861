/** The requests of a transform job to one instance: what it can do at a time, and one object in as many requests as it takes. */

import { setTimeout as delay } from 'node:timers/promises'
import { requestInstance } from '../endpoints/http-request.ts'
import type { Instance } from '../endpoints/instance.ts'
import type { CreateTransformJobRequest } from '../models/sagemaker.ts'
import { createProcessor, type Processor } from './data-processing.ts'
import { batched, InputError, joined, recordsOf, type SplitType } from './records.ts'

/** The container's fault, and not the input's. */
export class AlgorithmError extends Error {}

/** As the data log of a job says them. */
export type Parameters = {
  MaxConcurrentTransforms: number
  MaxPayloadInMB: number
  BatchStrategy: 'MULTI_RECORD' | 'SINGLE_RECORD'
}

const DEFAULTS: Parameters = {
  MaxConcurrentTransforms: 1,
  MaxPayloadInMB: 6,
  BatchStrategy: 'MULTI_RECORD',
}

/** API reference, ModelClientConfig. */
const RETRIES = 3
const TIMEOUT_SECONDS = 600

/** How long an instance that has died may take to serve again. */
const RESTART_MS = 60_000
const POLL_MS = 50

const MOST_ANSWER_BYTES = 2 ** 30
const MB = 2 ** 20
const PARAMETERS_TIMEOUT_MS = 10_000

/** What the request says, else what the container answers to /execution-parameters, else SageMaker's defaults. */
export const executionParameters = async (
  instance: Instance,
  input: CreateTransformJobRequest,
): Promise<Parameters> => {
  const own = await requestInstance(`${instance.url()}/execution-parameters`, {
    timeoutMs: PARAMETERS_TIMEOUT_MS,
    mostBytes: MB,
  })
    .then(({ status, body }) => (status === 200 ? (JSON.parse(body.toString('utf8')) ?? {}) : {}))
    .catch(() => ({}))
  const number = (name: 'MaxConcurrentTransforms' | 'MaxPayloadInMB'): number =>
    input[name] ?? (Number.isInteger(own[name]) && own[name] >= 0 ? own[name] : DEFAULTS[name])
  const asked = { MultiRecord: 'MULTI_RECORD', SingleRecord: 'SINGLE_RECORD' } as const
  const strategy = input.BatchStrategy === undefined ? own.BatchStrategy : asked[input.BatchStrategy]
  return {
    MaxConcurrentTransforms: Math.max(1, number('MaxConcurrentTransforms')),
    MaxPayloadInMB: number('MaxPayloadInMB'),
    BatchStrategy: strategy === 'SINGLE_RECORD' ? 'SINGLE_RECORD' : DEFAULTS.BatchStrategy,
  }
}

/** Where it serves, or will in a moment; undefined if it does not come back in time. */
const urlOf = async (instance: Instance, signal: AbortSignal): Promise<string | undefined> => {
  for (const end = performance.now() + RESTART_MS; performance.now() < end && !signal.aborted; ) {
    const url = instance.url()
    if (url !== undefined) return url
    await delay(POLL_MS)
  }
  return undefined
}

/** Answers of 4xx are the input's fault; those of 5xx, and none at all, are tried again. */
const send = async (
  instance: Instance,
  { TransformInput, TransformOutput, ModelClientConfig = {} }: CreateTransformJobRequest,
  body: Buffer,
  isChunked: boolean,
  signal: AbortSignal,
): Promise<Buffer> => {
  const { InvocationsMaxRetries = RETRIES, InvocationsTimeoutInSeconds = TIMEOUT_SECONDS } = ModelClientConfig
  let failure = new AlgorithmError('Unable to get response from algorithm')
  for (let attempt = 0; attempt <= InvocationsMaxRetries; attempt++) {
    const url = await urlOf(instance, signal)
    if (url === undefined) break
    const answer = await requestInstance(`${url}/invocations`, {
      method: 'POST',
      headers: {
        ...(TransformInput.ContentType !== undefined && { 'content-type': TransformInput.ContentType }),
        ...(TransformOutput.Accept !== undefined && { accept: TransformOutput.Accept }),
      },
      body,
      isChunked,
      timeoutMs: InvocationsTimeoutInSeconds * 1000,
      mostBytes: MOST_ANSWER_BYTES,
    }).catch(() => undefined)
    if (answer === undefined) continue
    const { status } = answer
    if (status >= 200 && status < 300) return answer.body
    const said = `\nMessage:\n${answer.body.toString('utf8')}`
    if (status < 500) throw new InputError(`ClientError: ${status}\n${said}`)
    failure = new AlgorithmError(`Bad HTTP status received from algorithm: ${status}\n${said}`)
  }
  throw failure
}

/** The outputs of a request's records. */
const outputOf = (
  records: readonly Buffer[],
  answer: Buffer,
  splitType: SplitType,
  processor: Processor,
): Buffer => {
  if (!processor.isNeeded) return answer
  const answers = splitType === 'Line' ? recordsOf(answer, 'Line') : [answer]
  if (answers.length !== records.length)
    throw new InputError(
      `Fail to join data: ${records.length} records were sent, and ${answers.length} predictions came back`,
    )
  return joined(
    records.map((record, at) => processor.join(record, answers[at] as Buffer)),
    splitType,
  )
}

/**
 * The content of the `.out` object, in the order of the records.
 *
 * @throws InputError or AlgorithmError, worded as in a data log, at the first request that fails
 */
export const transformObject = async (
  instance: Instance,
  input: CreateTransformJobRequest,
  body: Buffer,
  { MaxConcurrentTransforms, MaxPayloadInMB, BatchStrategy }: Parameters,
  signal: AbortSignal,
): Promise<Buffer> => {
  const { SplitType: splitType = 'None', ContentType } = input.TransformInput
  const processor = createProcessor(input.DataProcessing ?? {}, ContentType)
  const records = recordsOf(body, splitType)
  const batches = batched(records, {
    isMulti: BatchStrategy === 'MULTI_RECORD',
    mostBytes: MaxPayloadInMB * MB,
  })
  const outputs: Buffer[] = []
  let next = 0
  let failed = false
  const worker = async (): Promise<void> => {
    for (let at = next++; at < batches.length && !failed && !signal.aborted; at = next++) {
      const batch = batches[at] as Buffer[]
      const sent = joined(batch.map(processor.filter), splitType)
      const answer = await send(instance, input, sent, MaxPayloadInMB === 0, signal).catch(
        (error: unknown) => {
          failed = true
          throw error
        },
      )
      outputs[at] = outputOf(batch, answer, splitType, processor)
    }
  }
  const workers = Array.from({ length: Math.min(batches.length, MaxConcurrentTransforms) }, worker)
  // Nothing of a failed object is under way when the next is begun.
  await Promise.allSettled(workers)
  await Promise.all(workers)
  signal.throwIfAborted()
  if (input.TransformOutput.AssembleWith !== 'Line') return Buffer.concat(outputs)
  const newline = Buffer.from('\n')
  return Buffer.concat(outputs.flatMap((output) => (output.at(-1) === 0x0a ? [output] : [output, newline])))
}
