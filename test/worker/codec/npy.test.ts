import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import type { DataType } from '../../../src/tensor/data-type.ts'
import { readElement } from '../../../src/tensor/values.ts'
import { npyCodec } from '../../../src/worker/codec/npy.ts'
import {
  aModel,
  decode,
  failure,
  input,
  MAX_BYTES,
  prediction,
  THREE_FLOATS,
  tensor,
  withMaxRows,
} from './a-model.ts'
import { arbitraryTensor, TYPES } from './arbitrary.ts'

const TYPE = 'application/x-npy'
const NUMERIC = TYPES.filter((type) => type !== 'string')
const CODES: Record<string, DataType> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
}

/** A file that NumPy wrote: test/fixtures/npy/make_npy.py. */
const golden = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/npy/${name}.npy`, import.meta.url))

const taking = (type: DataType, ...trailing: (number | string)[]) =>
  aModel(input('x', type, 'batch', ...trailing))

/** Shape and elements as JSON values. */
const read = async (body: Uint8Array, model = THREE_FLOATS) => {
  const x = (await decode(TYPE, body, model)).inputs.get('x')
  if (x === undefined) throw new Error('no input')
  return {
    type: x.type,
    dims: x.dims,
    values: Array.from(x.data as string[], (_, i) => readElement(x.type, x.data, i)),
  }
}
const refused = (body: Uint8Array, model = THREE_FLOATS) => failure(TYPE, body, model)

const withHeader = (text: string, data = Buffer.alloc(0)): Buffer => {
  const start = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1')
  start.writeUInt16LE(text.length, 8)
  return Buffer.concat([start, Buffer.from(text, 'latin1'), data])
}
const claiming = (shape: string, descr = '<f4', data = Buffer.alloc(0)) =>
  withHeader(`{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`, data)

t.test('reads what NumPy wrote, of every type and in both byte orders', async (t) => {
  for (const [code, type] of Object.entries(CODES)) {
    const expected = { type, dims: [2, 3], values: [0, 1, 2, 3, 4, 5] }
    t.strictSame(await read(golden(`little-${code}`), taking(type, 3)), expected)
    if (!code.endsWith('1')) t.strictSame(await read(golden(`big-${code}`), taking(type, 3)), expected)
  }
  const bool = { type: 'bool', dims: [2, 3], values: [false, true, false, true, false, true] }
  t.strictSame(await read(golden('bool'), taking('bool', 3)), bool)
})

t.test('reads versions 2.0 and 3.0, scalars and empty arrays', async (t) => {
  const expected = { type: 'float32', dims: [2, 3], values: [0, 1, 2, 3, 4, 5] }
  t.strictSame(await read(golden('version-2')), expected)
  t.strictSame(await read(golden('version-3')), expected)
  t.strictSame(await read(golden('scalar-f4')), { type: 'float32', dims: [], values: [7] })
  t.strictSame(await read(golden('empty-f4')), { type: 'float32', dims: [0, 3], values: [] })
})

t.test('reads column-major arrays in row-major order', async (t) => {
  const { dims, values } = await read(golden('fortran-f4'), taking('float32', 3, 4))
  t.strictSame(dims, [2, 3, 4])
  t.strictSame(
    values,
    Array.from({ length: 24 }, (_, i) => i),
  )
})

t.test('reads special and extreme values exactly', async (t) => {
  const special = await decode(TYPE, golden('special-f8'), taking('float64', 5))
  const data = special.inputs.get('x')?.data as Float64Array
  const expected = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0.1]
  t.ok(expected.every((value, i) => Object.is(data[i], value)))
  const extreme = await decode(TYPE, golden('extreme-i8'), taking('int64', 3))
  t.strictSame([...(extreme.inputs.get('x')?.data ?? [])], [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n])
})

t.test('reads text for inputs of strings', async (t) => {
  const expected = { type: 'string', dims: [2, 2], values: ['a', 'héllo', '', '😀z'] }
  t.strictSame(await read(golden('unicode'), taking('string', 2)), expected)
  t.strictSame(await read(golden('unicode-big'), taking('string', 2)), expected)
  t.strictSame((await read(golden('bytes'), taking('string', 2))).values, ['a', 'hello'])
  const wild = claiming('(1,)', '<U1', Buffer.from([0xff, 0xff, 0xff, 0xff]))
  t.match(await refused(wild, taking('string')), /^ERR_INVALID_BODY .* not Unicode/)
})

t.test('reads unaligned data', async (t) => {
  for (let shift = 1; shift < 8; shift++) {
    const moved = Buffer.concat([Buffer.alloc(shift), golden('little-f8')]).subarray(shift)
    t.strictSame((await read(moved, taking('float64', 3))).values, [0, 1, 2, 3, 4, 5])
  }
})

t.test('converts types where nothing is lost but precision', async (t) => {
  const expected = [0, 1, 2, 3, 4, 5]
  for (const name of ['little-f8', 'big-f2', 'little-i8', 'big-u2', 'little-i1']) {
    t.strictSame(await read(golden(name)), { type: 'float32', dims: [2, 3], values: expected })
  }
  t.strictSame(await read(golden('little-f8'), taking('float16', 3)), {
    type: 'float16',
    dims: [2, 3],
    values: expected,
  })
  t.strictSame(await read(golden('little-i8'), taking('uint8', 3)), {
    type: 'uint8',
    dims: [2, 3],
    values: expected,
  })
})

t.test('refuses other types and values out of range, naming both sides', async (t) => {
  t.equal(
    await refused(golden('little-f4'), taking('int64', 3)),
    'ERR_INVALID_INPUT an NPY array of float32 does not fit input "x" (int64[batch,3]); send int64',
  )
  t.equal(
    await refused(golden('extreme-i8'), taking('int32', 3)),
    'ERR_INVALID_INPUT the value -9223372036854775808 of the int64 array, element 0, is out of range for input "x" (int32[batch,3])',
  )
  t.match(await refused(golden('bool')), /array of bool does not fit/)
  t.match(await refused(golden('unicode')), /array of string does not fit/)
  const bytes = claiming('(2,)', '|b1', Buffer.from([1, 2]))
  t.match(await refused(bytes, taking('bool')), /bytes other than 0 and 1/)
})

t.test('refuses pickled objects, fields and numbers that ONNX has not', async (t) => {
  t.match(await refused(golden('object')), /^ERR_INVALID_INPUT .*Python objects \(pickle\) are not supported/)
  t.match(await refused(golden('fields')), /^ERR_INVALID_INPUT .*fields are not supported/)
  t.match(await refused(golden('complex')), /^ERR_INVALID_INPUT .*dtype "<c16" are not supported/)
  t.match(await refused(claiming('(1,)', '<U0')), /^ERR_INVALID_INPUT .*dtype "<U0"/)
  t.match(await refused(claiming('(1,)', '<M8[ns]')), /^ERR_INVALID_INPUT .*dtype "<M8\[ns\]"/)
})

t.test('several inputs do not fit in one array', async (t) => {
  const model = aModel(input('a', 'float32', 'batch', 3), input('b', 'float32', 'batch'))
  t.match(await refused(golden('little-f4'), model), /^ERR_INVALID_INPUT .*2 inputs; send application\/x-npz/)
})

t.test('claims of the header cost nothing', async (t) => {
  const before = process.memoryUsage().arrayBuffers
  const header = golden('version-2')
  header.writeUInt32LE(0xffffffff, 8)
  t.match(await refused(header), /^ERR_INVALID_BODY the NPY header claims 4294967295 bytes/)
  t.match(
    await refused(claiming('(100000, 100000, 100000)')),
    /^ERR_INVALID_BODY .* takes 4000000000000000 bytes; 0 follow/,
  )
  t.match(
    await refused(claiming('(9007199254740991, 9007199254740991)')),
    /^ERR_INVALID_BODY .*; 0 follow it/,
  )
  t.match(
    await refused(claiming(`(${'9007199254740991, '.repeat(64)})`)),
    /^ERR_INVALID_BODY .*; 0 follow it/,
  )
  t.match(
    await refused(claiming(`(${'9007199254740991, '.repeat(63)}0)`)),
    /^ERR_INVALID_BODY .*; 0 follow it/,
  )
  t.match(await refused(claiming('(99999999999999999999,)')), /which is not a valid shape/)
  t.match(await refused(claiming(`(${'1, '.repeat(65)})`)), /which is not a valid shape/)
  t.match(await refused(claiming('(1000000000,)', '<U999999999')), /^ERR_INVALID_BODY .*; 0 follow it/)
  t.match(await refused(claiming('(4, )', '<f4', Buffer.alloc(15))), /takes 16 bytes; 15 follow it/)
  t.match(await refused(claiming('(4, )', '<f4', Buffer.alloc(17))), /takes 16 bytes; 17 follow it/)
  t.ok(process.memoryUsage().arrayBuffers - before < 1e6)
})

t.test('a damaged header is refused', async (t) => {
  const bodies = [
    Buffer.alloc(0),
    Buffer.from('\x93NUMPY', 'latin1'),
    Buffer.from('PK\x03\x04 not an array at all'),
    golden('little-f4').fill(9, 6, 7),
    golden('little-f4').subarray(0, 60),
    withHeader(''),
    withHeader('{'),
    withHeader("{'descr': '<f4', 'fortran_order': False}"),
    withHeader("{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': (1,)}"),
    withHeader("'descr': '<f4', 'fortran_order': False, 'shape': (1,)"),
    claiming('(1,,2)'),
    claiming('(1 2)'),
    claiming('(-1,)'),
    claiming(`(${' '.repeat(60_000)}`),
  ]
  for (const body of bodies) t.match(await refused(body), /^ERR_INVALID_BODY .{1,300}$/)
})

t.test('a header that says more than it should, or is not all there, is refused as such', async (t) => {
  const more = withHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'more': 1}", Buffer.alloc(4))
  t.match(await refused(more), /^ERR_INVALID_BODY the NPY header is malformed: /)
  t.match(
    await refused(golden('little-f4').subarray(0, 60)),
    /^ERR_INVALID_BODY the NPY header claims 118 bytes/,
  )
  const dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (), }"
  const long = Buffer.from(`\x93NUMPY\x02\x00\x00\x00\x00\x00${dict.padEnd(70_000)}`, 'latin1')
  long.writeUInt32LE(70_000, 8)
  t.match(await refused(Buffer.concat([long, Buffer.alloc(4)])), /header claims 70000 bytes; at most 65536/)
})

t.test('no bytes make it fail in another way', async () => {
  const header = fc.stringMatching(
    /^\{'descr': '[<>|][fiubUSOV][0-9]{0,3}', 'fortran_order': (True|False), 'shape': \([0-9, ]*\), ?\}$/,
  )
  const body = fc.oneof(
    fc.uint8Array(),
    fc.tuple(header, fc.uint8Array()).map(([text, data]) => withHeader(text, Buffer.from(data))),
  )
  const model = fc.constantFrom(...TYPES).map((type) => taking(type, 'n'))
  await fc.assert(
    fc.asyncProperty(body, model, async (bytes, aimed) =>
      /^(none|ERR_INVALID_)/.test(await refused(bytes, aimed)),
    ),
    { numRuns: 2000 },
  )
})

t.test('arrays of all types and shapes are written and read back the same', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryTensor(NUMERIC), async (value) => {
      const body = npyCodec.encode?.(prediction({ y: value }), 'rows', MAX_BYTES) as Uint8Array
      const { inputs } = await decode(TYPE, body, taking(value.type))
      assert.deepEqual(inputs.get('x'), value)
      assert.equal((body.length - (value.data as Uint8Array).byteLength) % 64, 0)
    }),
    { numRuns: 500 },
  )
})

t.test('writes what NumPy writes, byte for byte', async (t) => {
  for (const [code, type] of Object.entries(CODES)) {
    const { inputs } = await decode(TYPE, golden(`little-${code}`), taking(type, 3))
    const outputs = new Map([['y', [...inputs.values()][0] ?? tensor(type, [], [])]])
    const body = npyCodec.encode?.({ outputs, byRow: true }, 'rows', MAX_BYTES)
    // NumPy leaves room for the first dimension to grow: its header may be one block longer.
    const [own, numpy] = [Buffer.from(body as Uint8Array), golden(`little-${code}`)]
    t.equal(
      own.toString('latin1').replace(/ +\n/, '\n').slice(10),
      numpy.toString('latin1').replace(/ +\n/, '\n').slice(10),
    )
  }
})

t.test('a reply is refused beforehand if it is larger than it may be', async (t) => {
  const value = prediction({ y: tensor('float32', [3], Float32Array.of(1, 2, 3)) })
  const written = npyCodec.encode?.(value, 'rows', MAX_BYTES)
  const size = written?.length ?? 0
  t.strictSame(npyCodec.encode?.(value, 'rows', size), written)
  t.throws(() => npyCodec.encode?.(value, 'rows', size - 1), {
    code: 'ERR_RESPONSE_TOO_LARGE',
    message: `the reply has ${size} bytes; limits.maxResponseBytes of serving.yaml allows ${size - 1}; send fewer rows, or raise it where the caller accepts more`,
  })
})

/** An array of version 1.0 of anything. */
const npy = (descr: string, shape: string, data: Uint8Array): Uint8Array => {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }\n`
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY\x01\x00'),
    Buffer.from([header.length & 255, header.length >> 8]),
    Buffer.from(header),
    data,
  ])
}

t.test('rows beyond limits.maxRows are refused from the header alone', async (t) => {
  const model = withMaxRows(aModel(input('x', 'float32', 'batch', 'n')), 2)
  t.equal(await failure(TYPE, npy('|u1', '2, 1', Buffer.alloc(2)), model), 'none')
  const message = 'ERR_INVALID_INPUT the request has more than 2 rows, which is limits.maxRows'
  t.match(await failure(TYPE, npy('|u1', '3, 1', Buffer.alloc(3)), model), message)
  t.match(await failure(TYPE, npy('|u1', '1000000000000000, 0', Buffer.alloc(0)), model), message)
})

t.test('too many strings, and text for a model of numbers, are refused before they are read', async (t) => {
  const text = aModel(input('s', 'string', 'batch', 'n'))
  const bytes = Buffer.alloc(2_000_001, 'a')
  t.match(
    await failure(TYPE, npy('|S1', '1, 2000001', bytes), text),
    /^ERR_INVALID_INPUT .* more than 2000000 strings/,
  )
  t.equal(await failure(TYPE, npy('|S1', '1, 2000000', bytes.subarray(1)), text), 'none')
  const unreadable = Buffer.alloc(4, 0xff)
  t.match(await failure(TYPE, npy('<U1', '1, 1', unreadable), text), /^ERR_INVALID_BODY .* not Unicode/)
  t.match(
    await failure(TYPE, npy('<U1', '1, 1', unreadable), taking('float32')),
    /array of string does not fit/,
  )
})

t.test('text of every kind is read', async (t) => {
  const model = aModel(input('s', 'string', 'batch'))
  const items = ['', 'a', 'é', '中', '\u{1F600}x', 'a\0b']
  const unicode = (isBig: boolean) => {
    const bytes = Buffer.alloc(items.length * 12)
    items.forEach((item, index) => {
      ;[...item].forEach((character, at) => {
        const codePoint = character.codePointAt(0) as number
        const offset = index * 12 + at * 4
        if (isBig) bytes.writeUInt32BE(codePoint, offset)
        else bytes.writeUInt32LE(codePoint, offset)
      })
    })
    return bytes
  }
  const utf8 = Buffer.concat(
    items.map((item) => Buffer.concat([Buffer.from(item), Buffer.alloc(8)]).subarray(0, 8)),
  )
  for (const body of [npy('<U3', '6', unicode(false)), npy('>U3', '6', unicode(true)), npy('|S8', '6', utf8)])
    t.strictSame((await decode(TYPE, body, model)).inputs.get('s')?.data, items)
})
