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
    startTimeoutMs: 300_000,
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
    'ERR_MODEL_FAILED',
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
