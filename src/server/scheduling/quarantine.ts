/** Remembers for a while the requests that workers died of, so that the same bytes do not cost another worker. */

import { createHash } from 'node:crypto'
import { piecesOf } from '../../protocol/body.ts'
import type { Request } from '../../protocol/request.ts'

/** The oldest is forgotten for the newest. */
const MOST_REMEMBERED = 1000

/** What killed two workers by coincidence, as for want of memory, is tried again after this time. */
const REMEMBERED_MS = 600_000

const digest = ({ model, headers, body }: Request): string => {
  const hash = createHash('sha256').update(`${model}\n${headers['content-type']}\n`)
  for (const piece of piecesOf(body)) hash.update(piece)
  return hash.digest('base64')
}

type Remembered = { digest: string; length: number; until: number }

export class Quarantine {
  /** The oldest first. */
  readonly #remembered: Remembered[] = []

  /** @param now milliseconds of a clock that never goes back, as in `has` */
  add(work: Request, now: number): void {
    this.#forget(now)
    const length = work.body.byteLength
    this.#remembered.push({ digest: digest(work), length, until: now + REMEMBERED_MS })
    if (this.#remembered.length > MOST_REMEMBERED) this.#remembered.shift()
  }

  /** Reads the body only if it is as long as one that is remembered: to hash 25 MB takes some 20 ms. */
  has(work: Request, now: number): boolean {
    this.#forget(now)
    const alike = this.#remembered.filter(({ length }) => length === work.body.byteLength)
    if (alike.length === 0) return false
    const own = digest(work)
    return alike.some((other) => other.digest === own)
  }

  #forget(now: number): void {
    while (this.#remembered[0] !== undefined && this.#remembered[0].until <= now) this.#remembered.shift()
  }
}
