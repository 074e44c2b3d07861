/** One request to a function, as its URL would pass it on, answered as the server in it answered. */

import { InvokeCommand } from '@aws-sdk/client-lambda'
import { CommandError } from '../cli/command.ts'
import type { Answer } from '../deploy/invoke.ts'
import type { LambdaSession } from './session.ts'

export type FunctionRequest = {
  name: string
  /** A version or an alias. */
  qualifier: string
  body: Uint8Array
  contentType: string
  accept?: string
}

/** Lambda quotas: 6 MB for the event, in which a body is base64. */
export const LARGEST_BYTES = Math.floor((6 * 2 ** 20 - 4096) * 0.75)

/** Lambda quotas: 15 minutes, and the way there and back. */
const LONGEST_MS = 930_000

const PATH = '/invocations'

/** An event in payload format 2.0 (API Gateway developer guide, "AWS Lambda proxy integrations for HTTP APIs"). */
export const eventOf = ({ body, contentType, accept }: FunctionRequest, now: number): object => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: PATH,
  rawQueryString: '',
  headers: {
    'content-type': contentType,
    'content-length': String(body.length),
    ...(accept !== undefined && { accept }),
  },
  requestContext: {
    accountId: 'anonymous',
    apiId: 'onnx-serving-endpoint',
    domainName: 'localhost',
    domainPrefix: 'onnx-serving-endpoint',
    http: { method: 'POST', path: PATH, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
    requestId: crypto.randomUUID(),
    routeKey: '$default',
    stage: '$default',
    time: new Date(now).toISOString(),
    timeEpoch: now,
  },
  body: Buffer.from(body).toString('base64'),
  isBase64Encoded: true,
})

type Proxied = {
  statusCode?: number
  headers?: Record<string, string>
  body?: string
  isBase64Encoded?: boolean
}

/** The function has failed or ended, and has not answered. */
export class FunctionFailed extends CommandError {}

const failure = (payload: string, log: string | undefined): FunctionFailed => {
  const { errorType = 'Error', errorMessage = payload } = parse(payload) as {
    errorType?: string
    errorMessage?: string
  }
  const lines = log === undefined ? [] : Buffer.from(log, 'base64').toString().trimEnd().split('\n')
  return new FunctionFailed(
    [`the function failed: ${errorType}: ${errorMessage}`, ...lines.map((line) => `  ${line}`)].join('\n'),
  )
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** @throws FunctionFailed, and what AWS answers for itself; an answer of the server is none of these, whatever its status */
export const invokeFunction = async (
  { lambda, signal, clock }: LambdaSession,
  request: FunctionRequest,
): Promise<Answer> => {
  const began = performance.now()
  const answer = await lambda.send(
    new InvokeCommand({
      FunctionName: request.name,
      Qualifier: request.qualifier,
      LogType: 'Tail',
      Payload: Buffer.from(JSON.stringify(eventOf(request, clock.now()))),
    }),
    { abortSignal: signal, requestTimeout: LONGEST_MS },
  )
  const payload = answer.Payload?.transformToString() ?? ''
  if (answer.FunctionError !== undefined) throw failure(payload, answer.LogResult)
  const { statusCode, headers = {}, body = '', isBase64Encoded = false } = parse(payload) as Proxied
  if (statusCode === undefined)
    throw new FunctionFailed(
      `the function does not answer as a server of ours does: ${payload.slice(0, 300)}`,
    )
  const contentType = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  return {
    status: statusCode,
    ...(contentType !== undefined && { contentType }),
    ...(answer.ExecutedVersion !== undefined && { variant: answer.ExecutedVersion }),
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
    ms: performance.now() - began,
  }
}
