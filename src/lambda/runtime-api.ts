/**
 * A client of Lambda's Runtime API (AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes"). Calls have no
 * time limit, and each has a connection of its own: between two of them the environment may be frozen for hours.
 */

import type { HttpReply } from './answer.ts'
import { exchange } from './exchange.ts'

export type Invocation = {
  id: string
  /** When Lambda ends the environment, in milliseconds since 1970. */
  deadlineMs: number
  traceId: string | undefined
  /** JSON. */
  event: Buffer
}

export type FunctionError = { errorType: string; errorMessage: string }

/** Its address is AWS_LAMBDA_RUNTIME_API. */
export const runtimeApi = (address: string) => {
  const { hostname, port } = new URL(`http://${address}`)
  const call = (method: string, path: string, body?: string, headers = {}): Promise<HttpReply> =>
    exchange({ hostname, port, method, path: `/2018-06-01/runtime/${path}`, headers }, body)

  const post = async (path: string, body: string, headers = {}): Promise<void> => {
    const { status, body: reason } = await call('POST', path, body, headers)
    if (status !== 202) throw new Error(`Lambda answered ${status} to ${path}: ${reason}`)
  }

  const postError = (path: string, error: FunctionError): Promise<void> =>
    post(path, JSON.stringify(error), {
      'content-type': 'application/json',
      'lambda-runtime-function-error-type': error.errorType,
    })

  return {
    /** Waits for the next invocation, for as long as there is none. */
    async next(): Promise<Invocation> {
      const { status, headers, body } = await call('GET', 'invocation/next')
      const id = headers['lambda-runtime-aws-request-id']
      if (status !== 200 || typeof id !== 'string')
        throw new Error(`Lambda answered ${status} to invocation/next: ${body}`)
      const trace = headers['lambda-runtime-trace-id']
      return {
        id,
        deadlineMs: Number(headers['lambda-runtime-deadline-ms']),
        traceId: typeof trace === 'string' ? trace : undefined,
        event: body,
      }
    },
    respond: (id: string, json: string) =>
      post(`invocation/${id}/response`, json, { 'content-type': 'application/json' }),
    fail: (id: string, error: FunctionError) => postError(`invocation/${id}/error`, error),
    /** Why no invocation will be asked for. The process is to end after it. */
    failInit: (error: FunctionError) => postError('init/error', error),
  }
}

export type RuntimeApi = ReturnType<typeof runtimeApi>
