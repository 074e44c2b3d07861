import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { S3Client } from '@aws-sdk/client-s3'
import t, { type Test } from 'tap'
import { archiveOf, pack } from '../../../scripts/package/archive.ts'
import { isUploaded, upload } from '../../../scripts/package/upload.ts'
import type { Archive } from '../../../scripts/plan/desired.ts'
import { startBucket } from './a-bucket.ts'

const start = async (t: Test) => {
  const bucket = await startBucket()
  t.teardown(bucket.close)
  const s3 = new S3Client({
    endpoint: bucket.url,
    region: 'eu-west-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  })
  t.teardown(() => s3.destroy())
  return { bucket, s3 }
}

/** More than a part has, and no more than that: gzip has to go through it each time. */
const LARGE = 17_000_000

/** The archive of a model of so many bytes that do not shrink. */
const archiveOfBytes = async (t: Test, bytes: number): Promise<Archive> => {
  const folder = t.testdir({})
  writeFileSync(join(folder, 'model.onnx'), randomBytes(bytes))
  return archiveOf(await pack(folder), { owner: 'flowers', bucket: 'models' })
}

const PATH = ({ key }: Archive) => `/models/${key}`

t.test('an archive is sent once, with its whole hash', async (t) => {
  const { bucket, s3 } = await start(t)
  const archive = await archiveOfBytes(t, 1000)
  t.equal(await isUploaded(s3, archive), false)
  const told: number[] = []
  t.equal(await upload(s3, archive, { onProgress: (bytes) => told.push(bytes) }), true)
  t.equal(told.at(-1), archive.bytes)
  const stored = bucket.objects.get(PATH(archive))
  const tar = gunzipSync(stored?.body ?? Buffer.alloc(0))
  t.equal(createHash('sha256').update(tar).digest('hex'), archive.sha256)
  t.match(stored?.headers, { 'x-amz-meta-tar-sha256': archive.sha256, 'if-none-match': '*' })
  t.equal(await upload(s3, archive), false, 'the second time it is there')
  t.strictSame(
    bucket.calls.map((call) => call.split(' ')[0]),
    ['HEAD', 'HEAD', 'PUT', 'HEAD'],
  )
})

t.test('a large one is sent in parts', async (t) => {
  const { bucket, s3 } = await start(t)
  const archive = await archiveOfBytes(t, LARGE)
  t.equal(await upload(s3, archive), true)
  const tar = gunzipSync(bucket.objects.get(PATH(archive))?.body ?? Buffer.alloc(0))
  t.equal(createHash('sha256').update(tar).digest('hex'), archive.sha256)
  t.equal(bucket.calls.filter((call) => call.startsWith('PUT')).length, 2)
})

t.test('if another was faster with the same, it is there', async (t) => {
  const { bucket, s3 } = await start(t)
  const archive = await archiveOfBytes(t, 1000)
  const other = { body: Buffer.alloc(0), headers: { 'x-amz-meta-tar-sha256': archive.sha256 } }
  const onProgress = () => bucket.objects.set(PATH(archive), other)
  t.equal(await upload(s3, archive, { onProgress }), false)
  t.equal(bucket.objects.get(PATH(archive)), other)
})

t.test('something else at its place is never taken for it, nor written over', async (t) => {
  const { bucket, s3 } = await start(t)
  const archive = await archiveOfBytes(t, 1000)
  const foreign = { body: Buffer.from('foreign'), headers: {} }
  bucket.objects.set(PATH(archive), foreign)
  await t.rejects(upload(s3, archive), { message: /is there, but is not the archive that belongs there$/ })
  t.equal(bucket.objects.get(PATH(archive)), foreign)
})

t.test('a model that changes while it is sent leaves nothing behind', async (t) => {
  const { bucket, s3 } = await start(t)
  for (const bytes of [1000, LARGE]) {
    const archive = await archiveOfBytes(t, bytes)
    await t.rejects(upload(s3, { ...archive, sha256: '0'.repeat(64) }), { message: /changed while/ })
    t.notOk(bucket.objects.has(PATH(archive)))
  }
  t.match(bucket.calls.at(-1), /^DELETE .*\?uploadId$/, 'parts are taken back')
})

t.test('a bucket that is missing is told, with the fix', async (t) => {
  const { s3 } = await start(t)
  const archive = { ...(await archiveOfBytes(t, 10)), bucket: 'nowhere' }
  await t.rejects(upload(s3, archive), {
    message: 'there is no bucket nowhere',
    fix: /aws s3 mb s3:\/\/nowhere/,
  })
})

t.test('a signal ends an upload', async (t) => {
  const { bucket, s3 } = await start(t)
  const archive = await archiveOfBytes(t, 1000)
  const abort = new AbortController()
  await t.rejects(upload(s3, archive, { signal: abort.signal, onProgress: () => abort.abort() }), {
    name: 'AbortError',
  })
  t.notOk(bucket.objects.has(PATH(archive)))
  await t.rejects(upload(s3, archive, { signal: AbortSignal.abort() }), { name: 'AbortError' })
})
