import t from 'tap'
import { DATA_TYPES, type DataType, type TensorData } from '../../../src/tensor/data-type.ts'
import { loadRuntime } from '../../../src/worker/engine/execution-provider.ts'
import { createSession, sessionOptions } from '../../../src/worker/engine/session.ts'
import { fixture } from '../../fixtures/index.ts'

const runtime = await loadRuntime('cpu')
t.test('Workers keep no arena of memory on the CPU; CUDA has its own', async (t) => {
  t.equal(sessionOptions('cpu', 1).enableCpuMemArena, false)
  t.equal(sessionOptions('cuda', 1).enableCpuMemArena, true)
})

t.test(
  'a model of texts, whose runs differ in shape, keeps an arena if no text is long, and no plan for each shape',
  async (t) => {
    t.match(sessionOptions('cpu', 1), { enableCpuMemArena: false, enableMemPattern: true })
    t.match(sessionOptions('cpu', 1, { longest: 512 }), { enableCpuMemArena: true, enableMemPattern: false })
    t.match(sessionOptions('cpu', 1, { longest: 8192 }), {
      enableCpuMemArena: false,
      enableMemPattern: false,
    })
    t.match(sessionOptions('cpu', 1, {}), { enableCpuMemArena: false })
  },
)

const open = (name: string) => createSession(runtime, `${fixture(name)}/model.onnx`, sessionOptions('cpu', 1))

/** Two values of each type, at the ends of its range where it has one. */
const VALUES: Record<DataType, TensorData> = {
  float16: Uint16Array.of(0x3800, 0xfbff),
  float32: Float32Array.of(0.5, Number.NaN),
  float64: Float64Array.of(0.1, Number.NEGATIVE_INFINITY),
  int8: Int8Array.of(-128, 127),
  int16: Int16Array.of(-32768, 32767),
  int32: Int32Array.of(-2147483648, 2147483647),
  int64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
  uint8: Uint8Array.of(0, 255),
  uint16: Uint16Array.of(0, 65535),
  uint32: Uint32Array.of(0, 4294967295),
  uint64: BigUint64Array.of(0n, 2n ** 64n - 1n),
  bool: Uint8Array.of(1, 0),
  string: ['héllo', ''],
}

for (const type of Object.keys(DATA_TYPES) as DataType[]) {
  t.test(`${type} goes through a model unchanged, and is held as it was`, async (t) => {
    const session = await open(`identity-${type}`)
    const data = VALUES[type]
    const outputs = await session.run(new Map([['x', { type, dims: [1, 2], data }]]))
    const y = outputs.get('y')
    t.equal(y?.type, type)
    t.strictSame([...(y?.dims ?? [])], [1, 2])
    t.equal(y?.data.constructor, data.constructor)
    t.strictSame([...(y?.data ?? [])], [...data])
    await session.release()
  })
}

t.test('an output that is not a tensor is left out', async (t) => {
  const session = await open('sequence-output')
  const { inputs, outputs } = session.signature
  t.strictSame(
    outputs.map(({ name }) => name),
    ['y'],
  )
  const [input] = inputs
  t.ok(input)
  const dims = (input?.dims ?? []).map((dim) => (typeof dim === 'number' ? dim : 2))
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1))
  t.ok((await session.run(new Map([[input?.name ?? '', { type: 'float32', dims, data }]]))).has('y'))
})

t.test('a failed run leaves the session usable', async (t) => {
  const session = await open('fails-on-negative')
  const run = (value: number) =>
    session.run(new Map([['x', { type: 'float32', dims: [1, 1], data: Float32Array.of(value) }]]))
  await t.rejects(run(-1e6))
  t.equal((await run(1)).size, 1)
})
