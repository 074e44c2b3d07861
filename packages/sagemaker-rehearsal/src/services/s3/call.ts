/** A request to S3 that is understood, and what carries it out. */

import type { Readable } from 'node:stream'
import type { Reply } from '../../protocols/reply.ts'
import type { Caller } from '../../service.ts'
import type { S3Request } from './operations.ts'

export type Call = S3Request & {
  headers: Record<string, string | undefined>
  body: Readable
  caller: Caller
}

export type Handler = (call: Call) => Reply | Promise<Reply>

/** What the client has said of an object, given back as it came. */
export const metadataOf = (headers: Call['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('x-amz-meta-') && value !== undefined ? [[name, value]] : [],
    ),
  )
