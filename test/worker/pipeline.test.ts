import t from 'tap'
import { readModelFolder } from '../../src/model/folder.ts'
import type { RowMode } from '../../src/model/signature.ts'
import { type LoadedModel, loadModel } from '../../src/worker/load.ts'
import { prepareItems, runItems } from '../../src/worker/pipeline.ts'
import type { Outcome, Work } from '../../src/workers/protocol.ts'
import { fixture } from '../contract/serve.ts'

const load = (name: string, rows: RowMode = 'dynamic') =>
  loadModel({
    model: readModelFolder(fixture(name)),
    device: 'cpu',
    rows,
    threads: 1,
    threadsAlone: 1,
    maxBatchSize: 8,
    defaultAccept: 'application/json',
  })

const json = (value: unknown, accept?: string): Work => ({
  body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  contentType: 'application/json',
  accept,
})

const processItems = async (items: Work[], alone: boolean, loaded: LoadedModel, defaultAccept: string) =>
  runItems(await prepareItems(items, loaded, defaultAccept), alone, loaded)

const summary = (outcome: Outcome): unknown => (outcome.ok ? JSON.parse(String(outcome.body)) : outcome.code)

t.test('every request of a hand-over has its own outcome, the good ones as if alone', async (t) => {
  const loaded = await load('fails-on-negative')
  const good = json([[2]])
  const alone = await processItems([good], true, loaded, 'application/json')
  const { outcomes, timings } = await processItems(
    [good, json('[[2'), json([[1, 2, 3]]), json([[-1e6]]), json([[2]], 'application/pdf'), good],
    false,
    loaded,
    'application/json',
  )
  t.equal(alone.outcomes[0]?.ok, true)
  const answer = summary(alone.outcomes[0] as Outcome)
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
  const { outcomes, timings } = await processItems(items, false, loaded, 'application/json')
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
    const { outcomes } = await processItems([work], false, loaded, 'application/json')
    return outcomes.map(summary)
  }
  t.strictSame(await answer('add-one'), [{ predictions: [] }])
  t.strictSame(await answer('fixed-one'), ['ERR_INVALID_INPUT'])
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
        (await processItems([json(value, accept)], false, small, 'application/json')).outcomes.map(
          (outcome) => (outcome.ok ? 'written' : outcome.code),
        )
      t.strictSame(await codes(rows), ['ERR_RESPONSE_TOO_LARGE'], accept)
      t.strictSame(await codes([[1, 2, 3]]), ['written'], accept)
    }
  },
)

t.test('an NPY array of no bytes and huge dimensions is refused before a run', async (t) => {
  const npy = (shape: string): Work => {
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
      const { items } = await prepareItems([npy(shape)], model, 'application/json')
      if (rows === 'none' && shape === '1000001, 0') continue
      t.match(items, [{ ok: false, code: 'ERR_INVALID_INPUT' }], `${rows} (${shape})`)
    }
    if (rows === 'none') continue
    const { items } = await prepareItems([npy('1000000, 0')], model, 'application/json')
    t.match(items, [
      { code: 'ERR_INVALID_INPUT', message: 'the request has 1000000 rows without a single value' },
    ])
  }
})

t.test('the rows of all files of a form count together', async (t) => {
  const loaded = await load('add-one')
  const { config } = loaded.model
  const model = { ...loaded.model, config: { ...config, limits: { ...config.limits, maxRows: 3 } } }
  const form = (...parts: string[]): Work => ({
    body: Buffer.from(
      `${parts
        .map((part) => `--b\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n${part}\r\n`)
        .join('')}--b--\r\n`,
    ),
    contentType: 'multipart/form-data; boundary=b',
    accept: undefined,
  })
  const works = [form('1,2,3', '1,2,3\n4,5,6'), form('1,2,3\n4,5,6', '1,2,3\n4,5,6')]
  const { outcomes } = await processItems(works, false, { ...loaded, model }, 'application/json')
  t.match(outcomes, [{ ok: true }, { code: 'ERR_INVALID_INPUT', message: /more than 3 rows/ }])
})
