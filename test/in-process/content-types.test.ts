import t, { type Test } from 'tap'
import { fixture } from '../fixtures/index.ts'
import { type Served, serve } from './serve.ts'

const withModel = async (t: Test, name: string, run: (served: Served) => Promise<void>): Promise<void> => {
  const served = await serve(['--model', fixture(name)])
  t.teardown(() => served.stop())
  await run(served)
}

/** A version 1.0 NPY file. */
const npy = (descr: string, shape: string, data: Uint8Array): Buffer => {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`
  const length = Buffer.alloc(2)
  length.writeUInt16LE(padded.length)
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(padded), data])
}

t.test('one model, every way to ask and to be answered', async (t) => {
  await withModel(t, 'add-one', async (served) => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ]
    const plusOne = [
      [2, 3, 4],
      [5, 6, 7],
    ]
    const floats = Float32Array.of(1, 2, 3, 4, 5, 6)
    const bodies: [string, string | Uint8Array][] = [
      ['application/json', JSON.stringify(rows)],
      ['application/json; charset=utf-8', JSON.stringify({ instances: rows })],
      ['application/json', JSON.stringify({ instances: rows.map((x) => ({ x })) })],
      ['application/jsonlines', '[1,2,3]\n[4,5,6]\n'],
      ['text/csv', '1,2,3\r\n4,5,6\r\n'],
      ['application/x-npy', npy('<f4', '(2, 3)', new Uint8Array(floats.buffer))],
    ]
    for (const [type, body] of bodies) {
      const response = await served.post(body, { 'content-type': type })
      t.equal(response.headers.get('content-type'), 'application/json')
      t.strictSame(await response.json(), { predictions: plusOne }, type)
    }
    for (const inputs of [rows, { x: rows }]) {
      const { status, body } = await served.json({ inputs })
      t.equal(status, 200)
      t.strictSame(body, { outputs: plusOne }, 'inputs are answered with outputs')
    }
    const ask = async (accept: string) => {
      const response = await served.post(JSON.stringify(rows), { 'content-type': 'application/json', accept })
      return { type: response.headers.get('content-type'), bytes: Buffer.from(await response.arrayBuffer()) }
    }
    t.match(await ask('application/jsonlines'), {
      type: 'application/jsonlines',
      bytes: Buffer.from('[2,3,4]\n[5,6,7]\n'),
    })
    t.match(await ask('text/csv;q=0.9, application/json;q=0.1'), {
      type: 'text/csv',
      bytes: Buffer.from('2,3,4\n5,6,7\n'),
    })
    const { type, bytes } = await ask('application/x-npy')
    t.equal(type, 'application/x-npy')
    const expected = new Uint8Array(Float32Array.from(plusOne.flat()).buffer)
    t.strictSame(new Uint8Array(bytes.subarray(-24)), expected)
    t.equal((await ask('*/*')).type, 'application/json')
    t.equal((await ask('image/png')).bytes.includes('ERR_NOT_ACCEPTABLE'), true)

    await t.test('a missing content type is JSON', async (t) => {
      const response = await served.post(new TextEncoder().encode('[[1,2,3]]'))
      t.strictSame(await response.json(), { predictions: [[2, 3, 4]] })
    })
  })
})

/** The types that JavaScript or JSON cannot hold as they are; test/worker has all of them. */
const VALUES: Record<string, unknown[]> = {
  float16: [0.5, -2],
  int64: ['9223372036854775807', 7],
  bool: [true, false],
  string: ['héllo', ''],
}

for (const [type, row] of Object.entries(VALUES)) {
  t.test(`${type} goes in and comes out`, async (t) => {
    await withModel(t, `identity-${type}`, async (served) => {
      t.match(await served.json({ instances: [row, row] }), {
        status: 200,
        body: { predictions: [row, row] },
      })
    })
  })
}

t.test('several inputs and outputs go by name', async (t) => {
  await withModel(t, 'two-in-two-out', async (served) => {
    const row = { a: [0.5, 1], b: [1, 2] }
    const { status, body } = await served.json({ instances: [row] })
    t.equal(status, 200)
    const [names] = (body as { predictions: object[] }).predictions
    t.equal(Object.keys(names ?? {}).length, 2)
    const columns = await served.json({ inputs: { a: [[0.5, 1]], b: [[1, 2]] } })
    t.equal(columns.status, 200)
    t.equal(Object.keys((columns.body as { outputs: object }).outputs).length, 2)
    const missing = await served.json({ inputs: { a: [[0.5, 1]] } })
    t.match(missing, { status: 400, body: { code: 'ERR_INVALID_INPUT' } })
    t.match((missing.body as { message: string }).message, /"b"/)
  })
})

t.test('a model of one row takes several, and one without rows takes whole tensors', async (t) => {
  await withModel(t, 'fixed-one', async (served) => {
    const { body } = await served.json([
      [1, 2, 3],
      [4, 5, 6],
    ])
    t.strictSame(body, {
      predictions: [
        [2, 4, 6],
        [8, 10, 12],
      ],
    })
  })
  await withModel(t, 'no-batch', async (served) => {
    t.match(await served.json({ inputs: { x: [[1, 2]], scale: 3 } }), {
      status: 200,
      body: { outputs: [[3, 6]] },
    })
  })
})

t.test('free dimensions after the first may differ from request to request', async (t) => {
  await withModel(t, 'sequence', async (served) => {
    for (const [ids, mask, expected] of [
      [
        [5, 6, 7],
        [1, 0, 1],
        [5, 0, 7],
      ],
      [[5], [1], [5]],
    ]) {
      const { status, body } = await served.json({ inputs: { ids: [ids], mask: [mask] } })
      t.equal(status, 200)
      t.strictSame(body, { outputs: [expected] })
    }
    const { status, body } = await served.json({ inputs: { ids: [[5, 6]], mask: [[1]] } })
    t.equal(status, 400, JSON.stringify(body))
  })
})
