import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { list } from 'tar'
import { archiveOf, defaultBucket, openArchive, pack } from '../../../scripts/package/archive.ts'

const DIGITS = new URL('../../../examples/digits/model', import.meta.url).pathname

type Files = Record<string, Buffer>

/** Writes the files in this order into a new folder, each with its own time and mode. */
const write = (files: [string, Uint8Array][], seconds: number, mode: number): string => {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of files) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    chmodSync(file, mode)
    utimesSync(file, seconds, seconds)
  }
  return folder
}

const zipped = async (folder: string): Promise<Buffer> => buffer(openArchive(await pack(folder)))

/** What is in an archive: content by path. */
const contentOf = async (archive: Buffer): Promise<Files> => {
  const entries: Promise<[string, Buffer]>[] = []
  const parser = list({
    onReadEntry: (entry) => {
      entries.push(entry.concat().then((content) => [entry.path, content]))
    },
  })
  const ended = new Promise((resolve) => parser.on('end', resolve))
  parser.end(archive)
  await ended
  return Object.fromEntries(await Promise.all(entries))
}

/** Long names and names beyond ASCII need extended headers; `@` has a meaning of its own in the tar library. */
const name = fc.oneof(
  fc.stringMatching(/^[a-z@][a-z0-9_-]{0,8}$/),
  fc.constant('ärger'),
  fc.constant('x'.repeat(120)),
)
const path = fc
  .oneof(
    name,
    fc.tuple(name, name).map((parts) => parts.join('-d/')),
  )
  .map((text) => `${text}.bin`)
const files = fc.uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 2000 })), {
  selector: ([key]) => key,
  maxLength: 6,
})

t.test(
  'the same files are the same bytes, whatever their order, times and modes; and all are in',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(files, async (some) => {
        const all: [string, Uint8Array][] = [...some, ['model.onnx', Buffer.from('x')]]
        const one = await zipped(write(all, 1_000_000_000, 0o600))
        const other = await zipped(write(all.toReversed(), 1_700_000_000, 0o755))
        t.ok(one.equals(other))
        const found = await contentOf(one)
        t.strictSame(Object.keys(found).sort(), all.map(([key]) => key).sort())
        for (const [key, content] of all) {
          if (!Buffer.from(content).equals(found[key] ?? Buffer.from('-'))) t.fail(key)
        }
      }),
      { numRuns: 30 },
    )
  },
)

t.test('the archive of the example stays what it is: a new hash would deploy every model anew', async (t) => {
  const packed = await pack(DIGITS)
  t.match(packed, { files: ['model.onnx', 'serving.yaml'], leftOut: [], bytes: 44_544 })
  t.equal(packed.sha256, '672135526813e14e3c441281ed784b8b10ed6fa3d50277711f3e0df6f1924d70')
  const tar = gunzipSync(await buffer(openArchive(packed)))
  t.equal(createHash('sha256').update(tar).digest('hex'), packed.sha256)
})

t.test('neither the time nor the system is in the header of gzip', async (t) => {
  t.strictSame([...(await zipped(DIGITS)).subarray(4, 10)], [0, 0, 0, 0, 4, 255])
})

t.test('the key has the hash of what is in it', async (t) => {
  const packed = await pack(DIGITS)
  t.strictSame(archiveOf(packed, { owner: 'digits', bucket: 'models' }), {
    folder: DIGITS,
    sha256: packed.sha256,
    bytes: 44_544,
    bucket: 'models',
    key: 'digits/672135526813/model.tar.gz',
  })
  t.equal(defaultBucket({ region: 'eu-west-1', account: '123456789012' }), 'sagemaker-eu-west-1-123456789012')
})

t.test('a folder that has changed since is noticed before its archive ends', async (t) => {
  const folder = write([['model.onnx', Buffer.from('one')]], 1, 0o644)
  const packed = await pack(folder)
  writeFileSync(join(folder, 'model.onnx'), 'two')
  await t.rejects(buffer(openArchive(packed)), {
    message: /changed while they were packed$/,
    fix: 'run the command again',
  })
})

t.test('a file that shrinks while it is read is an error, not a shorter archive', async (t) => {
  const folder = write([['model.onnx', Buffer.alloc(40_000_000)]], 1, 0o644)
  await t.rejects(
    pack(folder, {
      onProgress: (bytes) => bytes < 1e6 && truncateSync(join(folder, 'model.onnx'), 20_000_000),
    }),
  )
})

t.test('a file that vanishes while others are read is an error, not left out', async (t) => {
  const many = Array.from({ length: 50 }, (_, i): [string, Buffer] => [
    `${i + 10}.bin`,
    Buffer.alloc(100_000),
  ])
  const folder = write([...many, ['model.onnx', Buffer.from('x')]], 1, 0o644)
  const onProgress = () => rmSync(join(folder, 'model.onnx'), { force: true })
  await t.rejects(pack(folder, { onProgress }), { code: 'ENOENT' })
})

t.test('progress is told, and a signal ends it', async (t) => {
  const told: number[] = []
  const packed = await pack(DIGITS, { onProgress: (bytes) => told.push(bytes) })
  t.ok(told.length > 1)
  t.equal(told.at(-1), packed.bytes)
  t.strictSame(
    told,
    told.toSorted((a, b) => a - b),
  )
  const abort = new AbortController()
  await t.rejects(pack(DIGITS, { signal: abort.signal, onProgress: () => abort.abort() }), {
    name: 'AbortError',
  })
  await t.rejects(buffer(openArchive(packed, { signal: abort.signal })), { name: 'AbortError' })
})

t.test('tar itself unpacks it', async (t) => {
  const packed = await pack(DIGITS)
  const folder = t.testdir({})
  execFileSync('tar', ['-xzf', '-', '-C', folder], { input: await buffer(openArchive(packed)) })
  for (const file of packed.files) {
    t.ok(readFileSync(join(DIGITS, file)).equals(readFileSync(join(folder, file))), file)
  }
})
