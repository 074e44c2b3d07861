/** What InvokeEndpoint fails with, as an HTTP answer (SageMaker Runtime API reference, InvokeEndpoint, Errors). */

import { ModelError } from '@aws-sdk/client-sagemaker-runtime'

export type Answer = { status: number; contentType: string; body: string }

/** Of errors that are the caller's or pass: 502 is all else, such as credentials of the proxy that have run out. */
const STATUS: Readonly<Record<string, number>> = {
  ValidationError: 400,
  ThrottlingException: 429,
  ModelNotReadyException: 503,
  ServiceUnavailable: 503,
  TimeoutError: 504,
}

export const errorAnswer = (status: number, code: string, message: string): Answer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify({ code, message }),
})

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

export const fromInvocation = (error: Error): Answer => {
  if (!(error instanceof ModelError)) return errorAnswer(STATUS[error.name] ?? 502, error.name, error.message)
  // The container's own answer; SageMaker hands on no type with it.
  const { OriginalStatusCode: status = 502, OriginalMessage: body = error.message } = error
  return {
    status: status >= 400 && status <= 599 ? status : 502,
    contentType: isJson(body) ? 'application/json' : 'text/plain; charset=utf-8',
    body,
  }
}
