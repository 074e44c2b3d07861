/** S3 as far as models are fetched from it. The only file that loads its client, and it is imported only where a model lies there. */

import type { Readable } from 'node:stream'
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { StartupError } from '../../errors.ts'
import type { Location } from './location.ts'

/** Of a folder. */
const MOST_OBJECTS = 10_000

const CONNECT_MS = 5_000

/** Without a single byte; afterwards the attempt has failed. Node itself waits for ever. */
export const SILENT_MS = 30_000

/** What to do about an error of S3's or the client's. */
const REMEDIES: Record<string, string> = {
  NoSuchKey: 'there is no such object; the name of a folder ends with /',
  NoSuchBucket: 'there is no such bucket',
  AccessDenied: 'the role or user may not read it: s3:GetObject, for a folder s3:ListBucket too',
  Forbidden: 'the role or user may not read it: s3:GetObject, for a folder s3:ListBucket too',
  CredentialsProviderError: 'no AWS credentials were found: give the container a role, or AWS_ACCESS_KEY_ID',
}

const explain = (uri: string, error: Error): StartupError => {
  if (error instanceof StartupError) return error
  const missingRegion = error.message === 'Region is missing' ? 'set AWS_REGION' : undefined
  const remedy = REMEDIES[error.name] ?? missingRegion
  const text = remedy === undefined ? `${error.name}: ${error.message}` : `${remedy} (${error.message})`
  return new StartupError(`${uri} cannot be fetched: ${text}`)
}

/** @param isCustomEndpoint AWS_ENDPOINT_URL is a host, not a domain: buckets go into the path there */
export const openS3 = (isCustomEndpoint: boolean, silentMs: number) => {
  const client = new S3Client({
    forcePathStyle: isCustomEndpoint,
    followRegionRedirects: true,
    // requestTimeout would be for all of a request, and does no more than warn.
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: silentMs },
  })
  return {
    /** The object's bytes, held against the checksum that S3 has of it. @throws StartupError */
    async get(
      { uri, bucket: Bucket }: Location,
      Key: string,
      abortSignal: AbortSignal,
    ): Promise<{ body: Readable; bytes: number }> {
      try {
        const command = new GetObjectCommand({ Bucket, Key })
        const { Body, ContentLength = 0 } = await client.send(command, { abortSignal })
        return { body: Body as Readable, bytes: ContentLength }
      } catch (error) {
        throw explain(uri, error as Error)
      }
    },
    /** Keys below the prefix; folders' own objects are left out. @throws StartupError */
    async list({ uri, bucket: Bucket, key: Prefix }: Location): Promise<{ key: string; bytes: number }[]> {
      const found: { key: string; bytes: number }[] = []
      try {
        for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
          for (const { Key = '', Size = 0 } of Contents)
            if (!Key.endsWith('/')) found.push({ key: Key, bytes: Size })
          if (found.length > MOST_OBJECTS)
            throw new StartupError(
              `${uri} has more than ${MOST_OBJECTS} objects; name the model's own folder`,
            )
        }
      } catch (error) {
        throw explain(uri, error as Error)
      }
      if (found.length === 0)
        throw new StartupError(`${uri} cannot be fetched: there are no objects below it`)
      return found
    },
    close: () => client.destroy(),
  }
}

export type S3 = ReturnType<typeof openS3>
