/** Which objects a job transforms, and where each one's output goes. */

import { readFile } from 'node:fs/promises'
import type { TransformInput } from '../models/sagemaker.ts'
import type { S3 } from '../services/s3/s3.ts'
import { InputError } from './records.ts'

/** `name` is what the output is called, without `.out`. */
export type InputObject = { bucket: string; key: string; name: string; path: string }

export const parseUri = (uri: string): { bucket: string; key: string } => {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? []
  return { bucket, key }
}

const noObjects = (uri: string) =>
  new InputError(
    `No S3 objects found under S3 URL "${uri}" given in input data source. Please ensure that the bucket exists in the ` +
      'selected region, that objects exist under that S3 prefix, and that the role has "s3:ListBucket" permissions on the bucket.',
  )

const fromPrefix = (s3: S3, uri: string): InputObject[] => {
  const { bucket, key: prefix } = parseUri(uri)
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  return s3
    .under(bucket, prefix)
    .filter(({ key }) => !key.endsWith('/'))
    .map(({ key, path }) => ({ bucket, key, path, name: key.slice(folder.length) }))
}

/** `[{"prefix": "s3://bucket/folder/"}, "one.csv", "two.csv"]` (API reference, TransformS3DataSource). */
const fromManifest = async (s3: S3, uri: string): Promise<InputObject[]> => {
  const { bucket, key } = parseUri(uri)
  const found = s3.locate(bucket, key)
  if (found === undefined) throw noObjects(uri)
  let manifest: unknown
  try {
    manifest = JSON.parse(await readFile(found.path, 'utf8'))
  } catch {
    manifest = undefined
  }
  const [head, ...names] = Array.isArray(manifest) ? manifest : []
  const prefix: unknown = head?.prefix
  if (typeof prefix !== 'string' || !names.every((name) => typeof name === 'string'))
    throw new InputError(`The manifest ${uri} must be [{"prefix": "s3://…"}, "relative/path", …].`)
  return names.map((name: string) => {
    const at = parseUri(prefix + name)
    const object = s3.locate(at.bucket, at.key)
    if (object === undefined) throw noObjects(prefix + name)
    return { ...at, name, path: object.path }
  })
}

/** @throws InputError when there is nothing */
export const inputsOf = async (s3: S3, { DataSource }: TransformInput): Promise<InputObject[]> => {
  const { S3DataType, S3Uri } = DataSource.S3DataSource
  const objects = S3DataType === 'ManifestFile' ? await fromManifest(s3, S3Uri) : fromPrefix(s3, S3Uri)
  if (objects.length === 0) throw noObjects(S3Uri)
  return objects
}
