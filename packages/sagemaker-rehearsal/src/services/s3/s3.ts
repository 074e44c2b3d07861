/** S3, path style: buckets in the store, bytes in files. No versions, no access control, no signatures verified. */

import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { AwsError } from '../../aws-error.ts'
import type { Clock } from '../../clock.ts'
import type { Reply } from '../../protocols/reply.ts'
import { element } from '../../protocols/xml.ts'
import type { Caller } from '../../service.ts'
import type { Bucket, Store, StoredObject, Upload } from '../../store.ts'
import type { Files } from './files.ts'
import type { S3Request } from './operations.ts'

type Call = S3Request & {
  headers: Record<string, string | undefined>
  body: Readable
  caller: Caller
}

type Handler = (call: Call) => Reply | Promise<Reply>

const XMLNS = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** XML documents that come in: lists of keys or parts. */
const MOST_DOCUMENT_BYTES = 2 * 2 ** 20

const error = (code: string, message: string, status: number) => new AwsError(code, message, { status })

const noSuchKey = () => error('NoSuchKey', 'The specified key does not exist.', 404)

const reply = (status: number, headers: Record<string, string> = {}, body: Reply['body'] = ''): Reply => ({
  status,
  headers,
  body,
})

const xmlReply = (name: string, value: unknown): Reply =>
  reply(
    200,
    { 'content-type': 'application/xml' },
    `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value).replace(`<${name}>`, `<${name} xmlns="${XMLNS}">`)}`,
  )

export const s3Error = ({ code, message, status }: AwsError): Reply =>
  reply(
    status,
    { 'content-type': 'application/xml' },
    `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', { Code: code, Message: message, RequestId: randomUUID() })}`,
  )

const readText = async (body: Readable): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length
    if (bytes > MOST_DOCUMENT_BYTES) throw error('MaxMessageLengthExceeded', 'The document is too long.', 400)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

const unescapeXml = (text: string): string =>
  text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (all, name, decimal, hex) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? all
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : all
  })

/** Text of each element of that name: the documents that S3 takes have no attributes or nesting that would matter. */
const textsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => unescapeXml(text))

const blocksOf = (xml: string, name: string): string[] => xml.split(`<${name}>`).slice(1)

const metadataOf = (headers: Call['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('x-amz-meta-') && value !== undefined ? [[name, value]] : [],
    ),
  )

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

  const findUpload = ({ bucket, key, query }: Call): Upload => {
    const upload = findBucket(bucket).uploads.get(query.get('uploadId') ?? '')
    if (upload === undefined || upload.key !== key)
      throw error('NoSuchUpload', 'The specified multipart upload does not exist.', 404)
    return upload
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

  const list = ({ bucket, query }: Call): Reply => {
    const { objects } = findBucket(bucket)
    const token = query.get('continuation-token')
    const startAfter =
      token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8')
    const prefix = query.get('prefix') ?? ''
    const delimiter = query.get('delimiter') ?? ''
    const asked = Number(query.get('max-keys') ?? 1000)
    const most = Number.isInteger(asked) && asked >= 0 ? Math.min(asked, 1000) : 1000
    const encode = (text: string) =>
      query.get('encoding-type') === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > startAfter)
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const contents: StoredObject[] = []
    const prefixes = new Set<string>()
    let last = ''
    let truncated = false
    for (const key of keys) {
      const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
      const group = at === -1 ? undefined : key.slice(0, at + delimiter.length)
      // What lies behind a prefix that the last page has shown does not show it again.
      if (group !== undefined && (prefixes.has(group) || startAfter.startsWith(group))) continue
      if (contents.length + prefixes.size >= most) {
        truncated = true
        break
      }
      if (group === undefined) contents.push(objects.get(key) as StoredObject)
      else prefixes.add(group)
      last = group ?? key
    }
    return xmlReply('ListBucketResult', {
      Name: bucket,
      Prefix: encode(prefix),
      ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
      MaxKeys: most,
      ...(query.has('encoding-type') && { EncodingType: query.get('encoding-type') }),
      IsTruncated: truncated,
      Contents: contents.map((object) => ({
        Key: encode(object.key),
        LastModified: new Date(object.modifiedAt),
        ETag: `"${object.etag}"`,
        Size: object.bytes,
        StorageClass: 'STANDARD',
      })),
      CommonPrefixes: [...prefixes].map((Prefix) => ({ Prefix: encode(Prefix) })),
      KeyCount: contents.length + prefixes.size,
      ...(token !== null && { ContinuationToken: token }),
      ...(truncated && { NextContinuationToken: Buffer.from(last).toString('base64url') }),
    })
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

  const createUpload = (call: Call): Reply => {
    const bucket = findBucket(call.bucket)
    const id = randomUUID()
    bucket.uploads.set(id, {
      id,
      key: call.key,
      createdAt: clock.now(),
      contentType: call.headers['content-type'] ?? 'binary/octet-stream',
      headers: metadataOf(call.headers),
      parts: new Map(),
    })
    return xmlReply('InitiateMultipartUploadResult', { Bucket: call.bucket, Key: call.key, UploadId: id })
  }

  const listUploads = ({ bucket, query }: Call): Reply => {
    const prefix = query.get('prefix') ?? ''
    const marker = query.get('key-marker') ?? ''
    const last = query.get('upload-id-marker') ?? ''
    const most = Math.min(1_000, Number(query.get('max-uploads') ?? 1_000))
    const found = [...findBucket(bucket).uploads.values()]
      .filter(({ key, id }) => key.startsWith(prefix) && (key > marker || (key === marker && id > last)))
      .sort((a, b) => (a.key === b.key ? compare(a.id, b.id) : compare(a.key, b.key)))
    const page = found.slice(0, most)
    return xmlReply('ListMultipartUploadsResult', {
      Bucket: bucket,
      Prefix: prefix,
      MaxUploads: most,
      IsTruncated: found.length > page.length,
      ...(found.length > page.length && {
        NextKeyMarker: page.at(-1)?.key,
        NextUploadIdMarker: page.at(-1)?.id,
      }),
      Upload: page.map(({ id, key, createdAt }) => ({
        Key: key,
        UploadId: id,
        Initiated: new Date(createdAt),
      })),
    })
  }

  const uploadPart = async (call: Call): Promise<Reply> => {
    const upload = findUpload(call)
    const number = Number(call.query.get('partNumber'))
    if (!Number.isInteger(number) || number < 1 || number > 10_000)
      throw error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', 400)
    const { file, bytes, etag, checksums } = await files.receive(call.body, call.headers)
    const old = upload.parts.get(number)
    upload.parts.set(number, { file, bytes, etag })
    if (old !== undefined) await files.remove(old.file)
    return reply(200, {
      etag: `"${etag}"`,
      ...Object.fromEntries(
        Object.entries(checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]),
      ),
    })
  }

  const completeUpload = async (call: Call): Promise<Reply> => {
    const bucket = findBucket(call.bucket)
    const upload = findUpload(call)
    checkConditions(bucket, call)
    const wanted = blocksOf(await readText(call.body), 'Part').map((block) => ({
      number: Number(textsOf(block, 'PartNumber')[0]),
      etag: (textsOf(block, 'ETag')[0] ?? '').replaceAll('"', ''),
    }))
    const parts = wanted.map(({ number, etag }) => {
      const part = upload.parts.get(number)
      if (part === undefined || part.etag !== etag)
        throw error('InvalidPart', 'One or more of the specified parts could not be found.', 400)
      return part
    })
    if (parts.length === 0) throw error('MalformedXML', 'The XML you provided was not well-formed.', 400)
    if (wanted.some(({ number }, at) => at > 0 && number <= (wanted[at - 1]?.number ?? 0)))
      throw error('InvalidPartOrder', 'The list of parts was not in ascending order.', 400)
    const digests = createHash('md5')
    for (const { etag } of parts) digests.update(Buffer.from(etag, 'hex'))
    const etag = `${digests.digest('hex')}-${parts.length}`
    const file = await files.concatenate(parts.map((part) => part.file))
    await put(bucket, {
      key: upload.key,
      file,
      bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
      etag,
      modifiedAt: clock.now(),
      contentType: upload.contentType,
      headers: upload.headers,
      checksums: {},
    })
    await dropUpload(bucket, upload)
    return xmlReply('CompleteMultipartUploadResult', {
      Location: `${call.caller.url}/${call.bucket}/${call.key}`,
      Bucket: call.bucket,
      Key: call.key,
      ETag: `"${etag}"`,
    })
  }

  const dropUpload = async (bucket: Bucket, upload: Upload): Promise<void> => {
    bucket.uploads.delete(upload.id)
    for (const { file } of upload.parts.values()) await files.remove(file)
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
    ListObjectsV2: list,
    PutObject: putObject,
    GetObject: (call) => get(call, true),
    HeadObject: (call) => get(call, false),
    DeleteObject: async ({ bucket, key }) => {
      await removeObject(findBucket(bucket), key)
      return reply(204)
    },
    DeleteObjects: deleteObjects,
    CreateMultipartUpload: createUpload,
    UploadPart: uploadPart,
    CompleteMultipartUpload: completeUpload,
    AbortMultipartUpload: async (call) => {
      await dropUpload(findBucket(call.bucket), findUpload(call))
      return reply(204)
    },
    ListMultipartUploads: listUploads,
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
