/** Forms that cost far more than their size, while others are served beside them. */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { fixture } from '../fixtures/index.ts'
import { largePng } from '../worker/image/hostile.ts'
import { type Served, serve } from './serve.ts'

const GIB = 2 ** 30

/** The most memory that a process has ever had, in bytes. */
const peakBytes = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

/** A worker with the model of 8 x 8 images and this serving.yaml. */
const serveImages = async (t: Test, yaml: string): Promise<Served> => {
  const folder = mkdtempSync(join(tmpdir(), 'images-'))
  copyFileSync(`${fixture('images')}/model.onnx`, join(folder, 'model.onnx'))
  writeFileSync(join(folder, 'serving.yaml'), yaml)
  // Not what these tests are about: on a slow machine the images take longer than the usual time.
  const time = ['--request-timeout-ms', '600000']
  const served = await serve(['--model', folder, '--workers', '1', '--log-format', 'json', ...time])
  t.teardown(async () => {
    await served.stop()
    rmSync(folder, { recursive: true })
  })
  return served
}

const form = { 'content-type': 'multipart/form-data; boundary=b' }

const heavyForm = (files: number): Uint8Array => {
  const image = largePng()
  const head =
    '--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\nContent-Type: image/png\r\n\r\n'
  const parts = Array.from({ length: files }, () => [Buffer.from(head), image, Buffer.from('\r\n')])
  return Buffer.concat([...parts.flat(), Buffer.from('--b--')])
}

/** Asks again and again until told to stop; gives how often each status came. */
const watch = (ask: () => Promise<Response>) => {
  const seen: Record<number, number> = {}
  let stopped = false
  const done = (async () => {
    while (!stopped) {
      const response = await ask()
      await response.arrayBuffer()
      seen[response.status] = (seen[response.status] ?? 0) + 1
      await delay(20)
    }
    return seen
  })()
  return () => {
    stopped = true
    return done
  }
}

/** Neighbours and /ping while `work` goes on. */
const beside = async <T>(served: Served, work: () => Promise<T>) => {
  const row = Array(3).fill(Array(8).fill(Array(8).fill(1)))
  const json = { 'content-type': 'application/json' }
  const stop = [
    watch(() => fetch(`${served.url}/ping`)),
    watch(() => served.post(JSON.stringify([row]), json)),
    watch(() => served.post(JSON.stringify([row, row]), json)),
  ]
  const before = served.workers()
  const result = await work()
  const [pings, ...neighbours] = await Promise.all(stop.map((end) => end()))
  return { result, pings, neighbours, sameWorkers: String(before) === String(served.workers()) }
}

t.test('images that are resized', async (t) => {
  const served = await serveImages(t, 'preprocess: { resize: { width: 8, height: 8 } }')

  await t.test('forms that kept a streaming parser waiting cost nobody anything', async (t) => {
    const body = `--b\r\n\r\n${'a'.repeat(16_384)}\r\n--b--`
    const { result, pings, neighbours, sameWorkers } = await beside(served, async () => {
      const responses = await Promise.all([served.post(body, form), served.post(body, form)])
      return responses.map(({ status }) => status)
    })
    t.strictSame(result, [400, 400])
    t.strictSame(Object.keys(pings ?? {}), ['200'])
    for (const statuses of neighbours) t.strictSame(Object.keys(statuses), ['200'])
    t.ok(sameWorkers, served.output())
  })

  await t.test(
    'forms of 4 images of 25 megapixels are answered, in bounded memory, beside others',
    async (t) => {
      const body = heavyForm(4)
      const { result, pings, neighbours, sameWorkers } = await beside(served, async () => {
        const responses = await Promise.all(Array.from({ length: 2 }, () => served.post(body, form)))
        return responses.map(({ status }) => status)
      })
      t.strictSame(result, [200, 200])
      t.strictSame(Object.keys(pings ?? {}), ['200'])
      for (const statuses of neighbours) t.strictSame(Object.keys(statuses), ['200'])
      t.ok(sameWorkers, served.output())
      for (const pid of served.workers()) t.ok(peakBytes(pid) < 0.4 * GIB, `${peakBytes(pid)} bytes`)
    },
  )
})

t.test('forms whose images are not resized are refused before they are decoded', async (t) => {
  const served = await serveImages(t, 'preprocess: { color: rgb }')
  const body = heavyForm(12)
  const { result, pings, neighbours, sameWorkers } = await beside(served, async () => {
    const responses = await Promise.all(Array.from({ length: 2 }, () => served.post(body, form)))
    return responses.map(({ status }) => status)
  })
  // Beside another one it may also be told to try again.
  for (const status of result) t.ok(status === 400 || status === 503, `${status}`)
  t.strictSame(Object.keys(pings ?? {}), ['200'])
  for (const statuses of neighbours) t.strictSame(Object.keys(statuses), ['200'])
  t.ok(sameWorkers, served.output())
  for (const pid of served.workers()) t.ok(peakBytes(pid) < 0.9 * GIB, `${peakBytes(pid)} bytes`)
})
