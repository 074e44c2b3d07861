/** S3 through the SDK. */

import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import t from 'tap'
import { rehearse } from '../../fixture.ts'

const BYTES = Buffer.from(Uint8Array.from({ length: 1000 }, (_, at) => at % 256))

const read = async (s3: S3Client, Key: string, options = {}) => {
  const { Body, ...rest } = await s3.send(new GetObjectCommand({ Bucket: 'models', Key, ...options }))
  return { ...rest, body: Buffer.from((await Body?.transformToByteArray()) ?? []) }
}

const withBucket = async (...[test]: Parameters<typeof rehearse>): Promise<S3Client> => {
  const { clients } = await rehearse(test)
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'models' }))
  return clients.s3
}

t.test('a bucket is made once, found, and deleted when it is empty', async (t) => {
  const s3 = await withBucket(t)
  await t.rejects(s3.send(new CreateBucketCommand({ Bucket: 'models' })), { name: 'BucketAlreadyOwnedByYou' })
  await t.rejects(s3.send(new CreateBucketCommand({ Bucket: 'No_Bucket' })), { name: 'InvalidBucketName' })
  await s3.send(new HeadBucketCommand({ Bucket: 'models' }))
  await t.rejects(s3.send(new HeadBucketCommand({ Bucket: 'other' })), { name: 'NotFound' })
  await s3.send(new PutObjectCommand({ Bucket: 'models', Key: 'a', Body: 'x' }))
  await t.rejects(s3.send(new DeleteBucketCommand({ Bucket: 'models' })), { name: 'BucketNotEmpty' })
  await s3.send(new DeleteObjectCommand({ Bucket: 'models', Key: 'a' }))
  await s3.send(new DeleteBucketCommand({ Bucket: 'models' }))
  await t.rejects(s3.send(new PutObjectCommand({ Bucket: 'models', Key: 'a', Body: 'x' })), {
    name: 'NoSuchBucket',
  })
})

t.test('an object comes back as it went, with all that was said of it', async (t) => {
  const s3 = await withBucket(t)
  for (const Key of ['a/b.bin', 'ünï code+ &<>"%2F/..', '__proto__', 'x'.repeat(1024)]) {
    await s3.send(
      new PutObjectCommand({
        Bucket: 'models',
        Key,
        Body: BYTES,
        ContentType: 'application/gzip',
        Metadata: { sha256: 'abc' },
        ChecksumAlgorithm: 'SHA256',
      }),
    )
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'models', Key }))
    t.match(head, { ContentLength: 1000, ContentType: 'application/gzip', Metadata: { sha256: 'abc' } })
    t.strictSame((await read(s3, Key)).body, BYTES)
    t.strictSame((await read(s3, Key, { Range: 'bytes=10-19' })).body, BYTES.subarray(10, 20))
    t.strictSame((await read(s3, Key, { Range: 'bytes=-5' })).body, BYTES.subarray(-5))
  }
  await t.rejects(read(s3, 'missing'), { name: 'NoSuchKey' })
  await t.rejects(s3.send(new HeadObjectCommand({ Bucket: 'models', Key: 'missing' })), { name: 'NotFound' })
})

t.test('an object is written only where there is none, if so asked', async (t) => {
  const s3 = await withBucket(t)
  const put = (Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: 'models', Key: 'k', Body, IfNoneMatch: '*' }))
  const outcomes = await Promise.allSettled([put('one'), put('two'), put('three')])
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, 'one of those at the same time')
  await t.rejects(put('four'), { name: 'PreconditionFailed' })
})

t.test('a wrong checksum is refused, and nothing is stored', async (t) => {
  const s3 = await withBucket(t)
  for (const wrong of [
    { ChecksumSHA256: `${'A'.repeat(43)}=` },
    { ChecksumCRC32: 'AAAAAA==' },
    { ContentMD5: `${'A'.repeat(22)}==` },
  ])
    await t.rejects(s3.send(new PutObjectCommand({ Bucket: 'models', Key: 'k', Body: BYTES, ...wrong })), {
      name: 'BadDigest',
    })
  await t.rejects(read(s3, 'k'), { name: 'NoSuchKey' })
})

t.test('a large object goes up in parts', async (t) => {
  const s3 = await withBucket(t)
  const Body = Buffer.alloc(11 * 2 ** 20, 'abcdefg')
  await new Upload({
    client: s3,
    params: { Bucket: 'models', Key: 'big', Body, Metadata: { a: 'b' } },
  }).done()
  const { body, ETag, Metadata } = await read(s3, 'big')
  t.ok(body.equals(Body))
  t.match(ETag, /-3"$/)
  t.strictSame(Metadata, { a: 'b' })
})

t.test('objects are listed by prefix, in pages, and deleted many at a time', async (t) => {
  const s3 = await withBucket(t)
  for (const Key of ['a/1', 'a/2', 'b/1', 'c', 'd & <e>'])
    await s3.send(new PutObjectCommand({ Bucket: 'models', Key, Body: 'x' }))
  const list = (options = {}) => s3.send(new ListObjectsV2Command({ Bucket: 'models', ...options }))
  const all: (string | undefined)[] = []
  let ContinuationToken: string | undefined
  do {
    const page = await list({ MaxKeys: 2, ...(ContinuationToken && { ContinuationToken }) })
    all.push(...(page.Contents ?? []).map(({ Key }) => Key))
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken !== undefined)
  t.strictSame(all, ['a/1', 'a/2', 'b/1', 'c', 'd & <e>'])
  const grouped = await list({ Delimiter: '/', MaxKeys: 3 })
  t.strictSame(
    grouped.CommonPrefixes?.map(({ Prefix }) => Prefix),
    ['a/', 'b/'],
  )
  t.strictSame(
    (await list({ Delimiter: '/', ContinuationToken: grouped.NextContinuationToken })).Contents?.map(
      ({ Key }) => Key,
    ),
    ['d & <e>'],
  )
  await s3.send(
    new DeleteObjectsCommand({
      Bucket: 'models',
      Delete: { Objects: [{ Key: 'a/1' }, { Key: 'd & <e>' }, { Key: 'x' }] },
    }),
  )
  t.equal((await list()).KeyCount, 3)
})

t.test('us-east-1 has no name, and what is not emulated is not mistaken for something else', async (t) => {
  const s3 = await withBucket(t)
  t.equal((await s3.send(new GetBucketLocationCommand({ Bucket: 'models' }))).LocationConstraint || '', '')
  await s3.send(new PutObjectCommand({ Bucket: 'models', Key: 'k', Body: 'x' }))
  await t.rejects(
    s3.send(new GetObjectAttributesCommand({ Bucket: 'models', Key: 'k', ObjectAttributes: ['ObjectSize'] })),
    { name: 'NotImplemented' },
  )
})
