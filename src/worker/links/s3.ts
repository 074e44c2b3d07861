/** Fetches an object of S3 with the AWS SDK, which the model's own code brings along and which is loaded only then. */

import { createRequire } from 'node:module'
import { StartupError } from '../../errors.ts'
import { invalidLink, readBounded } from './bounded.ts'
import type { Fetched } from './web.ts'

type Answer = { Body?: AsyncIterable<Uint8Array>; ContentLength?: number; ContentType?: string }

export type S3Client = {
  send(command: unknown, options: { abortSignal: AbortSignal }): Promise<Answer>
}

type Sdk = {
  S3Client: new (options: object) => S3Client
  GetObjectCommand: new (input: { Bucket: string; Key: string }) => unknown
}

/** Fetches objects. */
export type FetchObject = (
  object: { bucket: string; key: string },
  options: { maxBytes: number; signal: AbortSignal },
) => Promise<Fetched>

const PACKAGE = '@aws-sdk/client-s3'

/**
 * @param code the file of the model's own code, beside whose node_modules the SDK is looked for
 * @throws StartupError if it is not there
 */
export const findS3 = (code: string): FetchObject => {
  const require = createRequire(code)
  try {
    require.resolve(PACKAGE)
  } catch {
    throw new StartupError(
      `serving.yaml: links: s3:// needs the AWS SDK beside the code: npm install --prefix code ${PACKAGE}`,
    )
  }
  let sdk: Sdk | undefined
  let client: S3Client | undefined
  return async ({ bucket, key }, { maxBytes, signal }) => {
    sdk ??= require(PACKAGE) as Sdk
    client ??= new sdk.S3Client({ maxAttempts: 2, followRegionRedirects: true })
    const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: key })
    const { Body, ContentLength, ContentType } = await client.send(command, { abortSignal: signal })
    if (Body === undefined) throw invalidLink('the object has no content')
    try {
      const body = await readBounded(Body, ContentLength, maxBytes)
      return { body, contentType: ContentType ?? 'application/octet-stream' }
    } finally {
      ;(Body as { destroy?: () => void }).destroy?.()
    }
  }
}
