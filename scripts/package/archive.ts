/**
 * A model folder as `model.tar.gz`: the same files give the same archive on every machine. It is named by the hash of the tar
 * file within, since versions of zlib may pack that differently. Nothing is kept on disk: the folder is read for its hash, and
 * read again when it is uploaded; a change in between is noticed.
 */

import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { constants, createGzip } from 'node:zlib'
import { Pack } from 'tar'
import { CommandError } from '../cli/command.ts'
import type { Archive } from '../plan/desired.ts'
import { type Contents, contentsOf } from './contents.ts'

/** `sha256` and `bytes` are those of the tar file. */
export type Packed = Contents & { sha256: string; bytes: number }

export type PackOptions = {
  signal?: AbortSignal
  /** Called with the bytes of the tar file so far. */
  onProgress?: (bytes: number) => void
}

/** Checks a folder and says what its archive will be. Throws CommandError if it cannot be packed. */
export const pack = async (folder: string, options: PackOptions = {}): Promise<Packed> => {
  const contents = contentsOf(folder)
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of tar(contents, options)) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { ...contents, sha256: hash.digest('hex'), bytes }
}

/** Where a folder's archive belongs: a key that is never written twice with something else. */
export const archiveOf = (
  { folder, sha256, bytes }: Packed,
  { owner, bucket }: { owner: string; bucket: string },
): Archive => ({ folder, sha256, bytes, bucket, key: `${owner}/${sha256.slice(0, 12)}/model.tar.gz` })

/** The bucket where SageMaker's own tools put models (SageMaker Python SDK, Session.default_bucket). */
export const defaultBucket = ({ region, account }: { region: string; account: string }): string =>
  `sagemaker-${region}-${account}`

/** The bytes of an archive. The stream fails with CommandError if the folder is not as it was when it was hashed. */
export const openArchive = (
  { folder, sha256 }: Pick<Archive, 'folder' | 'sha256'>,
  options: PackOptions = {},
): Readable => {
  const verified = async function* () {
    const hash = createHash('sha256')
    for await (const chunk of tar(contentsOf(folder), options)) {
      hash.update(chunk)
      yield chunk
    }
    if (hash.digest('hex') !== sha256) {
      throw new CommandError(`Files in ${folder} changed while they were packed`, {
        fix: 'run the command again',
      })
    }
  }
  const source = Readable.from(verified(), { objectMode: false })
  // Weights hardly shrink, so that a higher level costs minutes and gains nothing.
  const gzip = createGzip({ level: constants.Z_BEST_SPEED })
  source.on('error', (error) => gzip.destroy(error))
  gzip.on('close', () => source.destroy())
  return Readable.from(withoutSystem(source.pipe(gzip)), { objectMode: false })
}

const tar = async function* (
  { folder, files }: Contents,
  { signal, onProgress }: PackOptions,
): AsyncGenerator<Buffer> {
  const packing = new Pack({
    cwd: folder,
    portable: true,
    mtime: new Date(0),
    onWriteEntry: ({ stat }) => {
      if (stat !== undefined) stat.mode = 0o644
    },
  })
  // The first error ends the loop below; nobody listens to those of files that were begun with it.
  packing.on('error', () => {})
  for (const file of files) packing.add(file)
  packing.end()
  let bytes = 0
  for await (const chunk of packing) {
    signal?.throwIfAborted()
    bytes += chunk.length
    onProgress?.(bytes)
    yield chunk
  }
}

/** Byte 9 of gzip's header names the operating system (RFC 1952): 255 is unknown. */
const withoutSystem = async function* (gzip: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true
  for await (const chunk of gzip) {
    if (first) chunk[9] = 255
    first = false
    yield chunk
  }
}
