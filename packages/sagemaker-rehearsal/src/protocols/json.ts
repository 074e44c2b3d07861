/** AWS JSON 1.0 and 1.1: POST /, the action in X-Amz-Target, dates as seconds. */

import { AwsError } from '../aws-error.ts'
import type { Reply } from './reply.ts'

/** Dates become seconds since 1970, as in the protocol; everything else is as JSON has it. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value ?? {}, function (this: Record<string, unknown>, key, item: unknown) {
    const raw = this[key]
    return raw instanceof Date ? raw.getTime() / 1000 : item
  })

export const parseJson = (body: Buffer): unknown => {
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON.')
  }
}

export const jsonReply = (value: unknown, contentType = 'application/x-amz-json-1.1'): Reply => ({
  status: 200,
  headers: { 'content-type': contentType },
  body: toJson(value),
})

export const jsonError = (error: AwsError, contentType = 'application/x-amz-json-1.1'): Reply => ({
  status: error.status,
  headers: {
    'content-type': contentType,
    'x-amzn-errortype': error.code,
    // CloudWatch's clients take the code of their old protocol from here.
    'x-amzn-query-error': `${error.code};${error.status < 500 ? 'Sender' : 'Receiver'}`,
  },
  body: toJson({ __type: error.code, message: error.message, ...error.members }),
})
