import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
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
