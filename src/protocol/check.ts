/** Is what a worker sent what it was asked for? A worker that has gone wrong may send anything. */

import { ERRORS } from '../errors.ts'
import { type FromWorker, PIECE_BYTES } from './messages.ts'
import type { BatchTimings, Reply, ReplyHeaders } from './request.ts'
import { ROUTES } from './routes.ts'

/** What a worker sent breaks the protocol. */
export class ProtocolError extends Error {
  override name = 'ProtocolError'
}

type Unchecked = Partial<Record<string, unknown>> | null | undefined

const isText = (value: unknown): value is string => typeof value === 'string'

const isNumber = (value: unknown): boolean => Number.isFinite(value)

const isWarmUp = (run: Unchecked): boolean =>
  isNumber(run?.rows) && isNumber(run?.milliseconds) && isNumber(run?.bytes)

const areRoutes = (routes: unknown): boolean =>
  routes === undefined ||
  (Array.isArray(routes) && routes.every((route) => isText(route) && Object.hasOwn(ROUTES, route)))

const isInfo = (info: Unchecked): boolean =>
  isText(info?.name) &&
  isNumber(info?.maxBatchSize) &&
  isNumber(info?.maxResponseBytes) &&
  typeof info?.padded === 'boolean' &&
  areRoutes(info.routes) &&
  Array.isArray(info.warmUp) &&
  info.warmUp.every(isWarmUp)

const areTimings = (timings: Unchecked): boolean =>
  Array.isArray(timings?.runs) && isNumber(timings.seconds) && isNumber(timings.decodeSeconds)

/** By type, whether the message has what it must have; what belongs to a batch is looked at by the batch's own check. */
const FITS: Record<FromWorker['type'], (message: NonNullable<Unchecked>) => boolean> = {
  loaded: ({ model, info }) => isText(model) && isInfo(info as Unchecked),
  failed: ({ message }) => isText(message),
  preparing: ({ batch }) => isNumber(batch),
  piece: ({ batch }) => isNumber(batch),
  replies: ({ batch, replies }) => isNumber(batch) && Array.isArray(replies),
  done: ({ batch, replies, timings }) =>
    isNumber(batch) && Array.isArray(replies) && areTimings(timings as Unchecked),
  alive: () => true,
}

/** @throws ProtocolError if it is not a message of the protocol */
export const checkMessage = (received: unknown): FromWorker => {
  const message = received as Unchecked
  const type = String(message?.type)
  if (!Object.hasOwn(FITS, type)) throw new ProtocolError('it sent a message that is not one of the protocol')
  if (!FITS[type as FromWorker['type']](message as NonNullable<Unchecked>))
    throw new ProtocolError(`it sent a message "${type}" without what belongs to it`)
  return message as FromWorker
}

/** None, or what code of the model's own may set: nothing that belongs to the connection. */
const areHeaders = (headers: unknown): headers is ReplyHeaders | undefined =>
  headers === undefined ||
  (typeof headers === 'object' &&
    headers !== null &&
    Object.entries(headers).every(([name, value]) => /^x-[a-z0-9-]+$/.test(name) && isHeaderValue(value)))

/** Visible ASCII, spaces and tabs (RFC 9110, section 5.5). */
const isHeaderValue = (value: unknown): boolean => isText(value) && /^[\t\x20-\x7e]*$/.test(value)

const isErrorStatus = (status: unknown): boolean =>
  status === undefined || (Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 599)

/** A whole reply, its body from the pieces that came before; undefined if it is invalid. */
const readReply = (reply: Unchecked, pieces: Uint8Array[] | undefined): Reply | undefined => {
  if (reply?.ok === true && isText(reply.contentType)) {
    const { body, sent, contentType, headers } = reply
    if (!areHeaders(headers)) return undefined
    const head = { ok: true as const, contentType, ...(headers && { headers }) }
    if (pieces !== undefined) {
      const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
      return sent === bytes ? { ...head, body: pieces } : undefined
    }
    if (isText(body) || body instanceof Uint8Array) return { ...head, body }
  }
  if (reply?.ok === false && pieces === undefined && isText(reply.message) && isText(reply.code))
    return Object.hasOwn(ERRORS, reply.code) && isErrorStatus(reply.status) ? (reply as Reply) : undefined
  return undefined
}

/** Replies, each with its request's place in the batch. */
type Replies = [item: number, reply: Reply][]

/** What a worker owes of one batch: a reply to each request that was not cancelled, and none twice. */
export class BatchCheck {
  readonly #batch: number
  readonly #size: number
  readonly #maxReplyBytes: number
  /** By item: whether its reply has not come yet. */
  readonly #owed: boolean[]
  readonly #cancelled = new Set<number>()
  /** What has come of large bodies so far. */
  readonly #pieces = new Map<number, Uint8Array[]>()
  #pieceBytes = 0

  /** @param maxReplyBytes most bytes of a reply on average */
  constructor(batch: number, size: number, maxReplyBytes: number) {
    this.#batch = batch
    this.#size = size
    this.#maxReplyBytes = maxReplyBytes
    this.#owed = new Array<boolean>(size).fill(true)
  }

  /** No reply is needed any more, and one that comes is dropped. @returns false if there was one already */
  cancel(item: number): boolean {
    if (!this.#isOwed(item) || this.#cancelled.has(item)) return false
    this.#cancelled.add(item)
    this.#pieces.delete(item)
    return true
  }

  /** @throws ProtocolError */
  piece(item: number, bytes: unknown): void {
    if (!this.#isOwed(item)) throw this.#unasked('a piece of a reply')
    if (!(bytes instanceof Uint8Array) || bytes.length === 0 || bytes.length > PIECE_BYTES)
      throw new ProtocolError(`it sent an invalid piece of a reply to batch ${this.#batch}`)
    this.#pieceBytes += bytes.length
    if (this.#pieceBytes > this.#size * this.#maxReplyBytes) {
      this.#pieces.clear()
      throw new ProtocolError(`it sent more than its replies to batch ${this.#batch} may have`)
    }
    if (this.#cancelled.has(item)) return
    const pieces = this.#pieces.get(item)
    if (pieces === undefined) this.#pieces.set(item, [bytes])
    else pieces.push(bytes)
  }

  /** The replies that somebody waits for. @throws ProtocolError */
  replies(sent: readonly unknown[]): Replies {
    const replies: Replies = []
    for (const entry of sent) {
      const [item, unchecked] = (Array.isArray(entry) ? entry : []) as [number, Unchecked]
      if (!this.#isOwed(item)) throw this.#unasked('a reply')
      this.#owed[item] = false
      // Of what was cancelled not all pieces were kept, and perhaps not all were sent.
      if (this.#cancelled.has(item)) continue
      const reply = readReply(unchecked, this.#pieces.get(item))
      if (reply === undefined)
        throw new ProtocolError(`it sent an invalid reply to request ${item} of batch ${this.#batch}`)
      this.#pieces.delete(item)
      replies.push([item, reply])
    }
    return replies
  }

  /** To be called with the last replies. @throws ProtocolError if some request has none */
  done(sent: readonly unknown[], timings: BatchTimings): { replies: Replies; timings: BatchTimings } {
    const replies = this.replies(sent)
    const missing = this.#owed.filter((isOwed, item) => isOwed && !this.#cancelled.has(item)).length
    if (missing > 0)
      throw new ProtocolError(`it ended batch ${this.#batch} of ${this.#size} without replies to ${missing}`)
    return { replies, timings }
  }

  #isOwed(item: unknown): item is number {
    return typeof item === 'number' && this.#owed[item] === true
  }

  #unasked(what: string): ProtocolError {
    return new ProtocolError(`it sent ${what} that batch ${this.#batch} did not ask for`)
  }
}
