import { readFileSync } from 'node:fs'
import { type Zippable, zipSync } from 'fflate'
import t from 'tap'
import { Allowance } from '../../../src/worker/allowance.ts'
import { npyCodec } from '../../../src/worker/codec/npy.ts'
import { npzCodec } from '../../../src/worker/codec/npz.ts'
import { aModel, decode, failure, input, MAX_BYTES, prediction, THREE_FLOATS, tensor } from './a-model.ts'

const TYPE = 'application/x-npz'
const TWO = aModel(input('ids', 'int64', 'batch', 'n'), input('scale', 'float32', 'batch', 1))
const ONE = aModel(input('x', 'int64', 'batch', 'n'))
const IDS = tensor('int64', [2, 3], BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n))
const SCALE = tensor('float32', [2, 1], Float32Array.of(0.5, -2))

/** A file that NumPy wrote: test/fixtures/npz/make_npz.py. */
const golden = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/npz/${name}.npz`, import.meta.url))

const read = async (body: Uint8Array, model = TWO) =>
  Object.fromEntries((await decode(TYPE, body, model)).inputs)
const refused = (body: Uint8Array, model = TWO) => failure(TYPE, body, model)

const npy = (value: Parameters<typeof prediction>[0][string]): Uint8Array =>
  npyCodec.encode?.(prediction({ value }), 'rows', MAX_BYTES) as Uint8Array

const zip = (files: Zippable, level: 0 | 1 | 9 = 9): Buffer => Buffer.from(zipSync(files, { level }))

/** A copy with a 32-bit number changed in the directory's first entry: 16 is its checksum, 24 what it claims to inflate to. */
const withDirectory = (archive: Buffer, offset: number, change: (before: number) => number): Buffer => {
  const copy = Buffer.from(archive)
  const at = copy.indexOf('PK\x01\x02', 0, 'latin1') + offset
  copy.writeUInt32LE(change(copy.readUInt32LE(at)) >>> 0, at)
  return copy
}

t.test("arrays go to the inputs by name, as NumPy's savez and savez_compressed write them", async (t) => {
  for (const name of ['named', 'compressed', 'forms'])
    t.strictSame(await read(golden(name)), { ids: IDS, scale: SCALE }, name)
})

t.test('the only array is the only input, whatever it is called', async (t) => {
  t.strictSame(await read(golden('positional'), ONE), { x: IDS })
  t.match(await refused(golden('named'), ONE), /^ERR_INVALID_BODY .*more than 1 file/)
})

t.test('names that do not fit are refused with those that are missing', async (t) => {
  t.match(
    await refused(golden('two-positional')),
    'ERR_INVALID_INPUT the NPZ archive: missing "ids", "scale"; unknown "arr_0", "arr_1"; the model takes "ids", "scale"',
  )
  t.match(await refused(golden('positional')), /missing "ids", "scale"; unknown "arr_0"/)
  t.match(await refused(golden('empty')), /missing "ids", "scale"/)
  t.match(await refused(golden('pickled')), /^ERR_INVALID_INPUT array "scale": .*pickle/)
})

t.test('an array is called as its input is, also where that looks like a path', async (t) => {
  for (const name of ['x:0', '/model/x', '../x', 'a\\b', '__proto__', 'größe']) {
    const model = aModel(input('ids', 'int64', 'batch', 'n'), input(name, 'float32', 'batch', 1))
    const inputs = (await decode(TYPE, zip({ 'ids.npy': npy(IDS), [`${name}.npy`]: npy(SCALE) }), model))
      .inputs
    t.strictSame([...inputs.keys()], ['ids', name])
  }
})

t.test('a hostile archive is refused before it is inflated', async (t) => {
  const array = npy(IDS)
  const good = zip({ 'ids.npy': array })
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [String(index), array]))
  const cases: [string, Buffer, RegExp][] = [
    ['no archive', Buffer.from('PK\x03\x04 and no more'), /^ERR_INVALID_BODY the body is not a zip archive/],
    ['an empty body', Buffer.alloc(0), /^ERR_INVALID_BODY the body is not a zip archive/],
    ['an end that is cut off', good.subarray(0, -30), /^ERR_INVALID_BODY/],
    ['another method', withDirectory(good, 10, (bits) => (bits & ~0xffff) | 12), /compressed by method 12/],
    ['a password', withDirectory(good, 8, (bits) => bits | 1), /is encrypted/],
    ['a wrong checksum', withDirectory(good, 16, (sum) => sum ^ 1), /the checksum of "ids.npy" is wrong/],
    [
      'more than it claims',
      withDirectory(good, 24, (size) => size - 1),
      /cannot be inflated to its \d+ bytes/,
    ],
    [
      'less than it claims',
      withDirectory(good, 24, (size) => size + 1),
      /"ids.npy" has \d+ bytes, the archive/,
    ],
    [
      'a claim of 2 GB',
      withDirectory(good, 24, () => 2 ** 31),
      /^ERR_BODY_TOO_LARGE .*more than 67108864 bytes/,
    ],
    ['many files', zip(many, 0), /^ERR_INVALID_BODY .*more than 1 file/],
  ]
  for (const [what, archive, expected] of cases) t.match(await refused(archive, ONE), expected, what)
  const twice = zip({ 'ids.npy': array, 'idz.npy': array })
  for (let at = twice.indexOf('idz'); at !== -1; at = twice.indexOf('idz')) twice.write('ids', at)
  t.match(await refused(twice), /^ERR_INVALID_BODY .*"ids.npy" twice/)
  t.match(await refused(zip({ 'ids.npy': array, ids: array })), /^ERR_INVALID_BODY .*an array twice/)
})

t.test('a bomb costs no more than it says', async (t) => {
  const bomb = zip({ 'ids.npy': Buffer.alloc(30e6) })
  t.ok(bomb.length < 100_000)
  const before = process.memoryUsage().arrayBuffers
  t.match(
    await refused(
      withDirectory(bomb, 24, () => 1000),
      ONE,
    ),
    /cannot be inflated to its 1000 bytes/,
  )
  t.ok(process.memoryUsage().arrayBuffers - before < 10e6, 'nothing of it is kept')
})

t.test('what is inflated counts as held by the request', async (t) => {
  const allowance = new Allowance(new AbortController())
  allowance.hold(240 * 2 ** 20)
  t.teardown(() => allowance.release())
  const large = zip({ 'x.npy': npy(tensor('int64', [1, 3e6], new BigInt64Array(3e6))) }, 1)
  const type = { type: TYPE, parameters: {} }
  await t.rejects(async () => npzCodec.decode?.(large, type, ONE, allowance), { code: 'ERR_INVALID_INPUT' })
})

t.test('a reply has each output by its name, text too, and is the same bytes each time', async (t) => {
  const label = tensor('string', [2, 1], ['añ𝄞', ''])
  const write = (maxBytes = MAX_BYTES) =>
    Buffer.from(npzCodec.encode?.(prediction({ ids: IDS, label }), 'rows', maxBytes) as Uint8Array)
  const model = aModel(input('ids', 'int64', 'batch', 3), input('label', 'string', 'batch', 1))
  t.strictSame(await read(write(), model), { ids: IDS, label })
  t.strictSame(write(), write())
  t.throws(() => write(write().length / 2), { code: 'ERR_RESPONSE_TOO_LARGE' })
})

t.test('one NPY array stands for the first output of several, and holds text', async (t) => {
  const label = tensor('string', [3], ['b', 'añ𝄞', ''])
  const body = npyCodec.encode?.(prediction({ label, ids: IDS }), 'rows', MAX_BYTES) as Uint8Array
  t.match(Buffer.from(body).toString('latin1'), /'descr': '<U3'/)
  const { inputs } = await decode('application/x-npy', body, aModel(input('s', 'string', 'batch')))
  t.strictSame(inputs.get('s'), label)
  const million = tensor('string', [2], ['a'.repeat(1e6), 'b'])
  t.throws(() => npyCodec.encode?.(prediction({ million }), 'rows', 7e6), {
    code: 'ERR_RESPONSE_TOO_LARGE',
    message: /has 8000128 bytes/,
  })
  t.match(await failure('application/x-npy', body, TWO), /2 inputs; send application\/x-npz/)
  t.equal(await failure('application/x-npy', npy(SCALE), THREE_FLOATS), 'none')
})
