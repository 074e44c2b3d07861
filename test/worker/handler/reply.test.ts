import t from 'tap'
import { toWritten } from '../../../src/worker/handler/reply.ts'

const json = async (value: unknown): Promise<unknown> =>
  JSON.parse(String((await toWritten(value, 1e6)).body))

t.test('bytes in an object are a list, as typed arrays are', async (t) => {
  const bytes = { buffer: Buffer.from('hi'), array: Uint8Array.of(104, 105) }
  t.strictSame(await json(bytes), { buffer: [104, 105], array: [104, 105] })
})

t.test('what JSON would make an empty object of is refused', async (t) => {
  const given = [new Map([[1, 2]]), new Set([1]), new ArrayBuffer(4), new DataView(new ArrayBuffer(4))]
  for (const value of [...given, ...given.map((inside) => ({ inside })), [Promise.resolve(1)]])
    await t.rejects(json(value), /it gave (Map|Set|ArrayBuffer|DataView|Promise), which JSON has no form for/)
})

t.test('a tensor has as many values as its dims say', async (t) => {
  const data = Float32Array.of(1, 2, 3, 4)
  t.strictSame(await json({ type: 'float32', dims: [2, 2], data }), [
    [1, 2],
    [3, 4],
  ])
  t.strictSame(await json({ type: 'float32', dims: [0, 2], data: Float32Array.of() }), [])
  for (const dims of [[3, 3], [2], [-2, -2], [2.5, 1.6], [1e9], [Number.NaN]])
    await t.rejects(json({ type: 'float32', dims, data }), /dims .* do not multiply to the 4 values of data/)
})

t.test('headers are bounded, and none is what the server or nginx goes by', async (t) => {
  const reply = (headers: Record<string, string>) => toWritten(new Response('', { headers }), 1e6)
  t.match(await reply({ 'x-name': 'a'.repeat(8000) }), { headers: { 'x-name': /^a{8000}$/ } })
  await t.rejects(reply({ 'x-name': 'a'.repeat(8200) }), /headers of \d+ bytes; at most 8192 may be set/)
  await t.rejects(reply({ 'content-type': `text/x${'a'.repeat(8200)}` }), /at most 8192/)
  for (const name of ['x-accel-redirect', 'set-cookie', 'transfer-encoding'])
    await t.rejects(reply({ [name]: '1' }), `it set the header ${name}`)
})

t.test('bytes are as they were when the code returned them, whatever it writes there next', async (t) => {
  const mine = new Uint8Array(100_000).fill(1)
  const replies = []
  for (const value of [1, 2]) replies.push(await toWritten(mine.fill(value), 1e6))
  t.strictSame(
    replies.map(({ body }) => (body as Uint8Array)[50_000]),
    [1, 2],
  )
})
