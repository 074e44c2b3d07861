/** Remembers the requests that workers died of, so that the same bytes do not cost another worker. */

import { createHash } from 'node:crypto'
import type { Work } from '../workers/protocol.ts'

/** The oldest is forgotten for the newest. */
const MOST_REMEMBERED = 1000

const digest = ({ body, contentType }: Work): string =>
  createHash('sha256').update(`${contentType}\n`).update(body).digest('base64')

export class Quarantine {
  readonly #digests = new Set<string>()

  add(work: Work): void {
    this.#digests.add(digest(work))
    const [oldest] = this.#digests
    if (this.#digests.size > MOST_REMEMBERED && oldest !== undefined) this.#digests.delete(oldest)
  }

  /** Costs nothing while nothing is remembered. */
  has(work: Work): boolean {
    return this.#digests.size > 0 && this.#digests.has(digest(work))
  }
}
