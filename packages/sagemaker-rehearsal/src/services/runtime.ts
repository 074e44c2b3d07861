/** The SageMaker runtime: REST, with the body as it is. */

import { randomUUID } from 'node:crypto'
import { AwsError } from '../aws-error.ts'
import type { AsyncQueues } from '../endpoints/async-queue.ts'
import type { Invoker } from '../endpoints/invocation.ts'
import { type Actions, type InvokeEndpointAsyncInput, MODEL } from '../models/sagemaker-runtime.ts'
import { jsonError } from '../protocols/json.ts'
import type { Reply } from '../protocols/reply.ts'
import { validate } from '../validation.ts'

export type RuntimeCall = {
  operation: string
  endpoint: string
  headers: Record<string, string | undefined>
  body: Buffer
}

/** The operation and the endpoint in a path of the runtime; undefined if it is none. */
export const parseRuntime = (
  method: string,
  path: string,
): { operation: string; endpoint: string } | undefined => {
  const [, endpoint, rest] =
    /^\/endpoints\/([^/]+)\/(invocations|async-invocations|[a-z-]+)$/.exec(path) ?? []
  if (endpoint === undefined || method !== 'POST') return undefined
  const operation = { invocations: 'InvokeEndpoint', 'async-invocations': 'InvokeEndpointAsync' }[rest ?? '']
  return { operation: operation ?? '', endpoint }
}

/** What the platform passes on to the container (SageMaker developer guide, how containers serve requests). */
const PASSED_ON = [
  'content-type',
  'accept',
  'x-amzn-sagemaker-custom-attributes',
  'x-amzn-sagemaker-inference-id',
  'x-amzn-sagemaker-target-model',
  'x-amzn-sagemaker-target-variant',
  'x-amzn-sagemaker-session-id',
]

export const passedOn = (headers: RuntimeCall['headers']): Record<string, string> =>
  Object.fromEntries(PASSED_ON.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])))

const ATTRIBUTES = 'x-amzn-sagemaker-custom-attributes'

/** The call as AWS's model has it: most of it comes in headers. */
const checked = (name: keyof Actions, { endpoint, headers }: RuntimeCall): unknown => {
  const { input } = MODEL.actions[name] ?? {}
  const inHeaders = Object.entries(MODEL.shapes[input ?? '']?.headers ?? {}).map(([member, header]) => [
    member,
    headers[header.toLowerCase()],
  ])
  // The body has no bounds but its size, which is the endpoint's to say.
  return validate(
    MODEL,
    input,
    { EndpointName: endpoint, Body: '', ...Object.fromEntries(inHeaders) },
    { code: 'ValidationError', isText: true },
  )
}

/** Seconds, and bytes of a body that is sent along (SageMaker runtime API reference, InvokeEndpointAsync). */
const TIMEOUT_SECONDS = 900
const TIME_TO_LIVE_SECONDS = 21_600
const MOST_INLINE_BYTES = 128_000

const asyncInput = ({ headers, body }: RuntimeCall): string | Buffer => {
  const location = headers['x-amzn-sagemaker-inputlocation']
  if (location !== undefined && body.length === 0) return location
  if (location !== undefined || body.length === 0)
    throw new AwsError('ValidationError', 'Exactly one of InputLocation and Body must be specified.')
  if (body.length > MOST_INLINE_BYTES)
    throw new AwsError('ValidationError', `Body must be at most ${MOST_INLINE_BYTES} bytes.`)
  return body
}

export const createRuntime = (invoker: Invoker, queues: AsyncQueues) => {
  const invokeAsync = (call: RuntimeCall): Reply => {
    const { headers, endpoint } = call
    const contentType = headers['x-amzn-sagemaker-content-type']
    const accept = headers['x-amzn-sagemaker-accept']
    const inferenceId = headers['x-amzn-sagemaker-inference-id'] ?? randomUUID()
    const input = checked('InvokeEndpointAsync', call) as InvokeEndpointAsyncInput
    const { output, failure } = queues.enqueue(endpoint, {
      headers: {
        ...passedOn(headers),
        'content-type': contentType ?? 'application/octet-stream',
        ...(accept !== undefined && { accept }),
        'x-amzn-sagemaker-inference-id': inferenceId,
      },
      input: asyncInput(call),
      timeoutSeconds: input.InvocationTimeoutSeconds ?? TIMEOUT_SECONDS,
      timeToLiveSeconds: input.RequestTTLSeconds ?? TIME_TO_LIVE_SECONDS,
      fileName: headers['x-amzn-sagemaker-filename'],
      extension: headers['x-amzn-sagemaker-s3outputpathextension'],
    })
    return {
      status: 202,
      headers: {
        'content-type': 'application/json',
        'x-amzn-sagemaker-outputlocation': output,
        ...(failure !== undefined && { 'x-amzn-sagemaker-failurelocation': failure }),
      },
      body: JSON.stringify({ InferenceId: inferenceId }),
    }
  }

  const invokeEndpoint = async (call: RuntimeCall): Promise<Reply> => {
    checked('InvokeEndpoint', call)
    const target = call.headers['x-amzn-sagemaker-target-variant']
    const answer = await invoker.invoke(call.endpoint, {
      headers: passedOn(call.headers),
      body: call.body,
      ...(target !== undefined && { targetVariant: target }),
    })
    const attributes = answer.headers[ATTRIBUTES]
    return {
      status: 200,
      headers: {
        'content-type': answer.headers['content-type'] ?? 'application/octet-stream',
        'x-amzn-invoked-production-variant': answer.variant,
        ...(attributes !== undefined && { [ATTRIBUTES]: attributes }),
      },
      body: answer.body,
    }
  }

  return async (call: RuntimeCall): Promise<Reply> => {
    if (call.operation === 'InvokeEndpointAsync') return invokeAsync(call)
    if (call.operation === 'InvokeEndpoint') return invokeEndpoint(call)
    throw new AwsError('UnknownOperationException', 'The rehearsal does not emulate this operation.')
  }
}

/** Its clients read the message from `Message`. */
export const runtimeError = (error: AwsError): Reply =>
  jsonError(
    new AwsError(error.code, error.message, {
      status: error.status,
      members: { Message: error.message, ...error.members },
    }),
    'application/json',
  )
