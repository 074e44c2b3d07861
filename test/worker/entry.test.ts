/** The worker process itself, as the server sees it. */

import t, { type Test } from 'tap'
import { readModelFolder } from '../../src/model/folder.ts'
import { parseServingConfig, type ServingConfig } from '../../src/model/serving-config.ts'
import type { RowMode } from '../../src/protocol/model-info.ts'
import type { Reply, Request } from '../../src/protocol/request.ts'
import { WorkerProcess } from '../../src/server/pool/worker-process.ts'
import { bundled, fixture } from '../fixtures/index.ts'
import { largePng } from './image/hostile.ts'

type Options = { config?: ServingConfig; rows?: RowMode; prepareTimeoutMs?: number; maxBatchSize?: number }

/** A worker that has loaded the model. */
const start = async (t: Test, name: string, { config, ...options }: Options = {}): Promise<WorkerProcess> => {
  let exited = () => {}
  const gone = new Promise<void>((resolve) => {
    exited = resolve
  })
  const worker = await new Promise<WorkerProcess>((resolve, reject) => {
    const starting = new WorkerProcess(
      {
        onReady: resolve,
        onFailed: (message) => reject(new Error(message)),
        onExit: (_, description) => {
          reject(new Error(description))
          exited()
        },
      },
      bundled('worker/entry'),
    )
    const folder = readModelFolder(fixture(name))
    starting.load(name, {
      folder: { ...folder, config: config ?? folder.config },
      device: 'cpu',
      rows: 'dynamic',
      threads: 1,
      threadsAlone: 1,
      startTimeoutMs: 300_000,
      defaultAccept: 'application/json',
      maxBodyBytes: 25 * 2 ** 20,
      prepareTimeoutMs: 60_000,
      ...options,
    })
  })
  t.teardown(async () => {
    worker.kill('the test is over')
    await gone
  })
  return worker
}

/** Images of any size, made 8 x 8. */
const RESIZED = parseServingConfig(JSON.stringify({ preprocess: { resize: { width: 8, height: 8 } } }))

const run = (worker: WorkerProcess, items: Request[], preparing: () => void = () => {}) => {
  const replies: Reply[] = []
  const running = worker.run(items, false, {
    reply: (item, reply) => {
      replies[item] = reply
    },
    preparing,
  })
  return { ...running, replies }
}

const json = (model: string, value: unknown): Request => ({
  model,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(value)),
})

/** A form of so many images of 25 megapixels. */
const heavy = (files: number): Request => {
  const image = largePng()
  const head =
    '--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\nContent-Type: image/png\r\n\r\n'
  const parts = Array.from({ length: files }, () => [Buffer.from(head), image, Buffer.from('\r\n')])
  return {
    model: 'images',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: Buffer.concat([...parts.flat(), Buffer.from('--b--')]),
  }
}

const light = json('images', [Array(3).fill(Array(8).fill(Array(8).fill(1)))])

t.test('Images that are resized', async (t) => {
  const worker = await start(t, 'images', { config: RESIZED })

  await t.test('A batch that is slow to read holds up none that comes later', async (t) => {
    const order: string[] = []
    let signs = 0
    const follow = async (name: string, items: Request[]) => {
      const { done, replies } = run(worker, items, () => {
        signs += 1
      })
      await done
      order.push(name)
      return replies
    }
    const slow = follow('slow', [heavy(5), light])
    t.match(await follow('light', [light]), [{ ok: true }])
    t.match(await follow('light', [light]), [{ ok: true }])
    t.match(await slow, [{ ok: true }, { ok: true }])
    t.strictSame(order, ['light', 'light', 'slow'])
    t.ok(signs > 0, 'it said meanwhile that it was well')
  })

  await t.test(
    'A request that is cancelled while it is read is given up, and the others are answered',
    async (t) => {
      const { done, cancel, replies } = run(worker, [heavy(100), light])
      cancel(0)
      const { seconds } = await done
      t.strictSame([replies[0], replies[1]?.ok], [undefined, true])
      t.ok(seconds < 10, `a hundred images were not read: ${seconds} s`)
    },
  )
})

t.test('What is not read in time costs only itself, and a stop waits for the replies', async (t) => {
  const worker = await start(t, 'images', { config: RESIZED, prepareTimeoutMs: 200 })
  const { done, replies } = run(worker, [heavy(100), light])
  const stopped = worker.stop(60_000)
  await done
  t.match(replies, [{ ok: false, code: 'ERR_DEADLINE_EXCEEDED' }, { ok: true }])
  await stopped
})

const row = json('slow', [[1]])

t.test('Runs that take a while', async (t) => {
  const worker = await start(t, 'slow', { maxBatchSize: 1 })

  await t.test('A request that is cancelled while it waits for its run is not run', async (t) => {
    let second: ReturnType<typeof run> | undefined
    const first = worker.run([row, row, row], false, {
      reply: (item) => {
        // The worker reads the second batch between two runs of the first, and hears of the cancel after the last.
        if (item === 0) second = run(worker, [row, row, row])
        if (item === 1) second?.cancel(0)
      },
      preparing: () => {},
    })
    await first.done
    const { done, cancel, replies } = second as ReturnType<typeof run>
    // The second request of the second batch runs now.
    cancel(2)
    const { runs } = await done
    t.equal(runs.length, 1)
    t.strictSame(Object.keys(replies), ['1'])
  })

  await t.test('Each run of a batch is answered as soon as it is made', async (t) => {
    const times: number[] = []
    const { done } = worker.run([row, row, json('slow', 'rubbish')], false, {
      reply: (item) => {
        times[item] = performance.now()
      },
      preparing: () => {},
    })
    await done
    const [one = 0, two = 0, unreadable = 0] = times
    t.ok(unreadable < one && one + 50 < two, `${times}`)
  })
})

const HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (ROWS, 3), }"

/** So many rows of their own number, in pieces of so many bytes. */
const npy = (rows: number, piece: number): Request => {
  const header = `${HEADER.replace('ROWS', String(rows)).padEnd(117)}\n`
  const head = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(header.length)}\x00${header}`, 'latin1')
  const values = Float32Array.from({ length: 3 * rows }, (_, index) => Math.floor(index / 3))
  const whole = Buffer.concat([head, Buffer.from(values.buffer)])
  const pieces: Uint8Array[] = []
  for (let start = 0; start < whole.length; start += piece) pieces.push(whole.subarray(start, start + piece))
  return {
    model: 'add-one',
    headers: { 'content-type': 'application/x-npy', accept: 'application/x-npy' },
    body: { pieces, byteLength: whole.length },
  }
}

/** Is the reply those rows, one higher? */
const isOneMore = (reply: Reply | undefined, rows: number): boolean => {
  if (reply?.ok !== true || typeof reply.body === 'string') return false
  const bytes = Buffer.concat([reply.body].flat())
  const values = new Float32Array(new Uint8Array(bytes.subarray(bytes.length - 12 * rows)).buffer)
  return bytes.length > 12 * rows && values.every((value, index) => value === Math.floor(index / 3) + 1)
}

t.test('Bodies of any size', async (t) => {
  const worker = await start(t, 'add-one', { maxBatchSize: 1_000_000 })

  await t.test(
    'arrive whole and in their order, whatever their pieces, in batches that overlap',
    async (t) => {
      const batches = [
        [1, 2000, 50_000, 1, 250_000],
        [1400, 1, 60_000],
        [2, 3],
      ]
      const runs = batches.map((sizes, index) =>
        run(
          worker,
          sizes.map((rows) => npy(rows, 9000 + 40_000 * index)),
        ),
      )
      for (const [index, { done, replies }] of runs.entries()) {
        await done
        t.strictSame(
          batches[index]?.map((rows, item) => isOneMore(replies[item], rows)),
          batches[index]?.map(() => true),
        )
      }
    },
  )

  await t.test('arrive whole one after the other, each after a time without any', async (t) => {
    for (const rows of [2000, 60_000, 1400]) {
      const { done, replies } = run(worker, [npy(rows, 65_536)])
      await done
      t.ok(isOneMore(replies[0], rows), `${rows}`)
    }
  })

  await t.test('that are cancelled while they come disturb none that follow', async (t) => {
    const { done, cancel, replies } = run(worker, [npy(250_000, 65_536), npy(2000, 65_536)])
    cancel(0)
    const after = run(worker, [npy(3000, 65_536)])
    await done
    t.strictSame([0 in replies, isOneMore(replies[1], 2000)], [false, true])
    await after.done
    t.ok(isOneMore(after.replies[0], 3000))
  })
})
