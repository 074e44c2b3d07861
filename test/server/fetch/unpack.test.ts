import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { Header } from 'tar'
import { roomIn } from '../../../src/server/fetch/room.ts'
import { unpackInto } from '../../../src/server/fetch/unpack.ts'

t.test('what has no room is refused by what it announces, before it is written', async (t) => {
  const directory = t.testdir({})
  const header = Buffer.alloc(512)
  new Header({ path: 'bomb', type: 'File', size: 2 ** 50, mode: 0o600 }).encode(header)
  const archive = Readable.from([header, Buffer.alloc(512)])
  const writing = pipeline(
    archive,
    unpackInto(directory, 's3://b/bomb.tar', roomIn(directory, 's3://b/bomb.tar')),
  )
  await t.rejects(writing, {
    name: 'StartupError',
    message: /^s3:\/\/b\/bomb.tar has at least 1073741824 MiB, and .* has room for \d+; give it more/,
  })
})

t.test(
  'an archive that breaks off leaves no file open',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const header = Buffer.alloc(512)
    new Header({ path: 'code/weights.bin', type: 'File', size: 2 ** 22, mode: 0o600 }).encode(header)
    const bytes = Buffer.concat([header, randomBytes(2 ** 21)])
    for (const [name, sent] of [
      ['plain', bytes],
      ['gzip', gzipSync(bytes).subarray(0, 2 ** 20)],
    ] as const) {
      const directory = t.testdir({})
      const archive = Readable.from(
        (async function* () {
          for (let at = 0; at < sent.length; at += 2 ** 16) yield sent.subarray(at, at + 2 ** 16)
          while (!existsSync(join(directory, 'code/weights.bin'))) await setTimeout(5)
          throw new Error('broken')
        })(),
      )
      const target = unpackInto(directory, 's3://b/a.tar', roomIn(directory, 's3://b/a.tar'))
      const closed = new Promise((resolve) => target.once('close', resolve))
      await t.rejects(pipeline(archive, target), { message: 'broken' }, name)
      await closed
      const open = readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).includes('weights.bin')
        } catch {
          return false
        }
      })
      t.strictSame(open, [], name)
    }
  },
)

t.test('what is in the archive twice is as it was the last time', async (t) => {
  const directory = t.testdir({})
  const entry = (value: number): Buffer => {
    const header = Buffer.alloc(512)
    new Header({ path: 'x', type: 'File', size: 2 ** 20, mode: 0o600 }).encode(header)
    return Buffer.concat([header, Buffer.alloc(2 ** 20, value)])
  }
  const archive = Buffer.concat([entry(1), entry(2), Buffer.alloc(1024)])
  await pipeline(
    Readable.from([archive]),
    unpackInto(directory, 's3://b/a.tar', roomIn(directory, 's3://b/a.tar')),
  )
  t.ok(readFileSync(join(directory, 'x')).equals(Buffer.alloc(2 ** 20, 2)))
})
