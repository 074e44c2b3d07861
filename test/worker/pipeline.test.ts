import { gzipSync } from 'node:zlib'
import t from 'tap'
import { readModelFolder } from '../../src/model/folder.ts'
import { parseServingConfig } from '../../src/model/serving-config.ts'
import type { RowMode } from '../../src/model/signature.ts'
import type { Reply, Request } from '../../src/protocol/request.ts'
import { type LoadedModel, loadModel } from '../../src/worker/load.ts'
import { prepareItems, runItems } from '../../src/worker/pipeline.ts'
import { fixture } from '../contract/serve.ts'
import { largePng } from './image/hostile.ts'

const load = (name: string, rows: RowMode = 'dynamic') =>
  loadModel({
    model: readModelFolder(fixture(name)),
    device: 'cpu',
    rows,
    threads: 1,
    threadsAlone: 1,
    startTimeoutMs: 300_000,
    maxBatchSize: 8,
    defaultAccept: 'application/json',
    maxBodyBytes: 2 ** 20,
    prepareTimeoutMs: 10_000,
  })

const json = (value: unknown, accept?: string): Request => ({
  body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  contentType: 'application/json',
  accept,
})

/** The model of 8 x 8 images, with this section in its serving.yaml. */
const loadImages = async (preprocess: object): Promise<LoadedModel> => {
  const loaded = await load('images')
  const config = parseServingConfig(JSON.stringify({ preprocess }))
  return { ...loaded, model: { ...loaded.model, config } }
}

const formOf = (...files: Uint8Array[]): Request => ({
  body: Buffer.concat([
    ...files.flatMap((file) => [
      Buffer.from('--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n'),
      Buffer.from('Content-Type: application/octet-stream\r\n\r\n'),
      file,
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--b--'),
  ]),
  contentType: 'multipart/form-data; boundary=b',
  accept: undefined,
})

const OPTIONS = { defaultAccept: 'application/json', maxBodyBytes: 2 ** 20, prepareTimeoutMs: 60_000 }

const processItems = async (items: Request[], alone: boolean, loaded: LoadedModel, options = OPTIONS) =>
  runItems(await prepareItems(items, loaded, options), alone, loaded)

const summary = (outcome: Reply): unknown => (outcome.ok ? JSON.parse(String(outcome.body)) : outcome.code)

t.test('every request of a hand-over has its own outcome, the good ones as if alone', async (t) => {
  const loaded = await load('fails-on-negative')
  const good = json([[2]])
  const alone = await processItems([good], true, loaded)
  const { outcomes, timings } = await processItems(
    [good, json('[[2'), json([[1, 2, 3]]), json([[-1e6]]), json([[2]], 'application/pdf'), good],
    false,
    loaded,
  )
  t.equal(alone.outcomes[0]?.ok, true)
  const answer = summary(alone.outcomes[0] as Reply)
  t.strictSame(outcomes.map(summary), [
    answer,
    'ERR_INVALID_BODY',
    'ERR_INVALID_INPUT',
    'ERR_REJECTED_BY_MODEL',
    'ERR_NOT_ACCEPTABLE',
    answer,
  ])
  t.ok(timings.runs.length >= 1 && timings.decodeSeconds >= 0)
})

t.test('good requests share one run', async (t) => {
  const loaded = await load('add-one')
  const items = [1, 2, 3].map((value) => json([[value, value, value]]))
  const { outcomes, timings } = await processItems(items, false, loaded)
  t.strictSame(
    timings.runs.map(({ rows }) => rows),
    [3],
  )
  t.strictSame(
    outcomes.map(summary),
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
  const work = { body, contentType: 'application/x-npy', accept: undefined }
  const answer = async (name: keyof typeof rows) => {
    const loaded = await load(name, rows[name])
    const { outcomes } = await processItems([work], false, loaded)
    return outcomes.map(summary)
  }
  t.strictSame(await answer('add-one'), [{ predictions: [] }])
  t.strictSame(await answer('fixed-one'), ['ERR_INVALID_INPUT'])
})

t.test('compressed bodies are read like others, and bounded like others', async (t) => {
  const loaded = await load('add-one')
  const gzip = (body: string | Uint8Array): Request => ({
    body: gzipSync(body),
    contentType: 'application/json',
    contentEncoding: 'gzip',
    accept: undefined,
  })
  const { outcomes } = await processItems(
    [
      gzip('[[1,2,3]]'),
      gzip(Buffer.alloc(2 ** 20 + 1, ' ')),
      { ...gzip('[]'), contentEncoding: 'br' },
      json([[1, 2, 3]]),
    ],
    false,
    loaded,
  )
  const answer = { predictions: [[2, 3, 4]] }
  t.strictSame(outcomes.map(summary), [answer, 'ERR_BODY_TOO_LARGE', 'ERR_UNSUPPORTED_MEDIA_TYPE', answer])
})

t.test('a form of more images than may be decoded at once is decoded in turn', async (t) => {
  const loaded = await loadImages({ resize: { width: 8, height: 8 } })
  const { outcomes } = await processItems([formOf(...Array(5).fill(largePng()))], false, loaded)
  t.strictSame(outcomes.map(summary), [{ predictions: Array(5).fill([0, 0, 0]) }])
})

t.test(
  'a form whose images would hold too much as tensors is refused, and holds nothing after it',
  async (t) => {
    const unsized = await loadImages({})
    const [large, form] = [largePng(), formOf(largePng(), largePng())]
    for (const _ of [1, 2]) {
      const { items } = await prepareItems([form], unsized, OPTIONS)
      t.match(items, [{ code: 'ERR_INVALID_INPUT', message: /take more than 268435456 bytes as tensors/ }])
    }
    // Alone it may be as large as limits.maxImagePixels allows; here the model refuses its size.
    const single = { body: large, contentType: 'image/png', accept: undefined }
    for (const _ of [1, 2]) {
      const { items } = await prepareItems([single, json([])], unsized, OPTIONS)
      t.match(items[0], { code: 'ERR_INVALID_INPUT', message: /8/ })
    }
  },
)

t.test('a request that is not read in time is answered, and so are those beside it', async (t) => {
  const loaded = await loadImages({ resize: { width: 8, height: 8 } })
  const heavy = formOf(...Array(12).fill(largePng()))
  const light = json([Array(3).fill(Array(8).fill(Array(8).fill(1)))])
  const { outcomes } = await processItems([heavy, light], false, loaded, { ...OPTIONS, prepareTimeoutMs: 1 })
  t.match(outcomes[0], { ok: false, code: 'ERR_DEADLINE_EXCEEDED', message: /not decoded within 1 ms/ })
  t.strictSame(summary(outcomes[1] as Reply), { predictions: [[1, 1, 1]] })
  // What was given up leaves nothing behind that others would wait for.
  const small = await processItems([formOf(largePng())], false, loaded)
  t.strictSame(small.outcomes.map(summary), [{ predictions: [[0, 0, 0]] }])
})

t.test(
  'a reply larger than limits.maxResponseBytes is an error of its own, in every media type',
  async (t) => {
    const loaded = await load('add-one')
    const { config } = loaded.model
    const limits = { ...config.limits, maxResponseBytes: 200 }
    const small: LoadedModel = { ...loaded, model: { ...loaded.model, config: { ...config, limits } } }
    const rows = Array.from({ length: 100 }, () => [1, 2, 3])
    for (const accept of ['application/json', 'application/jsonlines', 'text/csv', 'application/x-npy']) {
      const codes = async (value: unknown) =>
        (await processItems([json(value, accept)], false, small)).outcomes.map((outcome) =>
          outcome.ok ? 'written' : outcome.code,
        )
      t.strictSame(await codes(rows), ['ERR_RESPONSE_TOO_LARGE'], accept)
      t.strictSame(await codes([[1, 2, 3]]), ['written'], accept)
    }
  },
)

t.test('an NPY array of no bytes and huge dimensions is refused before a run', async (t) => {
  const npy = (shape: string): Request => {
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }\n`
    const length = Buffer.from([header.length, 0])
    const body = Buffer.concat([
      Buffer.from([0x93]),
      Buffer.from('NUMPY\x01\x00'),
      length,
      Buffer.from(header),
    ])
    return { body, contentType: 'application/x-npy', accept: undefined }
  }
  const open = { name: 'x', type: 'float32', dims: ['batch', 'n'] } as const
  for (const rows of ['dynamic', 'none', 'single'] as const) {
    const loaded = await load('add-one', rows)
    const dims = rows === 'single' ? [1, 'n'] : open.dims
    const signature = { ...loaded.model.signature, inputs: [{ ...open, dims }] }
    const model: LoadedModel = {
      ...loaded,
      model: { ...loaded.model, signature },
      sessionFor: () => t.fail('a run') as never,
    }
    for (const shape of ['1000000000000000, 0', '0, 1000000000000000', '9007199254740991, 0', '1000001, 0']) {
      const { items } = await prepareItems([npy(shape)], model, OPTIONS)
      if (rows === 'none' && shape === '1000001, 0') continue
      t.match(items, [{ ok: false, code: 'ERR_INVALID_INPUT' }], `${rows} (${shape})`)
    }
    if (rows === 'none') continue
    const { items } = await prepareItems([npy('1000000, 0')], model, OPTIONS)
    t.match(items, [
      { code: 'ERR_INVALID_INPUT', message: 'the request has 1000000 rows without a single value' },
    ])
  }
})

t.test('the rows of all files of a form count together', async (t) => {
  const loaded = await load('add-one')
  const { config } = loaded.model
  const model = { ...loaded.model, config: { ...config, limits: { ...config.limits, maxRows: 3 } } }
  const form = (...parts: string[]): Request => ({
    body: Buffer.from(
      `${parts
        .map((part) => `--b\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n${part}\r\n`)
        .join('')}--b--\r\n`,
    ),
    contentType: 'multipart/form-data; boundary=b',
    accept: undefined,
  })
  const works = [form('1,2,3', '1,2,3\n4,5,6'), form('1,2,3\n4,5,6', '1,2,3\n4,5,6')]
  const { outcomes } = await processItems(works, false, { ...loaded, model })
  t.match(outcomes, [{ ok: true }, { code: 'ERR_INVALID_INPUT', message: /more than 3 rows/ }])
})
