/**
 * A request and its reply, whole, over a connection of their own: one that is kept would be found closed at its other end after the
 * environment was frozen for hours.
 */

import { type OutgoingHttpHeaders, type RequestOptions, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { HttpReply } from './answer.ts'

/** Resolves with the reply, whatever its status. @throws Error if there is none, an AbortError if the signal came first */
export const exchange = (
  { headers, ...options }: RequestOptions & { headers: OutgoingHttpHeaders },
  body?: string | Buffer,
): Promise<HttpReply> =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const sent = request({ ...options, agent: false, headers: { ...headers, ...length } }, (response) => {
      const { statusCode: status = 0, headers } = response
      buffer(response).then((body) => resolve({ status, headers, body }), reject)
    })
    sent.once('error', reject)
    sent.end(body)
  })
