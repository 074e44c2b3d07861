import { writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { StartupError } from '../../../src/errors.ts'
import { inspect } from '../../../src/server/pool/inspect.ts'
import { loadRuntime } from '../../../src/worker/engine/execution-provider.ts'
import { createSession, sessionOptions } from '../../../src/worker/engine/session.ts'
import { bundled, stub } from '../../fixtures/index.ts'
import { constant, encodeModel, type Graph } from '../../fixtures/onnx-proto.ts'

/** As the server starts it. */
const ENTRY = bundled('worker/inspect-entry')

const run = (model: string, startTimeoutMs = 60_000) =>
  inspect({ model, device: 'auto', directory: '/somewhere', startTimeoutMs }, stub('inspects'))

/** What it rejects with; only a StartupError is shown to the user as it is. */
const rejection = async (
  model: string,
  startTimeoutMs?: number,
): Promise<{ message: string; expected: boolean }> => {
  const error = await run(model, startTimeoutMs).then(
    () => new Error('it did not reject'),
    (error: Error) => error,
  )
  return { message: error.message, expected: error instanceof StartupError }
}

t.test('the result is what the process found', async (t) => {
  t.strictSame(await run('well'), {
    type: 'inspected',
    device: 'cpu',
    rows: 'dynamic',
    file: '/somewhere/model.onnx',
    warnings: [],
    freeMemory: [],
  })
})

t.test('a model that cannot be used is a mistake of the user, a bug is none', async (t) => {
  t.strictSame(await rejection('broken'), { message: 'the model is broken', expected: true })
  t.strictSame(await rejection('bug'), { message: 'TypeError: at entry.ts:1', expected: false })
})

t.test('a process that dies without a result is named, and how it died', async (t) => {
  t.strictSame(await rejection('exit'), {
    message: 'the process that loads the model exited with code 7',
    expected: true,
  })
  t.strictSame(await rejection('kill'), {
    message: 'the process that loads the model was killed by SIGKILL; is there enough memory?',
    expected: true,
  })
})

t.test('a process that dies over tokenizer.json says so, and no other is tried', async (t) => {
  t.strictSame(await rejection('dies-over-tokenizer'), {
    message: 'tokenizer.json cannot be used: the process that opened it was killed by SIGABRT',
    expected: true,
  })
})

t.test('a process that does not answer is killed, also when it is stopped', async (t) => {
  for (const model of ['hangs', 'stops'])
    t.strictSame(await rejection(model, 1000), {
      message: 'the process that loads the model did not end within 1 s, see --start-timeout-ms',
      expected: true,
    })
})

t.test('a trial that ends or holds up the process is left out', async (t) => {
  for (const [model, how] of [
    ['dies-in-trial', /was killed by SIGKILL/],
    ['hangs-in-trial', /did not end within 5 s/],
  ] as const) {
    const { warnings, ...answer } = await run(model, 5000)
    t.match(answer, { rows: 'none' })
    t.notMatch(answer, { file: /./ })
    t.match(warnings, [/^a trial of the model with random inputs .*"rows: true"/], 'one line')
    t.match(warnings[0], how)
  }
})

t.test(
  'a copy whose trial kills the process is followed by lesser ones, and what was found of rows stays',
  async (t) => {
    const mapped = await run('dies-over-prepacked')
    t.match(mapped, { rows: 'single', file: '/somewhere/mapped' })
    t.match(mapped.warnings, ['about rows', /prepacked weights was killed by SIGKILL/])
    const none = await run('unfit')
    t.match(none, { rows: 'single' })
    t.equal(none.file, undefined)
    t.match(none.warnings, [
      'about rows',
      /^a trial of the optimised copy failed: it differs; each worker loads/,
    ])
  },
)

/** What the copy, or the model where there is none, gives for three rows that sum up to 30, 60 and 90. */
const sums = async (t: Test, graph: Graph) => {
  const directory = t.testdir({ model: {}, copy: {} })
  const model = `${directory}/model/model.onnx`
  writeFileSync(model, encodeModel(graph))
  const options = { model, device: 'cpu', directory: `${directory}/copy`, startTimeoutMs: 300_000 } as const
  const found = await inspect(options, ENTRY)
  const session = await createSession(await loadRuntime('cpu'), found.file ?? model, sessionOptions('cpu', 1))
  const data = Float32Array.from({ length: 90 }, (_, index) => 1 + Math.floor(index / 30))
  const outputs = await session.run(new Map([['x', { type: 'float32', dims: [3, 30], data }]]))
  const y = outputs.get('y')
  t.strictSame(
    [...(y?.data ?? [])].map(Number),
    [30, 60, 90].flatMap((sum) => Array(10).fill(sum)),
  )
  return found
}

const ones = constant('float32', [30, 10], Array(300).fill(1))
const CALL = { inputs: { x: 'float32[n,30]' }, outputs: { y: 'float32[n,10]' } }

t.test('weights of 1,200 bytes, which ONNX Runtime packs where kernels may crash on them', async (t) => {
  const found = await sums(t, {
    ...CALL,
    nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    initializers: { w: ones },
  })
  t.equal(found.rows, 'dynamic')
  t.ok(found.file, 'weights are shared all the same')
})

t.test('weights in the branches of an If, which ONNX Runtime writes twice', async (t) => {
  const branch = (name: string): Graph => ({
    inputs: {},
    outputs: { [name]: 'float32[n,10]' },
    nodes: [{ op: 'MatMul', inputs: ['x', `w_${name}`], outputs: [name] }],
    initializers: { [`w_${name}`]: ones },
  })
  const found = await sums(t, {
    ...CALL,
    nodes: [
      { op: 'Size', inputs: ['x'], outputs: ['size'] },
      { op: 'Greater', inputs: ['size', 'limit'], outputs: ['large'] },
      {
        op: 'If',
        inputs: ['large'],
        outputs: ['y'],
        attributes: { then_branch: branch('then'), else_branch: branch('else') },
      },
    ],
    initializers: { limit: constant('int64', [], [30]) },
  })
  t.match(found.warnings, [/^a trial of the optimised copy failed: .*; each worker loads the model itself/])
})

t.test('a model whose every run is endless is served without a trial, and says so', async (t) => {
  const directory = t.testdir({ copy: {} })
  const model = `${directory}/model.onnx`
  const endless: Graph = {
    inputs: { x: 'float32[n,1]' },
    outputs: { y: 'float32[n,1]' },
    nodes: [
      {
        op: 'Loop',
        inputs: ['trips', '', 'x'],
        outputs: ['y'],
        attributes: {
          body: {
            inputs: { iteration: 'int64[]', go_on: 'bool[]', before: 'float32[n,1]' },
            outputs: { go_on_out: 'bool[]', after: 'float32[n,1]' },
            nodes: [
              { op: 'Identity', inputs: ['go_on'], outputs: ['go_on_out'] },
              { op: 'Identity', inputs: ['before'], outputs: ['after'] },
            ],
          },
        },
      },
    ],
    initializers: { trips: constant('int64', [], [1e12]) },
  }
  writeFileSync(model, encodeModel(endless))
  /** On a busy machine loading the model may take as long as its trial may. */
  const inspectWithin = (startTimeoutMs: number): ReturnType<typeof inspect> =>
    inspect({ model, device: 'cpu', directory: `${directory}/copy`, startTimeoutMs }, ENTRY).catch(
      (error: Error) => {
        if (startTimeoutMs > 20_000) throw error
        return inspectWithin(2 * startTimeoutMs)
      },
    )
  t.match((await inspectWithin(1500)).warnings, [
    /^a trial of the model with random inputs did not end within [\d.]+ s, so it is served without one/,
  ])
})
