/** An answer before it is written to the socket. */

import type { Readable } from 'node:stream'

export type Reply = {
  status: number
  headers: Record<string, string | string[]>
  body: string | Buffer | Readable
}
