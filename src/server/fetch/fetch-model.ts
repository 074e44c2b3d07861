/** A model from S3, written into a folder before it is inspected. */

import { createHash } from 'node:crypto'
import { createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StartupError } from '../../errors.ts'
import { type Location, parseLocation } from './location.ts'
import { type Room, roomIn } from './room.ts'
import { openS3, type S3, SILENT_MS } from './s3.ts'
import { unpackInto } from './unpack.ts'

/** A connection may break in the middle of gigabytes. */
const ATTEMPTS = 3

/** Of a folder, fetched at once. */
const AT_ONCE = 8

export type Fetched = { path: string; bytes: number; milliseconds: number }

type Job = {
  s3: S3
  location: Location
  folder: string
  directory: string
  sha256: string | undefined
  /** Aborted with the first error of an attempt. */
  stop: AbortController
}

/** Counts and hashes what passes. */
const meter = () => {
  const hash = createHash('sha256')
  let bytes = 0
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      hash.update(chunk)
      bytes += chunk.length
      callback(null, chunk)
    },
  })
  return { stream, result: () => ({ sha256: hash.digest('hex'), bytes }) }
}

const copyObject = async (
  { s3, location, sha256, stop: { signal } }: Job,
  key: string,
  open: (announced: number) => Writable,
): Promise<number> => {
  const { body, bytes: announced } = await s3.get(location, key, signal)
  const { stream, result } = meter()
  let target: Writable
  try {
    target = open(announced)
  } catch (error) {
    body.destroy()
    throw error
  }
  const closed = new Promise((resolve) => target.once('close', resolve))
  // The next attempt is to find nothing of this one that is still written, or takes room.
  await pipeline(body, stream, target, { signal }).finally(() => closed)
  const { sha256: found, bytes } = result()
  if (sha256 !== undefined && found !== sha256)
    throw new StartupError(
      `${location.uri} is not what MODEL_SHA256 says: expected ${sha256}, received ${found}`,
    )
  return bytes
}

const fileIn = (folder: string, name: string, room: Room) => (announced: number) => {
  room.take(announced)
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  return createWriteStream(path)
}

const fetchFolder = async (job: Job, room: Room): Promise<number> => {
  const { s3, location, folder, stop } = job
  const objects = await s3.list(location)
  for (const { key } of objects) {
    const name = key.slice(location.key.length)
    if (!resolve(folder, name).startsWith(folder + sep))
      throw new StartupError(`${location.uri} cannot be fetched: ${key} leads out of the model's folder`)
  }
  let bytes = 0
  const next = objects.values()
  const one = async () => {
    for (const { key } of next) {
      if (stop.signal.aborted) return
      const more = await copyObject(job, key, fileIn(folder, key.slice(location.key.length), room))
      bytes += more
    }
  }
  // The others stop at the first error, which stays the reason.
  await Promise.all(Array.from({ length: AT_ONCE }, () => one().catch((error) => stop.abort(error))))
  stop.signal.throwIfAborted()
  return bytes
}

const fetchAll = (job: Job): Promise<number> => {
  const { location, folder, directory } = job
  const { kind, key, uri } = location
  const room = roomIn(directory, uri)
  if (kind === 'folder') return fetchFolder(job, room)
  if (kind === 'archive') return copyObject(job, key, () => unpackInto(folder, uri, room))
  return copyObject(job, key, fileIn(folder, basename(key), room))
}

const attempt = async (job: Omit<Job, 'stop'>): Promise<number> => {
  const stop = new AbortController()
  try {
    return await fetchAll({ ...job, stop })
  } finally {
    stop.abort()
  }
}

/**
 * Fetches an archive and unpacks it, a file, or all below a prefix.
 *
 * @param directory where a folder `model` is made for it
 * @param sha256 of the object's bytes, as hexadecimal digits; of a folder there is none
 * @param silentMs how long S3 may send nothing
 * @throws StartupError that says what is wrong with the place, the object, or the room for it
 */
export const fetchModel = async (
  uri: string,
  {
    directory,
    sha256,
    isCustomEndpoint,
    silentMs = SILENT_MS,
  }: { directory: string; sha256: string | undefined; isCustomEndpoint: boolean; silentMs?: number },
): Promise<Fetched> => {
  const location = parseLocation(uri)
  if (sha256 !== undefined && location.kind === 'folder')
    throw new StartupError(`MODEL_SHA256 is of one object, and ${uri} is a folder; name an archive`)
  const s3 = openS3(isCustomEndpoint, silentMs)
  const folder = join(resolve(directory), 'model')
  const from = performance.now()
  try {
    for (let failures = 1; ; failures += 1) {
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
      try {
        const bytes = await attempt({ s3, location, folder, directory, sha256: sha256?.toLowerCase() })
        const path = location.kind === 'file' ? join(folder, basename(location.key)) : folder
        return { path, bytes, milliseconds: performance.now() - from }
      } catch (error) {
        if (error instanceof StartupError) throw error
        if (failures === ATTEMPTS)
          throw new StartupError(`${uri} cannot be fetched: ${(error as Error).message}`)
      }
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  } finally {
    s3.close()
  }
}
