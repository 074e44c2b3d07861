import t from 'tap'
import type { NamedTensors, Tensor } from '../../../src/tensor/tensor.ts'
import { type Bucket, bucketSizes, inBuckets, openBuckets } from '../../../src/worker/engine/buckets.ts'
import { loadRuntime } from '../../../src/worker/engine/execution-provider.ts'
import { createSession, type Session, sessionOptions } from '../../../src/worker/engine/session.ts'
import { fixture } from '../../fixtures/index.ts'

t.test('Sizes are powers of two, up to the largest batch', async (t) => {
  t.same(bucketSizes(1), [1])
  t.same(bucketSizes(8), [1, 2, 4, 8])
  t.same(bucketSizes(12), [1, 2, 4, 8, 12])
})

const bucket = (size: number, session: Session): Bucket => ({ size, session })

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
  const session = { ...real, run }
  return {
    session: inBuckets([bucket(1, session), bucket(2, session), bucket(4, session), bucket(8, session)]),
    rows,
  }
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

/** Sessions of a device on which a change of shape costs time, and that has memory for so many of them. */
const device = (changeMs: number, room = Number.POSITIVE_INFINITY) => {
  let time = 0
  let opened = 0
  const released: number[] = []
  const open = async (): Promise<Session> => {
    if (opened - released.length >= room) throw new Error('CUDA failure 2: out of memory')
    opened += 1
    const id = opened
    let last = 0
    return {
      signature: { inputs: [], outputs: [], rows: 'dynamic' },
      run: async (inputs) => {
        const rows = inputs.get('x')?.dims[0] ?? 0
        time += rows === last ? 2 : 2 + changeMs
        last = rows
        return new Map()
      },
      release: async () => {
        released.push(id)
      },
    }
  }
  const run = async (session: Session, rows: number) => {
    await session.run(new Map([['x', { type: 'uint8', dims: [rows], data: new Uint8Array(rows) }]]))
  }
  const now = () => time
  return {
    open,
    run,
    now,
    released,
    timeOf: async (session: Session, rows: number) => {
      const start = time
      await run(session, rows)
      return time - start
    },
  }
}

t.test(
  'Where a change of shape costs time, each size has a session of its own, which has run it',
  async (t) => {
    const { open, run, now, timeOf } = device(150)
    const buckets = await openBuckets(await open(), [1, 2, 4, 8], open, run, now)
    t.same(
      buckets.map(({ size }) => size),
      [1, 2, 4, 8],
    )
    t.equal(new Set(buckets.map(({ session }) => session)).size, 4)
    for (const { size, session } of buckets.toReversed()) t.equal(await timeOf(session, size), 2)
  },
)

t.test('Where it costs nothing, one session serves all sizes', async (t) => {
  const { open, run, now } = device(0)
  const buckets = await openBuckets(await open(), [1, 2, 4, 8], open, run, now)
  t.same(
    buckets.map(({ size }) => size),
    [1, 2, 4, 8],
  )
  t.equal(new Set(buckets.map(({ session }) => session)).size, 1)
})

t.test(
  'Where the device has no memory for a session of each size, batches end at a smaller one',
  async (t) => {
    const { open, run, now, released } = device(150, 3)
    const buckets = await openBuckets(await open(), [1, 2, 4, 8], open, run, now)
    t.same(
      buckets.map(({ size }) => size),
      [1, 2],
    )
    t.same(released, [3])
  },
)

t.test(
  'A size that the device has no memory for is left out, and one that runs nothing is no device',
  async (t) => {
    const { open, run, now } = device(0)
    const upTo = (most: number) => async (session: Session, rows: number) => {
      if (rows > most) throw new Error('CUDA failure 2: out of memory')
      await run(session, rows)
    }
    for (const most of [4, 1]) {
      const buckets = await openBuckets(await open(), [1, 2, 4, 8], open, upTo(most), now)
      t.same(
        buckets.map(({ size }) => size),
        [1, 2, 4].filter((size) => size <= most),
      )
    }
    await t.rejects(openBuckets(await open(), [1, 2, 4, 8], open, upTo(0), now), /out of memory/)
  },
)
