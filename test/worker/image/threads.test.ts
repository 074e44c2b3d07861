import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { threadsFor } from '../../../src/worker/image/threads.ts'
import { program, ROOT } from '../../fixtures/index.ts'

const run = (...args: string[]) =>
  spawnSync(process.execPath, [...program('test/worker/image/in-threads'), ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })

const IMAGES = ['jpeg-640x480.jpg', 'jpeg-420.jpg', 'jpeg-wide.jpg']

/** What they are as they come, without threads. */
let plain: unknown

t.test('a thread gives the same bits', async (t) => {
  const sections = [
    { resize: { shortest: 256 }, crop: { width: 224, height: 224 }, mean: [0.5, 0.4, 0.3] },
    { color: 'gray', layout: 'nhwc', orientation: 'exif' },
    { resize: { letterbox: { width: 64, height: 64, value: 114 } } },
    { resize: { width: 30, height: 20 }, resample: 'opencv', interpolation: 'bilinear' },
    { crop: { width: 8, height: 8 }, color: 'bgr' },
    {},
  ]
  const { status, stdout, stderr } = run('bits', JSON.stringify(IMAGES), JSON.stringify(sections))
  t.equal(status, 0, stderr)
  const { here, there, started } = JSON.parse(stdout)
  t.equal(here.length, 18)
  t.equal(started, 2)
  t.strictSame(there, here)
  plain = here.slice(-IMAGES.length)
})

t.test(
  'a thread that dies takes the worker with it, whose requests the server gives to another',
  async (t) => {
    const { status, stderr } = run('death', JSON.stringify(IMAGES), '[{}]')
    t.equal(status, 1)
    t.match(stderr, 'a thread for images ended with code')
  },
)

t.test('an image for which there is no memory is no answer to another', async (t) => {
  const { status, stdout, stderr } = run('lacking', JSON.stringify(IMAGES), '[{}]')
  t.equal(status, 0, stderr)
  t.strictSame(JSON.parse(stdout), { bad: 'rejected', good: plain })
})

t.test('a worker with one CPU starts no thread, and one with several starts some', async (t) => {
  const { status, stdout, stderr } = run('load')
  t.equal(status, 0, stderr)
  t.strictSame(JSON.parse(stdout), [0, 0, 2])
  const counts = [
    { cpus: 3, workers: 2 },
    { cpus: 2, workers: 1 },
    { cpus: 16, workers: 2 },
    { cpus: 16, workers: 1 },
  ]
  t.strictSame(counts.map(threadsFor), [0, 1, 4, 8])
})

/** All files that a file imports, types left out. */
const importedBy = (file: string, found = new Set<string>()): Set<string> => {
  const text = readFileSync(join(ROOT, file), 'utf8')
  for (const [, specifier = ''] of text.matchAll(/^import (?!type )[^']*'([^']+)'/gm)) {
    const target = specifier.startsWith('.') ? join(dirname(file), specifier) : specifier
    if (found.has(target)) continue
    found.add(target)
    if (specifier.startsWith('.')) importedBy(target, found)
  }
  return found
}

t.test('a thread loads no package, so no native add-on: it may end at any moment', async (t) => {
  const imported = [...importedBy('src/worker/image/thread.ts')]
  t.ok(imported.includes('src/worker/image/kernel.ts'))
  t.strictSame(
    imported.filter((name) => !name.startsWith('src/') && !name.startsWith('node:')),
    [],
  )
})
