/** S3, path style: buckets in the store, bytes in files. No versions, no access control, no signatures verified. */

import { Readable } from 'node:stream'
import type { Clock } from '../../clock.ts'
import type { Reply } from '../../protocols/reply.ts'
import type { Bucket, Store, StoredObject } from '../../store.ts'
import { type Call, type Handler, metadataOf } from './call.ts'
import { error, readText, reply, textsOf, xmlReply } from './documents.ts'
import type { Files } from './files.ts'
import { listObjects } from './listing.ts'
import { createUploads } from './uploads.ts'

const noSuchKey = () => error('NoSuchKey', 'The specified key does not exist.', 404)

const BUCKET_NAME = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

const parseRange = (
  header: string | undefined,
  bytes: number,
): { start: number; end: number } | undefined => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (match === null) return undefined
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return undefined
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1)
  if (start > end) throw error('InvalidRange', 'The requested range is not satisfiable', 416)
  return { start, end }
}

export type S3 = ReturnType<typeof createS3>

export const createS3 = (store: Store, files: Files, clock: Clock) => {
  const findBucket = (name: string): Bucket => {
    const bucket = store.buckets.get(name)
    if (bucket === undefined) throw error('NoSuchBucket', 'The specified bucket does not exist', 404)
    return bucket
  }

  const findObject = ({ bucket, key }: { bucket: string; key: string }): StoredObject => {
    const object = findBucket(bucket).objects.get(key)
    if (object === undefined) throw noSuchKey()
    return object
  }

  const put = async (bucket: Bucket, object: StoredObject): Promise<void> => {
    const old = bucket.objects.get(object.key)
    bucket.objects.set(object.key, object)
    if (old !== undefined) await files.remove(old.file)
  }

  const removeObject = async (bucket: Bucket, key: string): Promise<void> => {
    const object = bucket.objects.get(key)
    bucket.objects.delete(key)
    if (object !== undefined) await files.remove(object.file)
  }

  const checkConditions = (bucket: Bucket, { key, headers }: Call): void => {
    if (headers['if-none-match'] === '*' && bucket.objects.has(key))
      throw error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412)
  }

  const headersOf = (object: StoredObject, withChecksums: boolean): Record<string, string> => ({
    ...object.headers,
    'content-type': object.contentType,
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    etag: `"${object.etag}"`,
    'accept-ranges': 'bytes',
    ...(withChecksums &&
      Object.fromEntries(
        Object.entries(object.checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]),
      )),
  })

  const get = (call: Call, withBody: boolean): Reply => {
    const object = findObject(call)
    const { headers } = call
    const range = parseRange(headers.range, object.bytes)
    const mode = headers['x-amz-checksum-mode'] === 'ENABLED' && range === undefined
    const length = range === undefined ? object.bytes : range.end - range.start + 1
    const answer = {
      ...headersOf(object, mode),
      'content-length': String(length),
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${object.bytes}` }),
    }
    const empty = !withBody || length === 0
    return reply(range === undefined ? 200 : 206, answer, empty ? '' : files.read(object.file, range))
  }

  const createBucket = ({ bucket, caller, body }: Call): Reply => {
    body.resume()
    if (!BUCKET_NAME.test(bucket)) throw error('InvalidBucketName', 'The specified bucket is not valid.', 400)
    if (store.buckets.has(bucket))
      throw error(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        409,
      )
    store.buckets.set(bucket, {
      name: bucket,
      region: caller.region,
      createdAt: clock.now(),
      objects: new Map(),
      uploads: new Map(),
    })
    return reply(200, { location: `/${bucket}` })
  }

  const deleteBucket = ({ bucket }: Call): Reply => {
    const { objects } = findBucket(bucket)
    if (objects.size > 0) throw error('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409)
    store.buckets.delete(bucket)
    return reply(204)
  }

  const putObject = async (call: Call): Promise<Reply> => {
    const bucket = findBucket(call.bucket)
    if (call.headers['x-amz-copy-source'] !== undefined)
      throw error('NotImplemented', 'The rehearsal does not emulate CopyObject.', 501)
    checkConditions(bucket, call)
    const received = await files.receive(call.body, call.headers)
    try {
      // Two may have uploaded at once.
      checkConditions(bucket, call)
    } catch (conflict) {
      await files.remove(received.file)
      throw conflict
    }
    await put(bucket, {
      key: call.key,
      ...received,
      modifiedAt: clock.now(),
      contentType: call.headers['content-type'] ?? 'binary/octet-stream',
      headers: metadataOf(call.headers),
    })
    return reply(200, {
      etag: `"${received.etag}"`,
      ...Object.fromEntries(
        Object.entries(received.checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]),
      ),
    })
  }

  const deleteObjects = async (call: Call): Promise<Reply> => {
    const bucket = findBucket(call.bucket)
    const keys = textsOf(await readText(call.body), 'Key')
    if (keys.length === 0 || keys.length > 1000)
      throw error('MalformedXML', 'The XML you provided was not well-formed.', 400)
    for (const key of keys) await removeObject(bucket, key)
    return xmlReply('DeleteResult', { Deleted: keys.map((Key) => ({ Key })) })
  }

  const handlers: Record<string, Handler> = {
    ListBuckets: ({ caller }) =>
      xmlReply('ListAllMyBucketsResult', {
        Owner: { ID: caller.account },
        Buckets: {
          Bucket: [...store.buckets.values()].map(({ name, createdAt }) => ({
            Name: name,
            CreationDate: new Date(createdAt),
          })),
        },
      }),
    HeadBucket: ({ bucket }) => reply(200, { 'x-amz-bucket-region': findBucket(bucket).region }),
    CreateBucket: createBucket,
    DeleteBucket: deleteBucket,
    // "us-east-1" has no name here (S3 API reference, GetBucketLocation).
    GetBucketLocation: ({ bucket }) => {
      const { region } = findBucket(bucket)
      return xmlReply('LocationConstraint', region === 'us-east-1' ? '' : region)
    },
    ListObjectsV2: ({ bucket, query }) => listObjects(findBucket(bucket), query),
    PutObject: putObject,
    GetObject: (call) => get(call, true),
    HeadObject: (call) => get(call, false),
    DeleteObject: async ({ bucket, key }) => {
      await removeObject(findBucket(bucket), key)
      return reply(204)
    },
    DeleteObjects: deleteObjects,
    ...createUploads({ files, clock, findBucket, put, checkConditions }),
  }

  return {
    handle(call: Call): Reply | Promise<Reply> {
      const handler = Object.hasOwn(handlers, call.operation) ? handlers[call.operation] : undefined
      if (handler === undefined)
        throw error('NotImplemented', 'The rehearsal does not emulate this operation of S3.', 501)
      return handler(call)
    },

    /** Writes an object on behalf of SageMaker. */
    async write(bucket: string, key: string, body: Buffer, contentType: string): Promise<void> {
      const found = findBucket(bucket)
      const received = await files.receive(Readable.from([body]), {})
      await put(found, {
        key,
        ...received,
        modifiedAt: clock.now(),
        contentType,
        headers: {},
      })
    },

    /** The file of `s3://BUCKET/KEY`, or undefined when there is none. */
    locate(bucket: string, key: string): { path: string; etag: string } | undefined {
      const object = store.buckets.get(bucket)?.objects.get(key)
      return object === undefined ? undefined : { path: files.pathOf(object.file), etag: object.etag }
    },

    /** Keys that begin with a prefix, each with its file. */
    under(bucket: string, prefix: string): { key: string; path: string; etag: string }[] {
      const objects = [...(store.buckets.get(bucket)?.objects.values() ?? [])]
      return objects
        .filter(({ key }) => key.startsWith(prefix))
        .map(({ key, file, etag }) => ({ key, path: files.pathOf(file), etag }))
    },
  }
}
