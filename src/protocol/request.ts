/** A request and its reply: what the server passes on and what the worker works on. */

import type { ErrorCode } from '../errors.ts'
import type { Body } from './body.ts'
import type { Route } from './routes.ts'

/**
 * The headers that matter to a worker, by their HTTP names; one that was not sent is absent. Code of the model's own sees all
 * that came.
 */
export type RequestHeaders = {
  'content-type'?: string
  'content-encoding'?: string
  accept?: string
  [name: `x-${string}`]: string
}

/** One request; everything about media types is the worker's business. */
export type Request = {
  /** The name of the model that is to answer it. */
  model: string
  headers: RequestHeaders
  body: Body
  /** Where it came to, if not to /invocations: one of those that the model serves. */
  route?: Route
}

export type Reply =
  /** A large body may come in parts, to be sent one after the other. */
  | { ok: true; body: Uint8Array | string | Uint8Array[]; contentType: string; headers?: ReplyHeaders }
  /** `detail` is for the log alone; `status` stands in place of the code's own. */
  | { ok: false; code: ErrorCode; message: string; status?: number; detail?: string }

/** What code of the model's own sets besides content-type: names in lower case that begin with x-. */
export type ReplyHeaders = Readonly<Record<string, string>>

/** Seconds and rows, measured in the worker; `seconds` is the whole, from reading the requests to writing the replies. */
export type BatchTimings = {
  seconds: number
  decodeSeconds: number
  runs: { rows: number; seconds: number }[]
}
