/** A reply of the server as Lambda's answer, which is JSON: texts as they are, other bytes as base64. */

import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { ERRORS, type ErrorCode } from '../errors.ts'
import type { FunctionError } from './runtime-api.ts'

export type HttpReply = { status: number; headers: IncomingHttpHeaders; body: Buffer }

/** Lambda quotas: of an answer, in bytes of JSON. */
export const MOST_ANSWER_BYTES = 6 * 2 ** 20

const TEXT = /^(text\/|application\/(json|jsonlines|x-ndjson|xml)\b|application\/[^;]*\+(json|xml)\b)/i

/** What is of the connection to the server, and what Lambda says itself. */
const LEFT_OUT = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding', 'set-cookie']

/** Whatever its type is: a string of JSON holds no other bytes. */
export const isText = ({ headers, body }: HttpReply): boolean =>
  TEXT.test(headers['content-type'] ?? '') && headers['content-encoding'] === undefined && isUtf8(body)

/** An error as the server writes its own. */
export const errorReply = (code: ErrorCode, message: string, requestId: string): HttpReply => ({
  status: ERRORS[code].status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: Buffer.from(JSON.stringify({ code, message, requestId })),
})

const write = (reply: HttpReply): string => {
  const { status, headers, body } = reply
  const asText = isText(reply)
  const kept = Object.entries(headers).filter(([name]) => !LEFT_OUT.includes(name))
  return JSON.stringify({
    statusCode: status,
    headers: Object.fromEntries(kept),
    ...(headers['set-cookie'] !== undefined && { cookies: headers['set-cookie'] }),
    body: body.toString(asText ? 'utf8' : 'base64'),
    isBase64Encoded: !asText,
  })
}

const tooLarge = (bytes: number, requestId: string): HttpReply =>
  errorReply(
    'ERR_RESPONSE_TOO_LARGE',
    `the reply has ${bytes} bytes as Lambda's answer, which may have ${MOST_ANSWER_BYTES} with base64 and quotes; ask for fewer rows, or for application/x-npy`,
    requestId,
  )

/** What `reply` is in the payload formats 1.0 and 2.0, or an error of ours if it is too large for Lambda. */
export const answerOf = (reply: HttpReply, requestId: string): string => {
  const answer = write(reply)
  const bytes = Buffer.byteLength(answer)
  return bytes <= MOST_ANSWER_BYTES ? answer : write(tooLarge(bytes, requestId))
}

/** The reply's body by itself, as a value of JSON, or the error in its place. */
export const directOf = (
  reply: HttpReply,
  requestId: string,
): { value: string } | { error: FunctionError } => {
  const { status, headers, body } = reply
  const contentType = headers['content-type'] ?? ''
  if (status >= 400) return { error: functionError(body) }
  if (!isText(reply)) {
    const message = `the reply is ${contentType}${TEXT.test(contentType) ? ', and not in UTF-8' : ''}; an invocation without HTTP is answered with JSON or text`
    return { error: functionError(errorReply('ERR_NOT_ACCEPTABLE', message, requestId).body) }
  }
  const value = /^application\/json\b/.test(contentType) ? body.toString() : JSON.stringify(body.toString())
  const bytes = Buffer.byteLength(value)
  return bytes <= MOST_ANSWER_BYTES ? { value } : { error: functionError(tooLarge(bytes, requestId).body) }
}

/** Of an error's body as the server writes it; code of a model folder's own may write others. */
const functionError = (body: Buffer): FunctionError => {
  const text = body.toString()
  try {
    const { code, message } = JSON.parse(text) as { code?: unknown; message?: unknown }
    if (typeof code === 'string' && typeof message === 'string')
      return { errorType: code, errorMessage: message }
  } catch {
    // It is no JSON.
  }
  return { errorType: 'ERR_HANDLER_REFUSED' satisfies ErrorCode, errorMessage: text }
}
