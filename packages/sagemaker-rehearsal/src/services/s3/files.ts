/** Bytes of objects, in files of one folder: received with their checksums verified, and read in ranges. */

import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AwsError } from '../../aws-error.ts'
import { AwsChunkedDecoder } from './aws-chunked.ts'
import { ALGORITHMS, CHECKSUMS } from './checksums.ts'

export type Received = { file: string; bytes: number; etag: string; checksums: Record<string, string> }

/** S3's own bound for one PUT. */
const MOST_BYTES = 5 * 2 ** 30

type Headers = Record<string, string | undefined>

const mismatch = () =>
  new AwsError('BadDigest', 'The checksum you specified did not match the calculated checksum.')

export type Files = ReturnType<typeof createFiles>

/** @param folder where the files are; made when it is not there */
export const createFiles = (folder: string) => {
  const pathOf = (file: string) => join(folder, file)
  const remove = (file: string) => rm(pathOf(file), { force: true })

  /** Streams a request's body to a new file. Nothing is left behind when it fails. */
  const receive = async (body: Readable, headers: Headers): Promise<Received> => {
    await mkdir(folder, { recursive: true })
    const announced = headers['x-amz-trailer']?.toLowerCase() ?? ''
    const running = Object.entries(CHECKSUMS)
      .filter(([name]) => headers[`x-amz-checksum-${name}`] !== undefined || announced.includes(`-${name}`))
      .map(([name, make]) => ({ name, checksum: make() }))
    const md5 = createHash('md5')
    let bytes = 0
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length
        if (bytes > MOST_BYTES)
          return done(
            new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size.'),
          )
        md5.update(chunk)
        for (const { checksum } of running) checksum.update(chunk)
        done(null, chunk)
      },
    })
    const chunked =
      headers['content-encoding']?.includes('aws-chunked') ||
      headers['x-amz-content-sha256']?.startsWith('STREAMING-')
    const decoder = chunked ? new AwsChunkedDecoder() : undefined
    const file = randomUUID()
    try {
      const sink = createWriteStream(pathOf(file))
      if (decoder === undefined) await pipeline(body, measure, sink)
      else await pipeline(body, decoder, measure, sink)
      const given: Record<string, string> = {}
      for (const name of ALGORITHMS) {
        const value = headers[`x-amz-checksum-${name}`] ?? decoder?.trailers[`x-amz-checksum-${name}`]
        if (value !== undefined) given[name] = value
      }
      for (const { name, checksum } of running)
        if (given[name] !== undefined && checksum.digest() !== given[name]) throw mismatch()
      const digest = md5.digest()
      const contentMd5 = headers['content-md5']
      if (contentMd5 !== undefined && contentMd5 !== digest.toString('base64')) throw mismatch()
      const length = headers['x-amz-decoded-content-length']
      if (length !== undefined && Number(length) !== bytes)
        throw new AwsError('IncompleteBody', 'The body is not as long as x-amz-decoded-content-length says.')
      return { file, bytes, etag: digest.toString('hex'), checksums: given }
    } catch (error) {
      await remove(file)
      throw error
    }
  }

  /** Puts parts together in a new file. */
  const concatenate = async (parts: readonly string[]): Promise<string> => {
    const file = randomUUID()
    await mkdir(folder, { recursive: true })
    const chunks = async function* () {
      for (const part of parts) yield* createReadStream(pathOf(part))
    }
    await pipeline(chunks, createWriteStream(pathOf(file)))
    return file
  }

  return {
    pathOf,
    remove,
    receive,
    concatenate,
    read: (file: string, range?: { start: number; end: number }): Readable =>
      createReadStream(pathOf(file), range),
  }
}
