import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { CommandError } from '../cli/command.ts'
import type { Archive } from '../plan/desired.ts'
import { openArchive, type PackOptions } from './archive.ts'

/** Metadata of the object: the archive's whole hash, of which its key has the first digits. */
const HASH = 'tar-sha256'

/** Four parts are held at a time; 10 000 of them, S3's limit, are 160 GB. */
const PART_BYTES = 16 * 1024 * 1024

/** Whether the archive is there. Throws CommandError if something else is. */
export const isUploaded = async (s3: S3Client, { bucket, key, sha256 }: Archive): Promise<boolean> => {
  try {
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    if (Metadata?.[HASH] === sha256) return true
  } catch (error) {
    const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
    if (name === 'NotFound' || $metadata?.httpStatusCode === 404) return false
    throw error
  }
  throw new CommandError(`s3://${bucket}/${key} is there, but is not the archive that belongs there`, {
    fix: 'find out what wrote this object; delete it if it is unused',
  })
}

/** Puts an archive where it belongs; one that is there already is not sent again. Says whether it was sent. */
export const upload = async (s3: S3Client, archive: Archive, options: PackOptions = {}): Promise<boolean> => {
  if (await isUploaded(s3, archive)) return false
  const { bucket, key, sha256 } = archive
  const abort = new AbortController()
  const { signal } = options
  const stop = () => abort.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    signal?.throwIfAborted()
    await new Upload({
      client: s3,
      abortController: abort,
      partSize: PART_BYTES,
      params: {
        Bucket: bucket,
        Key: key,
        Body: openArchive(archive, options),
        ContentType: 'application/gzip',
        Metadata: { [HASH]: sha256 },
        // Whoever was faster has written the same.
        IfNoneMatch: '*',
      },
    }).done()
    return true
  } catch (error) {
    const { name } = error as Error
    if (name === 'PreconditionFailed') return !(await isUploaded(s3, archive))
    if (name === 'NoSuchBucket') {
      throw new CommandError(`there is no bucket ${bucket}`, {
        fix: `create it with "aws s3 mb s3://${bucket}", or name another one as model.bucket`,
      })
    }
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
