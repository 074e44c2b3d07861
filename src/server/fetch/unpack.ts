/** An archive as SageMaker takes them, `model.tar.gz`, written into a folder as it comes. */

import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { dirname, join } from 'node:path'
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { Parser, type ReadEntry } from 'tar'
import { StartupError } from '../../errors.ts'
import type { Room } from './room.ts'

/** Models have a few; an archive of millions of empty ones would take a disk's inodes. */
const MOST_ENTRIES = 10_000

const FILES = ['File', 'OldFile', 'ContiguousFile']

/**
 * Where the bytes of an archive go, gzipped or not. It finishes when all files are written, and fails with a StartupError for
 * what is no archive, leads out of the folder, is a link or a device, or does not fit. All files are closed when it closes.
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
  }

  let file: WriteStream | undefined
  const write = async (entry: ReadEntry): Promise<void> => {
    if (target.destroyed) return
    const path = join(folder, entry.path)
    if (entry.type === 'Directory') {
      mkdirSync(path, { recursive: true })
      entry.resume()
      return
    }
    mkdirSync(dirname(path), { recursive: true })
    file = createWriteStream(path, { mode: 0o644 })
    entry.pipe(file)
    await finished(file)
  }

  // One file after the other: an entry that is not read holds up those behind it. tar's own Unpack cannot be stopped in a file.
  let writing = Promise.resolve()
  const parser = new Parser({
    strict: true,
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
    onReadEntry: (entry) => {
      writing = writing.then(() => write(entry)).catch(failed)
    },
  })
  const failed = (error: Error): void => {
    target.destroy(problem ?? refuse(error.message))
  }
  parser.on('error', failed)

  const target = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      if (problem !== undefined) return callback(problem)
      if (parser.write(chunk)) callback()
      else parser.once('drain', () => callback())
    },
    final(callback) {
      parser.once('end', () => void writing.then(() => callback(problem)))
      parser.end()
    },
    destroy(error, callback) {
      if (error !== null) parser.abort(error)
      file?.destroy()
      writing.then(() => callback(error))
    },
  })
  return target
}
