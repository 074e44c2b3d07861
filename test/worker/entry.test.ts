/** The worker process itself, as the server sees it. */

import t, { type Test } from 'tap'
import { readModelFolder } from '../../src/model/folder.ts'
import { parseServingConfig } from '../../src/model/serving-config.ts'
import type { Request } from '../../src/protocol/request.ts'
import { entryOf, WorkerHandle } from '../../src/server/pool/worker-process.ts'
import { fixture } from '../contract/serve.ts'
import { largePng } from './image/hostile.ts'

/** A worker that has loaded the model of 8 x 8 images. */
const start = async (t: Test, prepareTimeoutMs: number): Promise<WorkerHandle> => {
  let exited = () => {}
  const gone = new Promise<void>((resolve) => {
    exited = resolve
  })
  const worker = await new Promise<WorkerHandle>((resolve, reject) => {
    const starting = new WorkerHandle(
      {
        onReady: resolve,
        onFailed: (message) => reject(new Error(message)),
        onExit: (_, description) => {
          reject(new Error(description))
          exited()
        },
      },
      entryOf('entry'),
    )
    const config = parseServingConfig(JSON.stringify({ preprocess: { resize: { width: 8, height: 8 } } }))
    starting.load({
      model: { ...readModelFolder(fixture('images')), config },
      device: 'cpu',
      rows: 'dynamic',
      threads: 1,
      threadsAlone: 1,
      startTimeoutMs: 300_000,
      defaultAccept: 'application/json',
      maxBodyBytes: 25 * 2 ** 20,
      prepareTimeoutMs,
    })
  })
  t.teardown(async () => {
    worker.kill('the test is over')
    await gone
  })
  return worker
}

/** A form of so many images of 25 megapixels. */
const heavy = (files: number): Request => {
  const image = largePng()
  const head =
    '--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\nContent-Type: image/png\r\n\r\n'
  const parts = Array.from({ length: files }, () => [Buffer.from(head), image, Buffer.from('\r\n')])
  return {
    body: Buffer.concat([...parts.flat(), Buffer.from('--b--')]),
    contentType: 'multipart/form-data; boundary=b',
    accept: undefined,
  }
}

const light: Request = {
  body: Buffer.from(JSON.stringify([Array(3).fill(Array(8).fill(Array(8).fill(1)))])),
  contentType: 'application/json',
  accept: undefined,
}

t.test('A batch that is slow to read holds up none that comes later', async (t) => {
  const worker = await start(t, 60_000)
  const order: string[] = []
  let signs = 0
  const run = async (name: string, items: Request[]) => {
    const { outcomes } = await worker.run(items, false, () => {
      signs += 1
    })
    order.push(name)
    return outcomes
  }
  const slow = run('slow', [heavy(12), light])
  t.match(await run('light', [light]), [{ ok: true }])
  t.match(await run('light', [light]), [{ ok: true }])
  t.match(await slow, [{ ok: true }, { ok: true }])
  t.strictSame(order, ['light', 'light', 'slow'])
  t.ok(signs > 0, 'it said meanwhile that it was well')
})

t.test('What is not read in time costs only itself, and a stop waits for the answer', async (t) => {
  const worker = await start(t, 200)
  const slow = worker.run([heavy(100), light], false)
  const stopped = worker.stop(60_000)
  t.match((await slow).outcomes, [{ ok: false, code: 'ERR_DEADLINE_EXCEEDED' }, { ok: true }])
  await stopped
})
