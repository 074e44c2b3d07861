/** What InvokeEndpoint fails with, as an HTTP answer (SageMaker Runtime API reference, InvokeEndpoint, Errors). */

import { ModelError } from '@aws-sdk/client-sagemaker-runtime'

/** Instead of messages that name the account, its roles or addresses. */
const UNREACHED = "the endpoint could not be asked; the proxy's log says why"
const FAILED = 'the model failed, and SageMaker does not say how'

export type Answer = { status: number; headers: Record<string, string>; body: string }

/** Of errors that are the caller's or pass: 502 is all else, such as credentials of the proxy that have run out. */
const STATUS: Readonly<Record<string, number>> = {
  ValidationError: 400,
  ThrottlingException: 429,
  ModelNotReadyException: 503,
  ServiceUnavailable: 503,
  TimeoutError: 504,
}

/** A body that is too large for AWS: no document says under which name. */
const TOO_LARGE = 413

const answer = (status: number, type: string, body: string): Answer => ({
  status,
  headers: { 'content-type': type, ...((status === 429 || status === 503) && { 'retry-after': '1' }) },
  body,
})

export const errorAnswer = (status: number, code: string, message: string): Answer =>
  answer(status, 'application/json', JSON.stringify({ code, message }))

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

export const fromInvocation = (error: Error): Answer => {
  if (!(error instanceof ModelError)) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
    const status = $metadata?.httpStatusCode === TOO_LARGE ? TOO_LARGE : (STATUS[error.name] ?? 502)
    return errorAnswer(status, error.name, status === 502 ? UNREACHED : error.message)
  }
  // The container's own answer; SageMaker hands on no type with it.
  const { OriginalStatusCode: status = 502, OriginalMessage: body = FAILED } = error
  return answer(
    status >= 400 && status <= 599 ? status : 502,
    isJson(body) ? 'application/json' : 'text/plain; charset=utf-8',
    body,
  )
}
