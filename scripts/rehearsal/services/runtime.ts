/** The SageMaker runtime: REST, with the body as it is. */

import { AwsError } from '../aws-error.ts'
import type { Invoker } from '../endpoints/invocation.ts'
import { jsonError } from '../protocols/json.ts'
import type { Reply } from '../protocols/reply.ts'

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
  return { operation: operation ?? '', endpoint: decodeURIComponent(endpoint) }
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

const check = ({ headers }: RuntimeCall): void => {
  const attributes = headers[ATTRIBUTES]
  if (attributes !== undefined && !/^[\x20-\x7e]{0,1024}$/.test(attributes))
    throw new AwsError('ValidationError', 'CustomAttributes must be at most 1024 printable ASCII characters.')
  if ((headers['x-amzn-sagemaker-inference-id']?.length ?? 0) > 64)
    throw new AwsError('ValidationError', 'InferenceId must be at most 64 characters.')
}

export const createRuntime = (invoker: Invoker) => {
  const invokeEndpoint = async (call: RuntimeCall): Promise<Reply> => {
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

  return (call: RuntimeCall): Promise<Reply> => {
    check(call)
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
