/** Multipart uploads. */

import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { Reply } from '../../protocols/reply.ts'
import type { Bucket, StoredObject, Upload } from '../../store.ts'
import { type Call, type Handler, metadataOf } from './call.ts'
import { blocksOf, error, readText, reply, textsOf, xmlReply } from './documents.ts'
import type { Files } from './files.ts'

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export type UploadSettings = {
  files: Files
  clock: Clock
  /** @throws AwsError when there is none of that name */
  findBucket: (name: string) => Bucket
  put: (bucket: Bucket, object: StoredObject) => Promise<void>
  /** @throws AwsError unless an object may be written there */
  checkConditions: (bucket: Bucket, call: Call) => void
}

export const createUploads = (settings: UploadSettings): Record<string, Handler> => {
  const { files, clock, findBucket, put, checkConditions } = settings

  const findUpload = ({ bucket, key, query }: Call): Upload => {
    const upload = findBucket(bucket).uploads.get(query.get('uploadId') ?? '')
    if (upload === undefined || upload.key !== key)
      throw error('NoSuchUpload', 'The specified multipart upload does not exist.', 404)
    return upload
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

  return {
    CreateMultipartUpload: createUpload,
    UploadPart: uploadPart,
    CompleteMultipartUpload: completeUpload,
    AbortMultipartUpload: async (call) => {
      await dropUpload(findBucket(call.bucket), findUpload(call))
      return reply(204)
    },
    ListMultipartUploads: listUploads,
  }
}
