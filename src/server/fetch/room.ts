/** Bytes that may still be written: what is fetched is counted before it is written, so that a full disk has a message of its own. */

import { statfsSync } from 'node:fs'
import { StartupError } from '../../errors.ts'

const MIB = 2 ** 20

export type Room = {
  /** @throws StartupError if there is no room for so much more */
  take(bytes: number): void
}

export const roomIn = (directory: string, uri: string): Room => {
  const { bavail, bsize } = statfsSync(directory)
  const free = bavail * bsize
  let taken = 0
  return {
    take(bytes) {
      taken += bytes
      if (taken <= free) return
      throw new StartupError(
        `${uri} has at least ${Math.ceil(taken / MIB)} MiB, and ${directory} has room for ${Math.floor(free / MIB)}; give it more (on AWS Lambda: ephemeral storage), or name another folder with --temp-dir`,
      )
    },
  }
}
