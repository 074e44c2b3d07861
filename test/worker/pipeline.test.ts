import { gzipSync } from 'node:zlib'
import t from 'tap'
import { ServingError } from '../../src/errors.ts'
import { readModelFolder } from '../../src/model/folder.ts'
import { parseServingConfig } from '../../src/model/serving-config.ts'
import type { RowMode } from '../../src/model/signature.ts'
import type { BatchItem } from '../../src/protocol/messages.ts'
import type { Reply } from '../../src/protocol/request.ts'
import type { Session } from '../../src/worker/engine/session.ts'
import { LazyAbortController } from '../../src/worker/lazy-abort.ts'
import { type LoadedModel, loadModel } from '../../src/worker/load.ts'
import { CANCELLED, type Item, readBatch, runBatch } from '../../src/worker/pipeline.ts'
import type { Task } from '../../src/worker/task/task.ts'
import { createTensorsTask } from '../../src/worker/task/tensors.ts'
import { fixture } from '../fixtures/index.ts'
import { largePng } from './image/hostile.ts'

type Config = ReturnType<typeof parseServingConfig>

const load = (
  name: string,
  { rows = 'dynamic', config }: { rows?: RowMode; config?: (config: Config) => Config } = {},
): Promise<LoadedModel> => {
  const folder = readModelFolder(fixture(name))
  return loadModel({
    folder: { ...folder, config: config?.(folder.config) ?? folder.config },
    device: 'cpu',
    rows,
    threads: 1,
    threadsAlone: 1,
    startTimeoutMs: 300_000,
    maxBatchSize: 8,
    defaultAccept: 'application/json',
    maxBodyBytes: 2 ** 20,
    prepareTimeoutMs: 60_000,
  })
}

const json = (value: unknown, accept?: string): BatchItem => ({
  headers: { 'content-type': 'application/json', ...(accept !== undefined && { accept }) },
  body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
})

/** The model of 8 x 8 images, with this section in its serving.yaml. */
const loadImages = (preprocess: object): Promise<LoadedModel> =>
  load('images', { config: () => parseServingConfig(JSON.stringify({ preprocess })) })

const formOf = (...files: Uint8Array[]): BatchItem => ({
  body: Buffer.concat([
    ...files.flatMap((file) => [
      Buffer.from('--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n'),
      Buffer.from('Content-Type: application/octet-stream\r\n\r\n'),
      file,
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--b--'),
  ]),
  headers: { 'content-type': 'multipart/form-data; boundary=b' },
})

const OPTIONS = { defaultAccept: 'application/json', maxBodyBytes: 2 ** 20 }

const itemsOf = (requests: readonly BatchItem[]): Item[] =>
  requests.map((request) => ({ request, abort: new LazyAbortController() }))

const ignore = async () => {}

/** All at once: the replies in the order of their requests, and those that were sent before the end as they were sent. */
const answer = async (requests: BatchItem[], loaded: LoadedModel) => {
  const early: number[][] = []
  const replies: Reply[] = []
  const note = (those: readonly [number, Reply][]) => {
    for (const [item, reply] of those) {
      if (item in replies) throw new Error(`two replies to ${item}`)
      replies[item] = reply
    }
  }
  const send = async (those: readonly [number, Reply][]) => {
    early.push(those.map(([item]) => item))
    note(those)
  }
  const read = await readBatch(itemsOf(requests), loaded, send)
  const { replies: last, timings } = await runBatch(read, false, loaded, send)
  note(last)
  return { replies, timings, early }
}

const summary = (reply: Reply): unknown => (reply.ok ? JSON.parse(String(reply.body)) : reply.code)

t.test('every request of a batch has its own reply, the good ones as if alone', async (t) => {
  const loaded = await load('fails-on-negative')
  const good = json([[2]])
  const alone = await answer([good], loaded)
  const { replies, timings, early } = await answer(
    [good, json('[[2'), json([[1, 2, 3]]), json([[-1e6]]), json([[2]], 'application/pdf'), good],
    loaded,
  )
  t.equal(alone.replies[0]?.ok, true)
  t.strictSame(alone.early, [], 'a batch of one run is one message')
  const result = summary(alone.replies[0] as Reply)
  t.strictSame(replies.map(summary), [
    result,
    'ERR_INVALID_BODY',
    'ERR_INVALID_INPUT',
    'ERR_REJECTED_BY_MODEL',
    'ERR_NOT_ACCEPTABLE',
    result,
  ])
  t.strictSame(early, [[1, 2, 4]], 'what could not be read is answered before the run')
  t.ok(timings.runs.length >= 1 && timings.decodeSeconds >= 0)
})

t.test('good requests share one run', async (t) => {
  const loaded = await load('add-one')
  const items = [1, 2, 3].map((value) => json([[value, value, value]]))
  const { replies, timings } = await answer(items, loaded)
  t.strictSame(
    timings.runs.map(({ rows }) => rows),
    [3],
  )
  t.strictSame(
    replies.map(summary),
    [2, 3, 4].map((value) => ({ predictions: [[value, value, value]] })),
  )
})

t.test('an array without rows is answered without rows, where the model takes any number', async (t) => {
  const rows = { 'add-one': 'dynamic', 'fixed-one': 'single' } as const
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }\n"
  const body = Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY\x01\x00'),
    Buffer.from([header.length, 0]),
    Buffer.from(header),
  ])
  const request = { headers: { 'content-type': 'application/x-npy' }, body }
  const resultOf = async (name: keyof typeof rows) => {
    const { replies } = await answer([request], await load(name, { rows: rows[name] }))
    return replies.map(summary)
  }
  t.strictSame(await resultOf('add-one'), [{ predictions: [] }])
  t.strictSame(await resultOf('fixed-one'), ['ERR_INVALID_INPUT'])
})

t.test('compressed bodies are read like others, and bounded like others', async (t) => {
  const loaded = await load('add-one')
  const gzip = (body: string | Uint8Array, encoding = 'gzip'): BatchItem => ({
    headers: { 'content-type': 'application/json', 'content-encoding': encoding },
    body: gzipSync(body),
  })
  const { replies } = await answer(
    [gzip('[[1,2,3]]'), gzip(Buffer.alloc(2 ** 20 + 1, ' ')), gzip('[]', 'br'), json([[1, 2, 3]])],
    loaded,
  )
  const result = { predictions: [[2, 3, 4]] }
  t.strictSame(replies.map(summary), [result, 'ERR_BODY_TOO_LARGE', 'ERR_UNSUPPORTED_MEDIA_TYPE', result])
})

t.test('a form of more images than may be decoded at once is decoded in turn', async (t) => {
  const loaded = await loadImages({ resize: { width: 8, height: 8 } })
  const { replies } = await answer([formOf(...Array(3).fill(largePng()))], loaded)
  t.strictSame(replies.map(summary), [{ predictions: Array(3).fill([0, 0, 0]) }])
})

t.test(
  'a form whose images would hold too much as tensors is refused, and holds nothing after it',
  async (t) => {
    const unsized = await loadImages({})
    const [large, form] = [largePng(), formOf(largePng(), largePng())]
    const read = async (...requests: BatchItem[]) =>
      (await readBatch(itemsOf(requests), unsized, ignore)).replies
    for (const _ of [1, 2])
      t.match(await read(form), [
        [0, { code: 'ERR_INVALID_INPUT', message: /take more than 268435456 bytes/ }],
      ])
    // Alone it may be as large as limits.maxImagePixels allows; here the model refuses its size.
    const single = { headers: { 'content-type': 'image/png' }, body: large }
    for (const _ of [1, 2]) t.match(await read(single), [[0, { code: 'ERR_INVALID_INPUT', message: /8/ }]])
  },
)

t.test('a request that is not read in time is answered, and so are those beside it', async (t) => {
  const loaded = await loadImages({ resize: { width: 8, height: 8 } })
  const heavy = formOf(...Array(12).fill(largePng()))
  const light = json([Array(3).fill(Array(8).fill(Array(8).fill(1)))])
  const { replies } = await answer([heavy, light], { ...loaded, prepareTimeoutMs: 1 })
  t.match(replies[0], { ok: false, code: 'ERR_DEADLINE_EXCEEDED', message: /not decoded within 1 ms/ })
  t.strictSame(summary(replies[1] as Reply), { predictions: [[1, 1, 1]] })
  // What was given up leaves nothing behind that others would wait for.
  const small = await answer([formOf(largePng())], loaded)
  t.strictSame(small.replies.map(summary), [{ predictions: [[0, 0, 0]] }])
})

t.test(
  'a reply larger than limits.maxResponseBytes is an error of its own, in every media type',
  async (t) => {
    const small = await load('add-one', {
      config: (config) => ({ ...config, limits: { ...config.limits, maxResponseBytes: 200 } }),
    })
    const rows = Array.from({ length: 100 }, () => [1, 2, 3])
    for (const accept of ['application/json', 'application/jsonlines', 'text/csv', 'application/x-npy']) {
      const codes = async (value: unknown) =>
        (await answer([json(value, accept)], small)).replies.map((reply) =>
          reply.ok ? 'written' : reply.code,
        )
      t.strictSame(await codes(rows), ['ERR_RESPONSE_TOO_LARGE'], accept)
      t.strictSame(await codes([[1, 2, 3]]), ['written'], accept)
    }
  },
)

t.test('an NPY array of no bytes and huge dimensions is refused before a run', async (t) => {
  const npy = (shape: string): BatchItem => {
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }\n`
    const length = Buffer.from([header.length, 0])
    const body = Buffer.concat([
      Buffer.from([0x93]),
      Buffer.from('NUMPY\x01\x00'),
      length,
      Buffer.from(header),
    ])
    return { headers: { 'content-type': 'application/x-npy' }, body }
  }
  const open = { name: 'x', type: 'float32', dims: ['batch', 'n'] } as const
  for (const rows of ['dynamic', 'none', 'single'] as const) {
    const folder = readModelFolder(fixture('add-one'))
    const dims = rows === 'single' ? [1, 'n'] : open.dims
    const signature = { inputs: [{ ...open, dims }], outputs: [open], rows }
    const task = createTensorsTask({ ...folder, signature }, OPTIONS)
    const read = async (shape: string) =>
      (await readBatch(itemsOf([npy(shape)]), { task, prepareTimeoutMs: 60_000 }, ignore)).replies
    for (const shape of ['1000000000000000, 0', '0, 1000000000000000', '9007199254740991, 0', '1000001, 0']) {
      if (rows === 'none' && shape === '1000001, 0') continue
      t.match(await read(shape), [[0, { ok: false, code: 'ERR_INVALID_INPUT' }]], `${rows} (${shape})`)
    }
    if (rows === 'none') continue
    t.match(await read('1000000, 0'), [
      [0, { code: 'ERR_INVALID_INPUT', message: 'the request has 1000000 rows without a single value' }],
    ])
  }
})

t.test('the rows of all files of a form count together', async (t) => {
  const loaded = await load('add-one', {
    config: (config) => ({ ...config, limits: { ...config.limits, maxRows: 3 } }),
  })
  const form = (...parts: string[]): BatchItem => ({
    body: Buffer.from(
      `${parts
        .map((part) => `--b\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n${part}\r\n`)
        .join('')}--b--\r\n`,
    ),
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  })
  const requests = [form('1,2,3', '1,2,3\n4,5,6'), form('1,2,3\n4,5,6', '1,2,3\n4,5,6')]
  const { replies } = await answer(requests, loaded)
  t.match(replies, [{ ok: true }, { code: 'ERR_INVALID_INPUT', message: /more than 3 rows/ }])
})

t.test('of a batch that takes several runs, each run is answered before the next', async (t) => {
  const loaded = { ...(await load('add-one')), maxBatchSize: 2 }
  const one = json([[1, 2, 3]])
  const { replies, early } = await answer([one, one, one, json('rubbish'), one, one], loaded)
  t.strictSame(early, [[3], [0, 1], [2, 4]])
  t.equal(replies.filter(({ ok }) => ok).length, 5)
})

t.test('an image that cannot be read is answered while others are still being read', async (t) => {
  const loaded = await loadImages({ resize: { width: 8, height: 8 } })
  const image = (body: Uint8Array) => ({ headers: { 'content-type': 'image/png' }, body })
  const both = await answer([image(largePng()), image(Buffer.from('rubbish'))], loaded)
  t.strictSame(both.early, [[1]])
  t.strictSame(both.replies.map(summary), [{ predictions: [[0, 0, 0]] }, 'ERR_INVALID_IMAGE'])
  const alone = await answer([image(Buffer.from('rubbish'))], loaded)
  t.strictSame(alone.early, [], 'what is alone goes with the end')
})

t.test('a request that is cancelled is given up while it is read, and not run once it is read', async (t) => {
  const loaded = await loadImages({ resize: { width: 8, height: 8 } })
  const items = itemsOf([
    formOf(...Array(12).fill(largePng())),
    json([Array(3).fill(Array(8).fill(Array(8).fill(1)))]),
  ])
  const reading = readBatch(items, loaded, ignore)
  const start = performance.now()
  items[0]?.abort.abort(CANCELLED)
  const read = await reading
  t.ok(performance.now() - start < 1000, 'it is not read to its end')
  t.strictSame([read.ready.length, read.replies.length], [1, 0])
  items[1]?.abort.abort(CANCELLED)
  const { replies, timings } = await runBatch(read, false, loaded, ignore)
  t.strictSame([replies, timings.runs], [[], []])
  // What was given up leaves nothing behind that others would wait for.
  const small = await answer([formOf(largePng())], loaded)
  t.strictSame(small.replies.map(summary), [{ predictions: [[0, 0, 0]] }])
})

t.test('a task is all that the pipeline knows of requests and replies', async (t) => {
  /** Adds one to each of the numbers of a line, and writes them with the line's own separator. */
  const task: Task<string> = {
    read: ({ headers, body }) => {
      const context = headers.accept ?? ','
      const data = Float32Array.from(Buffer.from(body).toString().split(context), Number)
      if (data.some(Number.isNaN)) throw new ServingError('ERR_INVALID_BODY', 'not numbers')
      return {
        parts: [{ inputs: new Map([['x', { type: 'float32', dims: [1, 3], data }]]), rows: 1 }],
        context,
      }
    },
    write: ([result], context) => {
      if (context === '!') throw new Error('no such separator')
      return { body: [...(result?.outputs.get('y')?.data ?? [])].join(context), contentType: 'x/line' }
    },
  }
  const loaded = { ...(await load('add-one')), task }
  const line = (text: string, accept: string): BatchItem => ({ headers: { accept }, body: Buffer.from(text) })
  const { replies, timings } = await answer(
    [line('1 2 3', ' '), line('1;2;3', ';'), line('a;b;c', ';'), line('1!2!3', '!')],
    loaded,
  )
  t.match(replies, [
    { ok: true, body: '2 3 4', contentType: 'x/line' },
    { ok: true, body: '2;3;4' },
    { code: 'ERR_INVALID_BODY', message: 'not numbers' },
    { code: 'ERR_INTERNAL', message: 'the reply could not be written', detail: /no such separator/ },
  ])
  t.equal(timings.runs.length, 1)
})

t.test(
  'what a model gives for some texts of a request is bounded until the others have run, and let go after it',
  async (t) => {
    const large = new Float32Array(2 ** 24)
    const part = {
      inputs: new Map([['x', { type: 'float32' as const, dims: [1, 1], data: Float32Array.of(0) }]]),
      rows: 1,
    }
    const task = (reduce?: Task['reduce']): Task => ({
      read: ({ body }) => ({ parts: Array<typeof part>(Number(body)).fill(part), context: undefined }),
      write: (outputs) => ({ body: String(outputs.length), contentType: 'text/plain' }),
      ...(reduce && { reduce }),
    })
    const session: Session = {
      signature: { inputs: [], outputs: [], rows: 'none' },
      run: async () => new Map([['y', { type: 'float32', dims: [1, large.length], data: large }]]),
      release: async () => {},
    }
    const ask = async (texts: number, reduce?: Task['reduce']) => {
      const loaded = {
        ...(await load('add-one')),
        rows: 'none' as const,
        task: task(reduce),
        sessionFor: () => session,
      }
      return (await answer([{ headers: {}, body: Buffer.from(String(texts)) }], loaded)).replies[0]
    }
    t.match(await ask(4), { ok: true, body: '4' }, '256 MiB')
    t.match(await ask(5), { code: 'ERR_INVALID_INPUT', message: /more than 268435456 bytes; send fewer/ })
    t.match(await ask(4), { ok: true }, 'nothing is held any more')
    t.match(
      await ask(50, () => new Map()),
      { ok: true, body: '50' },
      'what the task does not need is not kept',
    )
  },
)
