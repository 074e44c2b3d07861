/** An archive as SageMaker takes them, `model.tar.gz`, written into a folder as it comes. */

import { Writable } from 'node:stream'
import { type ReadEntry, Unpack } from 'tar'
import { StartupError } from '../../errors.ts'
import type { Room } from './room.ts'

/** Models have a few; an archive of millions of empty ones would take a disk's inodes. */
const MOST_ENTRIES = 10_000

const FILES = ['File', 'OldFile', 'ContiguousFile']

/**
 * Where the bytes of an archive go, gzipped or not. It finishes when all files are written, and fails with a StartupError for
 * what is no archive, leads out of the folder, is a link or a device, or does not fit.
 */
export const unpackInto = (folder: string, uri: string, room: Room): Writable => {
  const refuse = (why: string) => new StartupError(`${uri} cannot be unpacked: ${why}`)
  let entries = 0
  let problem: Error | undefined

  const check = (path: string, entry: ReadEntry): void => {
    entries += 1
    if (entries > MOST_ENTRIES) throw refuse(`it has more than ${MOST_ENTRIES} files`)
    if (path.split(/[/\\]/).includes('..') || /^[/\\]|^[a-z]:/i.test(path))
      throw refuse(`${path} leads out of the model's folder`)
    if (entry.type !== 'Directory' && !FILES.includes(entry.type))
      throw refuse(`${path} is a ${entry.type}, and only files and folders are unpacked`)
    room.take(entry.size)
    entry.mode = entry.type === 'Directory' ? 0o755 : 0o644
  }

  const unpack = new Unpack({
    cwd: folder,
    strict: true,
    // So that a path that leads out is seen as it is, and refused.
    preservePaths: true,
    preserveOwner: false,
    filter: (path, entry) => {
      if (problem !== undefined) return false
      try {
        check(path, entry as ReadEntry)
        return true
      } catch (error) {
        problem = error as Error
        return false
      }
    },
  })
  let failed: (error: Error) => void = () => {}
  unpack.on('error', (error: Error) => failed(refuse(error.message)))

  return new Writable({
    construct(callback) {
      failed = (error) => this.destroy(problem ?? error)
      callback()
    },
    write(chunk: Buffer, _encoding, callback) {
      if (problem !== undefined) return callback(problem)
      if (unpack.write(chunk)) callback()
      else unpack.once('drain', () => callback())
    },
    final(callback) {
      unpack.once('close', () => callback(problem))
      unpack.end()
    },
  })
}
