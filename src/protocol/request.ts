/** A request, its reply, and what the batch took in which it ran: what the server passes on and what the worker works on. */

import type { ErrorCode } from '../errors.ts'

/** One request as the worker gets it; everything about media types is the worker's business. */
export type Request = {
  body: Uint8Array
  contentType: string | undefined
  contentEncoding?: string | undefined
  accept: string | undefined
}

export type Reply =
  /** A large body may come in parts, to be sent one after the other. */
  | { ok: true; body: Uint8Array | string | Uint8Array[]; contentType: string }
  /** `detail` is for the log alone. */
  | { ok: false; code: ErrorCode; message: string; detail?: string }

/** Seconds and rows, measured in the worker; `seconds` is the whole, from reading the requests to writing the answers. */
export type BatchTimings = {
  seconds: number
  decodeSeconds: number
  runs: { rows: number; seconds: number }[]
}
