import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import t, { type Test } from 'tap'
import { Header } from 'tar'
import { createManualClock } from '../../../packages/sagemaker-rehearsal/src/clock.ts'
import { startRehearsal } from '../../../packages/sagemaker-rehearsal/src/rehearsal.ts'
import { fetchModel } from '../../../src/server/fetch/fetch-model.ts'

const BLOCK = 512

type Entry = { path: string; type?: 'File' | 'SymbolicLink' | 'Link' | 'CharacterDevice'; body?: Buffer }

/** As any program may write it: tar's own writer would refuse what attacks. */
const tarOf = (entries: readonly Entry[]): Buffer => {
  const parts = entries.flatMap(({ path, type = 'File', body = Buffer.alloc(0) }) => {
    const header = Buffer.alloc(BLOCK)
    const linkpath = type.endsWith('Link') ? '/etc/passwd' : ''
    new Header({ path, type, size: body.length, mode: 0o600, linkpath, mtime: new Date(0) }).encode(header)
    return [header, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]
  })
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])
}

const MODEL = { path: 'model.onnx', body: Buffer.from('weights') }
const GOOD = [MODEL, { path: './code/inference.ts', body: Buffer.from('code') }]

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

const ENVIRONMENT = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }

/** The client reads the environment; what it was is put back. */
const withEnvironment = (t: Test, url: string): void => {
  const before = { ...process.env }
  Object.assign(process.env, ENVIRONMENT, { AWS_ENDPOINT_URL: url })
  t.teardown(() => {
    for (const name of [...Object.keys(ENVIRONMENT), 'AWS_ENDPOINT_URL']) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  })
}

const fetchInto = (directory: string, key: string, hash?: string) =>
  fetchModel(`s3://models/${key}`, { directory, sha256: hash, isCustomEndpoint: true })

t.test('a model is fetched from S3', async (t) => {
  const rehearsal = await startRehearsal({
    clock: createManualClock(),
    launcher: () => Promise.reject(new Error('nothing is to be started')),
  })
  t.teardown(() => rehearsal.stop())
  withEnvironment(t, rehearsal.url)
  const s3 = new S3Client({ forcePathStyle: true })
  t.teardown(() => s3.destroy())
  await s3.send(new CreateBucketCommand({ Bucket: 'models' }))
  const put = (Key: string, Body: Buffer) => s3.send(new PutObjectCommand({ Bucket: 'models', Key, Body }))

  await t.test(
    'an archive is unpacked, gzipped or not, readable by all, and held against its hash',
    async (t) => {
      const plain = tarOf(GOOD)
      for (const [key, bytes] of [
        ['a/model.tar.gz', gzipSync(plain)],
        ['a/model.tar', plain],
      ] as const) {
        await put(key, bytes)
        const directory = t.testdir({})
        const fetched = await fetchInto(directory, key, sha256(bytes).toUpperCase())
        t.equal(fetched.path, join(directory, 'model'))
        t.equal(fetched.bytes, bytes.length)
        t.equal(readFileSync(join(fetched.path, 'model.onnx'), 'utf8'), 'weights')
        t.equal(readFileSync(join(fetched.path, 'code/inference.ts'), 'utf8'), 'code')
        t.equal(statSync(join(fetched.path, 'model.onnx')).mode & 0o777, 0o644)
      }
    },
  )

  await t.test('another hash is an error, and nothing stays', async (t) => {
    const directory = t.testdir({})
    await t.rejects(fetchInto(directory, 'a/model.tar.gz', '0'.repeat(64)), {
      name: 'StartupError',
      message: /model.tar.gz is not what MODEL_SHA256 says: expected 0000.*, received [0-9a-f]{64}$/,
    })
    t.strictSame(readdirSync(directory), [])
    await t.rejects(fetchInto(directory, 'a/', '0'.repeat(64)), { message: /is a folder/ })
  })

  await t.test('a file is fetched as it is, and a folder with all that is in it', async (t) => {
    await put('b/model.onnx', Buffer.from('weights'))
    await put('b/parts/1.bin', Buffer.from('part'))
    const file = await fetchInto(t.testdir({}), 'b/model.onnx')
    t.equal(readFileSync(file.path, 'utf8'), 'weights')
    const folder = await fetchInto(t.testdir({}), 'b/')
    t.equal(folder.bytes, 11)
    t.equal(readFileSync(join(folder.path, 'parts/1.bin'), 'utf8'), 'part')
  })

  await t.test('what is not there is said, with what to do', async (t) => {
    const wrong: [string, RegExp][] = [
      ['s3://models/none.onnx', /none.onnx cannot be fetched: there is no such object; the name of a folder/],
      ['s3://models/none/', /there are no objects below it/],
      ['s3://nobody/model.onnx', /there is no such bucket/],
      ['s3://models', /is no place in S3: expected s3:\/\/BUCKET\/KEY.tar.gz/],
    ]
    for (const [uri, message] of wrong) {
      const options = { directory: t.testdir({}), sha256: undefined, isCustomEndpoint: true }
      await t.rejects(fetchModel(uri, options), { name: 'StartupError', message }, uri)
    }
  })

  await t.test('an archive that attacks is refused, and nothing stays', async (t) => {
    const attacks: [string, Buffer, RegExp][] = [
      ['above', tarOf([MODEL, { path: '../evil', body: Buffer.from('x') }]), /\.\.\/evil leads out/],
      ['hidden', tarOf([{ path: 'a/../../evil' }]), /leads out/],
      ['absolute', tarOf([{ path: '/tmp/lambda-evil', body: Buffer.from('x') }]), /leads out/],
      ['symbolic', tarOf([{ path: 'model.onnx', type: 'SymbolicLink' }]), /model.onnx is a SymbolicLink/],
      ['hard', tarOf([{ path: 'model.onnx', type: 'Link' }]), /is a Link/],
      ['device', tarOf([{ path: 'model.onnx', type: 'CharacterDevice' }]), /is a CharacterDevice/],
      ['many', tarOf(Array.from({ length: 10_001 }, (_, i) => ({ path: `f${i}` }))), /more than 10000 files/],
      ['text', Buffer.from('no archive'), /cannot be unpacked/],
      ['empty', Buffer.alloc(0), /cannot be unpacked/],
      ['zeros', Buffer.alloc(4 * BLOCK), /cannot be unpacked/],
      ['cut', tarOf([{ path: 'big', body: Buffer.alloc(9000) }]).subarray(0, 4096), /cannot be unpacked/],
      ['cut-gzip', gzipSync(tarOf(GOOD)).subarray(0, 60), /cannot be unpacked/],
    ]
    for (const [name, bytes, message] of attacks) {
      await put(`attack/${name}.tar.gz`, bytes)
      const directory = t.testdir({})
      await t.rejects(fetchInto(directory, `attack/${name}.tar.gz`), { name: 'StartupError', message }, name)
      t.strictSame(readdirSync(directory), [], `${name}: nothing is left`)
    }
    t.notOk(existsSync('/tmp/lambda-evil'))
  })
})

t.test('a connection that breaks is tried again; one that always breaks is an error', async (t) => {
  const bytes = gzipSync(tarOf(GOOD))
  let failures = 1
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': bytes.length })
    failures -= 1
    if (failures < 0) response.end(bytes)
    else response.write(bytes.subarray(0, 50), () => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  withEnvironment(t, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const fetched = await fetchInto(t.testdir({}), 'model.tar.gz', sha256(bytes))
  t.equal(fetched.bytes, bytes.length)
  failures = 10
  await t.rejects(fetchInto(t.testdir({}), 'model.tar.gz'), {
    name: 'StartupError',
    message: /cannot be fetched/,
  })
})

/** An S3 whose answers to a GET are written by hand: `attempt` counts those to the key. */
const startFake = async (
  t: Test,
  keys: readonly string[],
  get: (key: string, attempt: number, response: ServerResponse) => unknown,
): Promise<void> => {
  const attempts = new Map<string, number>()
  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://s3')
    if (searchParams.has('list-type')) {
      const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('')
      response.end(
        `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`,
      )
      return
    }
    const key = pathname.slice('/models/'.length)
    const attempt = (attempts.get(key) ?? 0) + 1
    attempts.set(key, attempt)
    get(key, attempt, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  withEnvironment(t, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

t.test('nothing of an attempt that failed is written into the next', async (t) => {
  const keys = ['p/bad', 'p/late', ...Array.from({ length: 30 }, (_, index) => `p/${index}`)]
  let late: Promise<unknown> = Promise.resolve()
  await startFake(t, keys, (key, attempt, response) => {
    if (attempt > 1 || !['p/bad', 'p/late'].includes(key)) return response.end(`${attempt}`)
    response.setHeader('content-length', 1)
    if (key === 'p/bad') {
      response.flushHeaders()
      return setTimeout(50).then(() => response.destroy())
    }
    late = setTimeout(400).then(() => response.end('1'))
    return late
  })
  const { path } = await fetchInto(t.testdir({}), 'p/')
  await late
  await setTimeout(100)
  t.equal(readFileSync(join(path, 'late'), 'utf8'), '2')
})

t.test('what was written of an archive that broke off takes no room at the next attempt', async (t) => {
  const archive = tarOf([{ path: 'big', body: randomBytes(2 ** 21) }])
  const held: string[][] = []
  await startFake(t, [], (_key, attempt, response) => {
    const links = readdirSync('/proc/self/fd').map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`)
      } catch {
        return ''
      }
    })
    held.push(links.filter((link) => link.endsWith('/model/big (deleted)')))
    response.setHeader('content-length', archive.length)
    if (attempt === 3) return response.end(archive)
    return response.write(archive.subarray(0, 2 ** 20), () => setTimeout(100).then(() => response.destroy()))
  })
  const { bytes } = await fetchInto(t.testdir({}), 'model.tar')
  t.equal(bytes, archive.length)
  t.strictSame(held, [[], [], []])
})

t.test(
  'an answer that stalls, with or without a checksum, is asked for again',
  { timeout: 20_000 },
  async (t) => {
    const body = Buffer.alloc(100_000, 'weights')
    let checksum: string | undefined
    await startFake(t, [], (_key, attempt, response) => {
      response.setHeader('content-length', body.length)
      if (checksum !== undefined) response.setHeader('x-amz-checksum-sha256', checksum)
      if (attempt === 1) return
      if (attempt === 2) return response.write(body.subarray(0, 50_000))
      return response.end(body)
    })
    for (const key of ['plain.onnx', 'sum.onnx']) {
      const { path } = await fetchModel(`s3://models/${key}`, {
        directory: t.testdir({}),
        sha256: undefined,
        isCustomEndpoint: true,
        silentMs: 400,
      })
      t.ok(readFileSync(path).equals(body), key)
      checksum = createHash('sha256').update(body).digest('base64')
    }
  },
)
