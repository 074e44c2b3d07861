/** What a bomb is: a request, or several at once, that cost a server much more than they cost their sender. */

import type { ModelFiles } from '../lib/model-folder.ts'
import type { Answered, Headers } from '../lib/post.ts'

/** A body with its headers. */
export type Body = { bytes: Uint8Array; headers: Headers }

/** A server that a bomb is sent to. */
export type Aim = {
  url: string
  /** Posts a body; one that is not answered within a minute counts as `timeout`. */
  post(body: Body): Promise<Answered>
}

/** A model, its files or a folder that is there, and a small request that it answers with 200: what other clients send meanwhile. */
export type BombModel = ({ files: ModelFiles } | { folder: string }) & { small: Body }

export type Bomb = {
  name: string
  what: string
  model: keyof typeof import('./models.ts').BOMB_MODELS
  send(aim: Aim): Promise<Answered[]>
  /** Codes of 5xx that are right answers to it. */
  allowed?: readonly string[]
  /** It takes more than 10 GB of memory while it is not refused, and is sent only if it is named. */
  heavy?: true
}

export const textBody = (text: string, contentType = 'application/json'): Body => ({
  bytes: Buffer.from(text),
  headers: { 'content-type': contentType },
})

/** The same request so often, all at once. */
export const together = (aim: Aim, body: Body, count: number): Promise<Answered[]> =>
  Promise.all(Array.from({ length: count }, () => aim.post(body)))
