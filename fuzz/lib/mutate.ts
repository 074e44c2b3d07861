/** Damages bodies, by what they are: text, NPY, forms, images, and bytes of any kind. */

import type { ValidBody } from './body.ts'
import { BOUNDARY } from './form.ts'
import { npyOf } from './npy.ts'
import type { Random } from './random.ts'
import { DESCRS, PART_HEADERS, SIZES, TOKENS } from './tokens.ts'

type Mutation = (bytes: Buffer, random: Random) => Buffer

const replaceAt = (bytes: Buffer, from: number, to: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)])

/** A place to begin and one to end, not far from each other as a rule. */
const span = (length: number, random: Random): [number, number] => {
  const from = random.below(length + 1)
  const most = random.chance(0.8) ? 16 : length
  return [from, Math.min(length, from + random.below(most + 1))]
}

const truncate: Mutation = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1))

const remove: Mutation = (bytes, random) => replaceAt(bytes, ...span(bytes.length, random), Buffer.alloc(0))

const duplicate: Mutation = (bytes, random) => {
  const [from, to] = span(bytes.length, random)
  return replaceAt(bytes, to, to, bytes.subarray(from, to))
}

const insertBytes: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1)
  return replaceAt(bytes, at, at, random.bytes(random.between(1, 8)))
}

const flip: Mutation = (bytes, random) => {
  const changed = Buffer.from(bytes)
  if (changed.length === 0) return changed
  for (let times = random.between(1, 4); times > 0; times -= 1) {
    const at = random.below(changed.length)
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8))
  }
  return changed
}

const append: Mutation = (bytes, random) =>
  Buffer.concat([bytes, random.chance(0.5) ? bytes : random.bytes(random.between(1, 20))])

/** A short span so often that the body has up to half a megabyte. */
const MOST_INFLATED = 2 ** 19

const inflate: Mutation = (bytes, random) => {
  const from = random.below(bytes.length + 1)
  const part = bytes.subarray(from, from + random.between(1, 12))
  const times = random.pick([64, 255, 1000, 16_384, 65_536])
  const filler = part.length === 0 ? Buffer.from('a') : part
  const repeated = Buffer.alloc(Math.min(filler.length * times, MOST_INFLATED), filler)
  return replaceAt(bytes, from, from, repeated)
}

const BYTES: readonly Mutation[] = [truncate, remove, duplicate, insertBytes, flip, flip, append, inflate]

/** Matches of a pattern in the text that the bytes are, one of which is replaced. */
const replaceToken =
  (pattern: RegExp, tokens: readonly string[]): Mutation =>
  (bytes, random) => {
    const text = bytes.toString('latin1')
    const found = [...text.matchAll(pattern)]
    if (found.length === 0) return insertBytes(bytes, random)
    const { index, 0: old } = random.pick(found)
    return replaceAt(bytes, index ?? 0, (index ?? 0) + old.length, Buffer.from(random.pick(tokens)))
  }

const deepen: Mutation = (bytes, random) => {
  const depth = random.pick([1, 2, 63, 64, 65, 1000, 100_000])
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"x":', '}'],
    ['[', ''],
  ] as const)
  return Buffer.concat([Buffer.from(open.repeat(depth)), bytes, Buffer.from(close.repeat(depth))])
}

const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|-?[\d.]+(?:e[+-]?\d+)?|true|false|null/gi

const TEXT: readonly Mutation[] = [
  replaceToken(JSON_TOKEN, TOKENS),
  replaceToken(JSON_TOKEN, TOKENS),
  replaceToken(/[[\]{}:,"]/g, ['[', ']', '{', '}', ':', ',', '"', '', '[[', ']]', '\n', '\r', ';']),
  replaceToken(/\r?\n|,/g, ['\n', '\r', '\r\n', '\n\n', ',', ',,', '', '\u2028', '\0']),
  replaceToken(/"[a-z]+":/g, [
    '"x":',
    '"y":',
    '"instances":',
    '"inputs":',
    '"__proto__":',
    '"":',
    '"\\u0078":',
    '"X":',
  ]),
  deepen,
  (bytes, random) =>
    Buffer.concat([Buffer.from(random.pick(['\ufeff', ' ', '\n', '\0', '#', '/**/'])), bytes]),
  (bytes, random) => Buffer.from(bytes.toString(), random.pick(['utf16le', 'latin1'] as const)),
]

const SHAPE = /(?<='shape': \()[^)]*/
const sizesOf = (random: Random): string =>
  Array.from({ length: random.below(5) }, () => random.pick(SIZES)).join(random.pick([', ', ',', ', ,']))

const NPY: readonly Mutation[] = [
  replaceToken(/(?<='descr': ')[^']*/g, DESCRS),
  (bytes, random) => replaceToken(new RegExp(SHAPE, 'g'), [sizesOf(random)])(bytes, random),
  (bytes, random) => replaceToken(/(?<=[(,] ?)\d+(?=[,)])/g, SIZES)(bytes, random),
  replaceToken(/True|False/g, ['True', 'False', 'true', '1', 'None', '']),
  replaceToken(/'(?:descr|fortran_order|shape)'/g, ["'descr'", "'shape'", "'fortran_order'", "'x'", "'", '']),
  // No data behind a shape that has none, or that has them.
  (_bytes, random) =>
    npyOf(
      `{'descr': '${random.pick(DESCRS)}', 'fortran_order': ${random.pick(['True', 'False'])}, 'shape': (${sizesOf(random)}), }`,
      random.bytes(random.pick([0, 0, 0, 1, 8])),
      random.pick([1, 2, 3]),
    ),
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    if (changed.length > 12) changed[random.between(6, 11)] = random.below(256)
    return changed
  },
  truncate,
]

/** Heads of images say what is to be allocated. */
const IMAGE_HEAD = 64

const IMAGE: readonly Mutation[] = [
  truncate,
  (bytes, random) => Buffer.concat([flip(bytes.subarray(0, IMAGE_HEAD), random), bytes.subarray(IMAGE_HEAD)]),
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    const at = random.below(Math.max(1, Math.min(IMAGE_HEAD, changed.length - 4)))
    if (changed.length >= 4)
      changed.writeUInt32BE(random.pick([0, 1, 255, 65_535, 65_536, 0x7fffffff, 0xffffffff]), at)
    return changed
  },
]

const insertLine: Mutation = (bytes, random) => {
  const text = bytes.toString('latin1')
  const ends = [...text.matchAll(/\r\n/g)].map(({ index }) => (index ?? 0) + 2)
  const at = ends.length === 0 ? 0 : random.pick(ends)
  const line = random.chance(0.8)
    ? random.pick(PART_HEADERS)
    : `X-Long: ${'a'.repeat(random.pick([100, 8000, 9000, 16_000, 17_000, 80_000]))}`
  const times = random.chance(0.9) ? 1 : random.pick([16, 40, 2000])
  return replaceAt(bytes, at, at, Buffer.from(`${line}\r\n`.repeat(times)))
}

const FORM: readonly Mutation[] = [
  insertLine,
  insertLine,
  replaceToken(/\r\n/g, ['\n', '\r', '', '\r\n\r\n', '\r\n\r\n\r\n']),
  replaceToken(/Content-Disposition[^\r]*\r\n|Content-Type[^\r]*\r\n/g, [
    '',
    ...PART_HEADERS.map((line) => `${line}\r\n`),
  ]),
  replaceToken(new RegExp(`--${BOUNDARY}(--)?`, 'g'), [
    '',
    '--',
    `--${BOUNDARY}`,
    `--${BOUNDARY}--`,
    `-${BOUNDARY}`,
    `--${BOUNDARY}x`,
  ]),
  (_bytes, random) =>
    Buffer.from(
      `--${BOUNDARY}\r\n${random.pick(['', '\r\n', ...PART_HEADERS.map((line) => `${line}\r\n\r\n`)])}${'a'.repeat(random.pick([0, 1, 4096, 16_383, 16_384, 70_000]))}\r\n--${BOUNDARY}--`,
    ),
  (bytes, random) => {
    const whole = bytes.subarray(0, bytes.length - BOUNDARY.length - 6)
    const times = random.pick([2, 10, 500])
    return Buffer.concat([
      ...Array.from({ length: whole.length > 2000 ? 2 : times }, () => whole),
      bytes.subarray(whole.length),
    ])
  },
]

const BY_KIND: Readonly<Record<ValidBody['kind'], readonly Mutation[]>> = {
  json: TEXT,
  lines: TEXT,
  csv: TEXT,
  npy: NPY,
  image: IMAGE,
  form: [...FORM, ...FORM, ...TEXT, ...NPY],
}

/** The body after one to three mutations, most of them those of its kind. */
export const mutateBody = ({ kind, bytes }: ValidBody, random: Random): Buffer => {
  let changed: Buffer = bytes
  for (let times = random.pick([1, 1, 1, 1, 2, 3]); times > 0; times -= 1) {
    const mutations = random.chance(0.75) ? BY_KIND[kind] : BYTES
    changed = random.pick(mutations)(changed, random)
  }
  return changed
}
