import t from 'tap'
import type { NamedTensors, Tensor } from '../../src/tensor/tensor.ts'
import { bucketSizes, inBuckets } from '../../src/worker/buckets.ts'
import { loadRuntime } from '../../src/worker/execution-provider.ts'
import { createSession, type Session, sessionOptions } from '../../src/worker/session.ts'
import { fixture } from '../contract/serve.ts'

t.test('Sizes are powers of two, up to the largest batch', async (t) => {
  t.same(bucketSizes(1), [1])
  t.same(bucketSizes(8), [1, 2, 4, 8])
  t.same(bucketSizes(12), [1, 2, 4, 8, 12])
})

/** The real session, and the rows of each of its runs. */
const open = async (model: string): Promise<{ session: Session; rows: number[] }> => {
  const real = await createSession(
    await loadRuntime('cpu'),
    `${fixture(model)}/model.onnx`,
    sessionOptions('cpu', 1),
  )
  const rows: number[] = []
  const run = (inputs: NamedTensors) => {
    rows.push([...inputs.values()][0]?.dims[0] ?? 0)
    return real.run(inputs)
  }
  return { session: inBuckets({ ...real, run }, [1, 2, 4, 8]), rows }
}

const inputOf = (session: Session, rows: number): NamedTensors => {
  const [spec] = session.signature.inputs
  const width = Number(spec?.dims[1])
  const data = Float32Array.from({ length: rows * width }, (_, index) => index + 1)
  return new Map([[spec?.name ?? '', { type: 'float32', dims: [rows, width], data }]])
}

t.test('A batch is padded to the next size, and the answer has its own rows', async (t) => {
  const { session, rows } = await open('add-one')
  for (const count of [1, 3, 5, 8]) {
    const [output] = (await session.run(inputOf(session, count))).values()
    t.same(output?.dims, [count, 3])
    t.same(
      Array.from((output as Tensor).data as Float32Array),
      Array.from({ length: count * 3 }, (_, index) => index + 2),
    )
  }
  t.same(rows, [1, 4, 8, 8])
})

t.test('More rows than the largest size are run as they are', async (t) => {
  const { session, rows } = await open('add-one')
  await session.run(inputOf(session, 9))
  t.same(rows, [9])
})

t.test('What a model does not answer row by row is run again without padding', async (t) => {
  const { session, rows } = await open('rows-changed')
  const padded = await session.run(inputOf(session, 3))
  const plain = await (await open('rows-changed')).session.run(inputOf(session, 4))
  t.same(rows.at(0), 4)
  t.same(rows.at(-1), 3)
  t.notSame([...padded.values()][0]?.dims, [...plain.values()][0]?.dims)
})
