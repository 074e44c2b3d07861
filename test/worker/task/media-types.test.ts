/** A media type is one file and one row: all else follows from its codec. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { mediaTypeOf } from '../../../scripts/config/media-types.ts'
import type { Codec } from '../../../src/worker/codec/codec.ts'
import { csvCodec } from '../../../src/worker/codec/csv.ts'
import { typesByExtension } from '../../../src/worker/codec/guess.ts'
import { parseMediaType } from '../../../src/worker/codec/media-type.ts'
import { createRegistry } from '../../../src/worker/codec/registry.ts'
import { MEDIA_TYPES } from '../../../src/worker/task/media-types.ts'
import { THREE_FLOATS } from '../codec/a-model.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

const reader = csvCodec.decode as NonNullable<Codec['decode']>

/** CSV after a first line that says so. */
const added: Codec = {
  mediaTypes: ['application/x-added', 'application/added'],
  extensions: { '.added': 'application/added' },
  magic: [
    [
      { at: 0, text: '\xff!' },
      { at: 4, text: '\n' },
    ],
  ],
  decode: (body, mediaType, model) => reader(body.subarray(5), mediaType, model),
  encode: () => 'added',
}

t.test('A row in the table is all that a media type needs', async (t) => {
  const { findDecoder, negotiate, codecs } = createRegistry([csvCodec, added])
  t.equal(findDecoder(parseMediaType('application/added')).decode, added.decode)
  t.equal(negotiate('application/added', 'text/csv').mediaTypes[0], 'application/x-added')
  t.throws(() => findDecoder(parseMediaType('a/b')), { message: /send text\/csv, application\/x-added/ })
  t.equal(typesByExtension(codecs).get('.added'), 'application/added')
  const form = (name: string, file: string) =>
    Buffer.from(
      `--b\r\nContent-Disposition: form-data; name="f"; filename="${name}"\r\n\r\n${file}\r\n--b--\r\n`,
      'latin1',
    )
  const multipart = parseMediaType('multipart/form-data; boundary=b')
  const rows = async (name: string, file: string) => {
    const { inputs } = await findDecoder(multipart).decode(form(name, file), multipart, THREE_FLOATS)
    return [...(inputs.get('x')?.data ?? [])].map(Number)
  }
  t.strictSame(await rows('a', '\xff!..\n1,2,3'), [1, 2, 3], 'by its first bytes')
  t.strictSame(await rows('a.ADDED', '.....1,2,3'), [1, 2, 3], 'by its name')
  t.strictSame(await rows('a.csv', '4,5,6'), [4, 5, 6])
  await t.rejects(
    rows('a', '\xff!...1,2,3'),
    { code: 'ERR_UNSUPPORTED_MEDIA_TYPE' },
    'every part must be there',
  )
})

t.test('Files that are told apart by their names are so in all places', async (t) => {
  for (const { mediaTypes, extensions = {} } of MEDIA_TYPES.codecs)
    for (const [extension, type] of Object.entries(extensions)) {
      t.ok(mediaTypes.includes(type), `${type} is one of its own codec`)
      t.equal(mediaTypeOf(`some/FILE${extension.toUpperCase()}`), type)
    }
  t.equal(mediaTypeOf('file'), undefined)
})

t.test(
  'docs/content-types.md and README.md have each media type, and what can be done with it',
  async (t) => {
    const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
    const rows = readFileSync(`${ROOT}docs/content-types.md`, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| ['))
      .map((line) => line.slice(1, -1).split('|'))
    const shown = rows.map(([types = '', read = '', written = '']) => ({
      types: codes(types).sort(),
      read: !read.trim().startsWith('no'),
      written: !written.trim().startsWith('no'),
    }))
    const expected = MEDIA_TYPES.codecs.map(({ mediaTypes, decode, encode }) => ({
      types: [...mediaTypes].sort(),
      read: decode !== undefined,
      written: encode !== undefined,
    }))
    t.strictSame(shown, expected)
    const readme = readFileSync(`${ROOT}README.md`, 'utf8')
    for (const {
      mediaTypes: [first = ''],
      extensions = {},
    } of MEDIA_TYPES.codecs)
      for (const type of [first, ...Object.values(extensions)]) t.ok(readme.includes(`\`${type}\``), type)
  },
)

t.test('No other file of src/ names a media type that only its own codec need know', async (t) => {
  const sources = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(`${ROOT}src/${file}`, 'utf8') }))
  // Hugging Face's folders have bodies of their own, and the example that is shown of a request is one of an image. Messages that send a client elsewhere name what it should send; octet-stream is what bytes are of which nothing is known.
  const elsewhere = ['application/json', 'application/x-npy', 'application/octet-stream']
  for (const type of MEDIA_TYPES.codecs.flatMap(({ mediaTypes }) => mediaTypes)) {
    if (elsewhere.includes(type)) continue
    const named = sources
      .filter(({ file }) => !/^worker\/hugging-face\/|^server\/example-request\.ts$/.test(file))
      .filter(({ text }) => text.includes(`'${type}'`))
      .map(({ file }) => file)
    t.equal(named.length, 1, `${type} in ${named}`)
  }
})
