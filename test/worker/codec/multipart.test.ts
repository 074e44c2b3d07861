import fc from 'fast-check'
import t from 'tap'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { npyCodec } from '../../../src/worker/codec/npy.ts'
import { aModel, decode, failure, input, MAX_BYTES, prediction, THREE_FLOATS, tensor } from './a-model.ts'

const TYPE = 'multipart/form-data; boundary=----b'

type Part = { name?: string; fileName?: string; type?: string; body: string | Uint8Array }

const form = (...parts: Part[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name = 'f', fileName, type, body }) => [
      Buffer.from(`------b\r\nContent-Disposition: form-data; name="${name}"`),
      Buffer.from(fileName === undefined ? '' : `; filename="${fileName}"`),
      Buffer.from(type === undefined ? '\r\n\r\n' : `\r\nContent-Type: ${type}\r\n\r\n`),
      Buffer.from(body as string),
      Buffer.from('\r\n'),
    ]),
    Buffer.from('------b--\r\n'),
  ])

const file = (body: string | Uint8Array, type?: string, fileName = 'a'): Part => ({
  fileName,
  body,
  ...(type === undefined ? {} : { type }),
})

const read = async (...parts: Part[]) =>
  Object.fromEntries((await decode(TYPE, form(...parts), THREE_FLOATS)).inputs)
const refused = (...parts: Part[]) => failure(TYPE, form(...parts), THREE_FLOATS)

const npy = (...row: number[]): Uint8Array =>
  npyCodec.encode?.(
    prediction({ y: tensor('float32', [1, row.length], Float32Array.from(row)) }),
    'rows',
    MAX_BYTES,
  ) as Uint8Array

const X = tensor('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))

t.test('each file is decoded by its own type, and rows are joined in order', async (t) => {
  t.strictSame(await read(file('[[1,2,3],[4,5,6]]', 'application/json')), { x: X })
  t.strictSame(
    await read(file('1,2,3\n', 'text/csv; charset=utf-8'), file(npy(4, 5, 6), 'application/x-npy')),
    { x: X },
  )
  t.equal(
    (await decode(TYPE, form(file('{"inputs":[[1,2,3]]}', 'application/json')), THREE_FLOATS)).form,
    'rows',
  )
})

t.test('several inputs are joined each', async (t) => {
  const model = aModel(input('a', 'int8', 'batch'), input('b', 'string', 'batch'))
  const body = form(file('1,x\n', 'text/csv'), file('2,y\n3,z', 'text/csv'))
  t.strictSame(Object.fromEntries((await decode(TYPE, body, model)).inputs), {
    a: tensor('int8', [3], Int8Array.of(1, 2, 3)),
    b: tensor('string', [3], ['x', 'y', 'z']),
  })
})

t.test('a file of unknown type goes by its first bytes, else by its name', async (t) => {
  const unknown = 'application/octet-stream'
  t.strictSame(await read(file(npy(1, 2, 3), unknown), file('4,5,6', unknown, 'b.CSV')), { x: X })
  t.strictSame(await read(file('[1,2,3]\n[4,5,6]', 'text/plain', 'a.jsonl')), { x: X })
  t.strictSame(await read(file('[[1,2,3],[4,5,6]]', undefined, 'a.json')), { x: X })
  const images = ['\xff\xd8\xff\xe0', '\x89PNG\r\n\x1a\n', 'GIF89a', 'RIFF\x00\x00\x00\x00WEBP']
  for (const start of images) {
    const message = await refused(file(Buffer.from(start, 'latin1'), unknown))
    t.match(message, 'Content-Type application/x-image is not supported by this model')
  }
  t.match(await refused(file('what?', unknown)), /^ERR_UNSUPPORTED_MEDIA_TYPE part 1 \("a"\): .*octet-stream/)
  t.match(await refused(file('RIFF    WAVE', unknown)), /octet-stream/)
})

t.test('an error names the part and keeps its code', async (t) => {
  const good = file('1,2,3', 'text/csv')
  t.match(
    await refused(good, file('1,2', 'text/csv', 'b.csv')),
    /^ERR_INVALID_INPUT part 2 \("b\.csv"\): line 1 has 2/,
  )
  t.match(
    await refused(good, file('{', 'application/json')),
    /^ERR_INVALID_BODY part 2 \("a"\): the body is not JSON/,
  )
  t.match(await refused(good, file('<svg/>', 'image/svg+xml')), /^ERR_UNSUPPORTED_MEDIA_TYPE part 2/)
  t.ok((await refused(file('1', 'text/csv', 'n'.repeat(3000)))).length < 300)
})

t.test('parts of different shapes cannot be joined', async (t) => {
  const model = aModel(input('x', 'float32', 'batch', 'n'))
  t.equal(
    await failure(TYPE, form(file(npy(1, 2), 'application/x-npy'), file(npy(1), 'application/x-npy')), model),
    'ERR_INVALID_INPUT part 2 ("a"): float32[1,1] for input "x" cannot be joined by rows with float32[1,2] of part 1',
  )
  const scalar = file('{"inputs":1}', 'application/json')
  const scalars = aModel(input('s', 'float32'))
  t.equal(await failure(TYPE, form(scalar), scalars), 'none')
  t.match(await failure(TYPE, form(scalar, scalar), scalars), /^ERR_INVALID_INPUT part 1 .* cannot be joined/)
})

t.test('fields that are no files and nested multipart bodies are refused', async (t) => {
  t.equal(
    await refused(file('1,2,3', 'text/csv'), { name: 'k', body: '5' }),
    'ERR_INVALID_BODY the form field "k" is not a file; only files are rows, and only a model of several inputs has fields',
  )
  t.match(
    await refused(file('x', 'multipart/mixed; boundary=c')),
    /^ERR_INVALID_BODY part 1 .*nested multipart bodies/,
  )
  t.match(await refused(file('x', 'multipart/form-data; boundary=c')), /nested multipart bodies/)
})

t.test('a part that does not say that it belongs to the form is refused', async (t) => {
  const headers = {
    'Content-Type: text/csv\r\n': /has no header `Content-Disposition: form-data`/,
    'Content-Disposition: attachment; name="a"; filename="a.csv"\r\n':
      /has no header `Content-Disposition: form-data`/,
    'Content-Disposition: form-data; name="a\nb"; filename="a.csv"\r\n': /has a header that cannot be read/,
    'Content-Disposition; name="a"; filename="a.csv"\r\n': /has a header that cannot be read/,
    '': /has no header `Content-Disposition: form-data`/,
  }
  for (const [header, message] of Object.entries(headers)) {
    const odd = Buffer.from(`------b\r\n${header}\r\n4,5,6\r\n`)
    const whole = form(file('1,2,3', 'text/csv'))
    for (const body of [Buffer.concat([odd, whole]), odd.toString() + form().toString()]) {
      const answer = await failure(TYPE, body, THREE_FLOATS)
      t.match(answer, /^ERR_INVALID_BODY .* part [12] /, header)
      t.match(answer, message, header)
    }
  }
})

t.test('a form without files, boundary or end is refused', async (t) => {
  t.match(await refused(), /^ERR_INVALID_BODY /)
  for (const type of [
    'multipart/form-data',
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary="a\\"b"',
  ]) {
    t.match(await failure(type, form(), THREE_FLOATS), /^ERR_INVALID_BODY .*needs the boundary parameter/)
  }
  const whole = form(file('1,2,3', 'text/csv'))
  t.match(await failure(TYPE, whole.subarray(0, -12), THREE_FLOATS), /^ERR_INVALID_BODY .*[Uu]nexpected end/)
  t.match(await failure(TYPE, whole.subarray(0, 30), THREE_FLOATS), /^ERR_INVALID_BODY /)
  t.match(await failure(TYPE, 'no form at all', THREE_FLOATS), /^ERR_INVALID_BODY /)
  t.match(await failure(TYPE, '', THREE_FLOATS), /^ERR_INVALID_BODY /)
})

t.test('more than 1,000 parts are refused, 1,000 are joined in order', async (t) => {
  const parts = Array.from({ length: 1001 }, (_, i) => file(`${i},0,0`, 'text/csv'))
  t.match(await refused(...parts), /^ERR_INVALID_BODY .* it has more than 1000 parts$/)
  const { x } = await read(...parts.slice(1))
  t.strictSame(x?.dims, [1000, 3])
  t.strictSame(
    Array.from({ length: 1000 }, (_, i) => x?.data[i * 3]),
    Array.from({ length: 1000 }, (_, i) => i + 1),
  )
})

t.test('a large file arrives whole', async (t) => {
  const row = Float32Array.from({ length: 500_000 }, (_, i) => i)
  const value = tensor('float32', [1, row.length], row)
  const body = npyCodec.encode?.(prediction({ y: value }), 'rows', MAX_BYTES) as Uint8Array
  const model = aModel(input('x', 'float32', 'batch', 'n'))
  const { data, ...rest } = (await decode(TYPE, form(file(body)), model)).inputs.get('x') as Tensor
  t.strictSame(rest, { type: 'float32', dims: [1, row.length] })
  // Compared as bytes: half a million numbers take a second.
  t.ok(Buffer.from((data as Float32Array).slice().buffer).equals(Buffer.from(row.buffer)))
})

t.test('forms that a streaming parser waits for are refused, or read', async (t) => {
  const whole = form(file('1,2,3', 'text/csv'))
  const disposition = 'Content-Disposition: form-data; name="a"; filename="a.csv"\r\n'
  const part = (headers: string, body: string | Uint8Array) =>
    Buffer.concat([
      Buffer.from(`------b\r\n${headers}\r\n`),
      Buffer.from(body as string),
      Buffer.from('\r\n'),
    ])
  const bodies: Record<string, [Uint8Array, RegExp]> = {
    '16,383 bytes without headers': [Buffer.concat([part('', 'a'.repeat(16_383)), form()]), /no header/],
    '16,384 bytes without headers': [Buffer.concat([part('', 'a'.repeat(16_384)), form()]), /no header/],
    '16,384 bytes of one header': [
      Buffer.from(`------b\r\n${'a'.repeat(16_384)}\r\n------b--`),
      /headers of part 1 are longer than 8192 bytes/,
    ],
    '70 KB without a disposition': [
      Buffer.concat([part('Content-Type: text/csv\r\n', '1,2,3\n'.repeat(12_000)), form()]),
      /part 1 has no header `Content-Disposition/,
    ],
    'a header of 9 KB': [
      Buffer.concat([part(`${disposition}X-A: ${'a'.repeat(9000)}\r\n`, '1,2,3'), form()]),
      /headers of part 1 are longer than 8192 bytes/,
    ],
    '40 headers in a part': [
      Buffer.concat([
        part(`${disposition}${'X-A: b\r\n'.repeat(40)}Content-Type: text/csv\r\n`, '1,2,3'),
        form(),
      ]),
      /^none$/,
    ],
    'a field of 100 KB': [
      Buffer.concat([part('Content-Disposition: form-data; name="a"\r\n', 'a'.repeat(100_000)), form()]),
      /form field "a" is not a file/,
    ],
    'a part that ends early': [
      Buffer.concat([whole.subarray(0, -12), Buffer.from('\r\n------b\r\n'), Buffer.alloc(70_000)]),
      /unexpected end before the closing boundary/,
    ],
  }
  for (const [name, [body, expected]] of Object.entries(bodies)) {
    t.match(await failure(TYPE, body, THREE_FLOATS), expected, name)
  }
  for (let length = 0; length < whole.length - 4; length += 1) {
    t.match(
      await failure(TYPE, whole.subarray(0, length), THREE_FLOATS),
      /^ERR_INVALID_BODY /,
      `cut at ${length}`,
    )
  }
})

t.test('a part that would be passed over or swallowed by another is an error', async (t) => {
  const one = form(file('1,2,3', 'text/csv')).toString()
  const part = one.slice(0, -'------b--\r\n'.length)
  const bodies = {
    'a bare line feed before the first boundary': [`\n${one}`, /bare line feed/],
    'a bare line feed between parts': [`${part.slice(0, -2)}\n${one}`, /bare line feed/],
    'bare line feeds throughout': [one.replaceAll('\r', ''), /does not end its line/],
    'a part after the closing boundary': [one + one, /a part follows the closing boundary/],
    'a boundary that goes on': [one.replace('------b\r\n', '------bc\r\n'), /does not end its line/],
    'a closing boundary that goes on': [one.replace('------b--', '------b--c'), /does not end its line/],
    'two boundaries that share a line break': [
      `------b\r\n${one}`,
      /part 1 has no empty line after its headers/,
    ],
    'a transfer encoding': [
      one.replace('\r\n\r\n', '\r\nContent-Transfer-Encoding: base64\r\n\r\n'),
      /part 1 has the Content-Transfer-Encoding "base64", which is not supported; send binary/,
    ],
  } as const
  for (const [name, [body, expected]] of Object.entries(bodies)) {
    t.match(await failure(TYPE, body, THREE_FLOATS), expected, name)
  }
})

t.test('text around the form, padding after boundaries and folded headers are allowed', async (t) => {
  const body = [
    'This is a message in MIME format.',
    '------b \t',
    'content-DISPOSITION: form-data; name="a";',
    '\tfilename="a.csv"',
    'Content-Transfer-Encoding: Binary',
    '',
    '1,2,3',
    '------b-- ',
    'the end',
  ].join('\r\n')
  t.strictSame((await decode(TYPE, body, THREE_FLOATS)).inputs.get('x')?.dims, [1, 3])
  const quoted = 'multipart/form-data; boundary="a b:c"'
  const odd = form(file('1,2,3', 'text/csv')).toString().replaceAll('----b', 'a b:c')
  t.strictSame((await decode(quoted, odd, THREE_FLOATS)).inputs.get('x')?.dims, [1, 3])
})

t.test('the charset of a part is heeded', async (t) => {
  t.match(
    await refused(file('1,2,3', 'text/csv; charset=latin1')),
    /^ERR_UNSUPPORTED_MEDIA_TYPE part 1 .*charset/,
  )
})

t.test('no bytes make it fail in another way', async () => {
  const text = fc
    .array(
      fc.constantFrom(
        '------b',
        '--',
        '\r\n',
        'Content-Disposition: form-data; name="a"',
        '; filename="b.csv"',
        'Content-Type: text/csv',
        ':',
        '\n',
        ' ',
        'Content-Transfer-Encoding: base64',
        '1,2,3',
        'a'.repeat(9000),
        'a'.repeat(70_000),
        '\r\n\r\n',
      ),
    )
    .map((pieces) => Buffer.from(pieces.join('')))
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array(), text), async (body) =>
      /^(none|ERR_INVALID_)/.test(await failure(TYPE, body, THREE_FLOATS)),
    ),
    { numRuns: 1000 },
  )
})

const PERSON = aModel(
  input('age', 'float32', 'batch', 1),
  input('city', 'string', 'batch'),
  input('x', 'float32', 'batch', 3),
)
const FIELDS: Part[] = [
  { name: 'city', body: 'Ulm, "an der Donau"' },
  { name: 'x', ...file(npy(1, 2, 3), 'application/octet-stream', 'x.npy') },
  { name: 'age', body: '31' },
]

t.test('a form whose fields are called as the inputs is a tensor each', async (t) => {
  const { inputs } = await decode(TYPE, form(...FIELDS), PERSON)
  t.strictSame(Object.fromEntries(inputs), {
    age: tensor('float32', [1, 1], Float32Array.of(31)),
    city: tensor('string', [1], ['Ulm, "an der Donau"']),
    x: tensor('float32', [1, 3], Float32Array.of(1, 2, 3)),
  })
  const rows: Part[] = [
    { name: 'age', body: '[31, null]' },
    { name: 'city', ...file('["Ulm","Bonn"]', 'application/json') },
    { name: 'x', ...file('1,2,3\n4,5,6\n', 'text/csv') },
  ]
  t.strictSame(Object.fromEntries((await decode(TYPE, form(...rows), PERSON)).inputs), {
    age: tensor('float32', [2, 1], Float32Array.of(31, Number.NaN)),
    city: tensor('string', [2], ['Ulm', 'Bonn']),
    x: X,
  })
})

t.test('such a form names each input once', async (t) => {
  const refusal = (...parts: Part[]) => failure(TYPE, form(...parts), PERSON)
  t.match(await refusal(...FIELDS.slice(1)), /the form: missing "city"; the model takes/)
  t.match(await refusal(...FIELDS, { name: 'k', body: '1' }), /the form: unknown "k"/)
  t.match(
    await refusal(...FIELDS, { name: 'age', body: '1' }),
    /has the input "age" twice; send all rows in one part/,
  )
  t.match(
    await refusal(...FIELDS.slice(0, 2), { name: 'age', body: 'x' }),
    /part 3 \("age"\): the field is not JSON/,
  )
  t.match(
    await refusal(...FIELDS.slice(0, 2), { name: 'age', body: '[1,2,"x"]' }),
    /part 3 .*at inputs\[2\]: expected/,
  )
})

t.test('parts that are called otherwise are rows, as whole ones', async (t) => {
  const row = JSON.stringify([{ age: 1, city: 'a', x: [1, 2, 3] }])
  const parts = [file(row, 'application/json'), file(row, 'application/json')]
  t.match(await decode(TYPE, form(...parts), PERSON), { inputs: new Map([['city', { dims: [2] }]]) })
})
