import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  assertEnoughOpenFiles,
  openFilesLimit,
  openFilesNeeded,
  warnOfFewConnections,
} from '../../../src/server/machine/open-files.ts'

t.test('the limit is read as the kernel writes it', async (t) => {
  const file = join(t.testdir(), 'limits')
  const write = (soft: string) =>
    writeFileSync(file, `Max processes  7  8  processes\nMax open files     ${soft}      20000      files\n`)
  write('1024')
  t.equal(openFilesLimit(file), 1024)
  write('unlimited')
  t.equal(openFilesLimit(file), Number.POSITIVE_INFINITY)
  t.equal(openFilesLimit('/does/not/exist'), Number.POSITIVE_INFINITY)
  t.ok(openFilesLimit() > 0)
})

t.test('too low a limit is an error that names it, what it is and what is needed', async (t) => {
  t.doesNotThrow(() => assertEnoughOpenFiles(4, openFilesNeeded(4)))
  t.throws(() => assertEnoughOpenFiles(4, 64), {
    name: 'StartupError',
    message: /`ulimit -n` allows 64 open files, and the server needs 272 /,
  })
})

t.test('a limit that allows few connections is warned of, with its name', async (t) => {
  const lines: string[] = []
  const log = { warn: (text: string) => void lines.push(text) }
  warnOfFewConnections(20_000, log)
  t.strictSame(lines, [])
  warnOfFewConnections(4096, log)
  t.match(lines, [/`ulimit -n` allows 4096 open files: at most some 3\d\d\d connections/])
})
