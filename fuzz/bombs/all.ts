/** Every bomb that hurt once. All are within the limits that a client is told of. */

import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { BOUNDARY, FORM_TYPE, fileOf, formOf } from '../lib/form.ts'
import { blackPng } from '../lib/png.ts'
import { type Aim, type Body, type Bomb, textBody, together } from './bomb.ts'
import { emptyNpy, filledNpy } from './models.ts'
import { holdUploads } from './uploads.ts'

const MAX_BODY_BYTES = 25 * 2 ** 20

const form = (bytes: Uint8Array): Body => ({ bytes, headers: { 'content-type': FORM_TYPE } })

const oddPart = (headers: readonly string[], bytes: number): Body =>
  form(formOf([{ headers, body: Buffer.alloc(bytes, 'a') }]))

const FILE = 'Content-Disposition: form-data; name="a"; filename="a.json"'

const once =
  (body: () => Body) =>
  async (aim: Aim): Promise<Awaited<ReturnType<Aim['post']>>[]> => [await aim.post(body())]

const repeated = (line: string, bytes: number): string => line.repeat(Math.floor(bytes / line.length))

const album = (): Body =>
  form(formOf(Array.from({ length: 12 }, (_, index) => fileOf(`${index}.png`, 'image/png', blackPng(5000)))))

/** A row of as many small numbers as the bytes allow. */
const wideRow = (bytes: number): Body => textBody(`[[${repeated('1,', bytes)}1]]`)

/** Texts for a folder of Hugging Face's: so many of these words. */
const texts = (words: string, times: number, count = 1): Body =>
  textBody(
    `{"inputs":[${repeated(`"${words.repeat(times)}",`, (words.length * times + 3) * count).slice(0, -1)}]}`,
  )

const answerOf = (values: number, accept: string): Body => {
  const { bytes, headers } = textBody(`{"inputs":[${values}]}`)
  return { bytes, headers: { ...headers, accept } }
}

const gzipped = (bytes: number): Body => ({
  bytes: gzipSync(Buffer.alloc(bytes, ' ')),
  headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
})

/** An archive of `files` arrays, the first of them `bytes` zeros that the directory claims to be `claimed`. */
const npz = (bytes: number, claimed: number, files = 1): Body => {
  const names = Array.from({ length: files }, (_, index) => `${index}.npy`)
  const archive = Buffer.from(
    zipSync(Object.fromEntries(names.map((name, index) => [name, Buffer.alloc(index === 0 ? bytes : 0)]))),
  )
  archive.writeUInt32LE(claimed, archive.indexOf('PK\x01\x02', 0, 'latin1') + 24)
  return { bytes: archive, headers: { 'content-type': 'application/x-npz' } }
}

export const BOMBS: readonly Bomb[] = [
  {
    name: 'form-without-header-end',
    what: 'a form of 16.4 KB whose part has no headers, twice',
    model: 'two',
    send: (aim) =>
      together(aim, form(Buffer.from(`--${BOUNDARY}\r\n\r\n${'a'.repeat(16_384)}\r\n--${BOUNDARY}--`)), 2),
  },
  {
    name: 'form-without-disposition',
    what: 'a form of 70 KB whose part has no Content-Disposition, twice',
    model: 'two',
    send: (aim) => together(aim, oddPart(['Content-Type: application/json'], 70_000), 2),
  },
  {
    name: 'form-long-header',
    what: "a form with a part's header of 9 KB, twice",
    model: 'two',
    send: (aim) => together(aim, oddPart([FILE, `X-Long: ${'a'.repeat(9000)}`], 70_000), 2),
  },
  {
    name: 'form-many-headers',
    what: 'a form with 40 headers in a part, twice',
    model: 'two',
    send: (aim) =>
      together(aim, oddPart([FILE, ...Array.from({ length: 40 }, (_, n) => `X-${n}: a`)], 70_000), 2),
  },
  {
    name: 'npy-rows-1e15',
    what: 'an empty NPY of the shape (10¹⁵, 0), free second dimension',
    model: 'wide',
    send: once(() => emptyNpy('1000000000000000, 0')),
  },
  {
    name: 'npy-rows-1e6',
    what: 'an empty NPY of the shape (10⁶, 0), free second dimension',
    model: 'wide',
    send: once(() => emptyNpy('1000000, 0')),
  },
  {
    name: 'npy-fixed-1e15',
    what: 'an empty NPY of the shape (10¹⁵, 0), fixed second dimension',
    model: 'two',
    send: once(() => emptyNpy('1000000000000000, 0')),
  },
  {
    name: 'npy-columns-1e15',
    what: 'an empty NPY of the shape (0, 10¹⁵)',
    model: 'wide',
    send: once(() => emptyNpy('0, 1000000000000000')),
  },
  {
    name: 'npz-100-mb',
    what: 'an NPZ of 100 KB with an array of 100 MB, six at once',
    model: 'two',
    send: (aim) => together(aim, npz(1e8, 1e8), 6),
  },
  {
    name: 'npz-60-mb',
    what: 'an NPZ of 60 KB with an array of 60 MB, six at once',
    model: 'two',
    send: (aim) => together(aim, npz(6e7, 6e7), 6),
    allowed: ['ERR_OVERLOADED'],
  },
  {
    name: 'npz-claims-little',
    what: 'an NPZ of 100 KB with an array of 100 MB that is said to have 1 KB, six at once',
    model: 'two',
    send: (aim) => together(aim, npz(1e8, 1000), 6),
  },
  {
    name: 'npz-50000-files',
    what: 'an NPZ of 5 MB with 50,000 empty arrays',
    model: 'two',
    send: once(() => npz(0, 0, 50_000)),
  },
  {
    name: 'form-12-photos',
    what: 'a form of 0.9 MB with 12 PNGs of 25 megapixels',
    model: 'photo',
    send: once(album),
  },
  {
    name: '4-forms-12-photos',
    what: 'four of those forms at once',
    model: 'photo',
    send: (aim) => together(aim, album(), 4),
    allowed: ['ERR_OVERLOADED'],
  },
  {
    name: '16-photos',
    what: '16 PNGs of 25 megapixels at once',
    model: 'photo',
    send: (aim) => together(aim, { bytes: blackPng(5000), headers: { 'content-type': 'image/png' } }, 16),
    allowed: ['ERR_OVERLOADED'],
  },
  {
    name: 'form-12-photos-whole',
    what: 'a form of 0.9 MB with 12 PNGs of 25 megapixels, for a model that takes them as they are',
    model: 'gallery',
    send: once(album),
    allowed: ['ERR_OVERLOADED'],
  },
  {
    name: '4-forms-12-photos-whole',
    what: 'four of those forms at once',
    model: 'gallery',
    send: (aim) => together(aim, album(), 4),
    allowed: ['ERR_OVERLOADED'],
  },
  {
    name: '16-photos-whole',
    what: '16 PNGs of 25 megapixels at once, for a model that takes them as they are',
    model: 'gallery',
    send: (aim) => together(aim, { bytes: blackPng(5000), headers: { 'content-type': 'image/png' } }, 16),
    allowed: ['ERR_OVERLOADED'],
  },
  {
    name: 'csv-empty-lines',
    what: '25 MB of empty CSV lines',
    model: 'two',
    send: once(() => textBody(`${repeated('\n', MAX_BODY_BYTES - 3)}1,2`, 'text/csv')),
  },
  {
    name: 'csv-quoted-empty-lines',
    what: '25 MB of empty CSV lines with a quoted cell',
    model: 'two',
    send: once(() => textBody(`${repeated('\n', MAX_BODY_BYTES - 5)}"1",2`, 'text/csv')),
  },
  {
    name: 'csv-quoted-ragged',
    what: '25 MB of quoted CSV, one cell a line after a first line of two',
    model: 'two',
    send: once(() => textBody(`"1","2"\n${repeated('"1"\n', MAX_BODY_BYTES - 8)}`, 'text/csv')),
  },
  {
    name: 'libsvm-labels',
    what: '25 MB of LibSVM lines of a label and nothing else',
    model: 'two',
    send: once(() => textBody(repeated('1\n', MAX_BODY_BYTES), 'text/libsvm')),
  },
  {
    name: 'json-lines-ones',
    what: '25 MB of JSON lines `1`',
    model: 'two',
    send: once(() => textBody(repeated('1\n', MAX_BODY_BYTES), 'application/jsonlines')),
  },
  {
    name: 'json-empty-lists',
    what: '25 MB of JSON `[],[],…`',
    model: 'two',
    send: once(() => textBody(`[${repeated('[],', MAX_BODY_BYTES - 5)}[]]`)),
  },
  {
    name: 'json-many-keys',
    what: '25 MB of a JSON object with millions of keys',
    model: 'two',
    send: once(() => textBody(`{${Array.from({ length: 2_000_000 }, (_, n) => `"${n}":0`).join(',')}}`)),
  },
  {
    name: 'csv-12-million-rows',
    what: '12 million rows of CSV, one value each',
    model: 'one',
    send: once(() => textBody(repeated('1\n', MAX_BODY_BYTES), 'text/csv')),
  },
  {
    name: 'npy-25-million-rows',
    what: '25 million rows of NPY, one byte each',
    model: 'bytes',
    send: once(() => filledNpy('|u1', '25000000, 1', 25_000_000)),
  },
  {
    name: '16-large-bodies',
    what: '16 bodies of 24 MB of JSON at once',
    model: 'wide',
    send: (aim) => together(aim, wideRow(24 * 2 ** 20), 16),
    allowed: ['ERR_OVERLOADED'],
  },
  {
    name: 'answer-143-mb-json',
    what: 'an answer of 143 MB of JSON',
    model: 'growing',
    send: once(() => answerOf(71_500_000, 'application/json')),
    allowed: ['ERR_RESPONSE_TOO_LARGE'],
  },
  {
    name: 'answer-95-mb-npy',
    what: 'an answer of 95 MB of NPY',
    model: 'growing',
    send: once(() => answerOf(23_750_000, 'application/x-npy')),
    allowed: ['ERR_RESPONSE_TOO_LARGE'],
  },
  {
    name: 'answer-4-gb-npy',
    what: 'an answer of 4.4 GB of NPY',
    model: 'growing',
    send: once(() => answerOf(1_100_000_000, 'application/x-npy')),
    allowed: ['ERR_RESPONSE_TOO_LARGE'],
    heavy: true,
  },
  {
    name: '8-answers-24-mb',
    what: '8 answers of 24 MB of NPY at once, 0.3 MB below the limit',
    model: 'growing',
    send: (aim) => together(aim, answerOf(6_450_000, 'application/x-npy'), 8),
    allowed: ['ERR_RESPONSE_TOO_LARGE', 'ERR_OVERLOADED'],
  },
  {
    name: '60-unfinished-uploads',
    what: '60 connections, each with 24 MB of a body whose last byte does not come',
    model: 'two',
    send: ({ url }) => holdUploads(url, 60, 24 * 2 ** 20),
    allowed: ['ERR_OVERLOADED'],
  },
  {
    name: '79-unfinished-uploads',
    what: '79 of them',
    model: 'two',
    send: ({ url }) => holdUploads(url, 79, 24 * 2 ** 20),
    allowed: ['ERR_OVERLOADED'],
  },
  {
    name: '79-unfinished-chunked',
    what: '79 of them without a Content-Length, in chunks',
    model: 'two',
    send: ({ url }) => holdUploads(url, 79, 24 * 2 ** 20, 'chunked'),
    allowed: ['ERR_OVERLOADED'],
  },
  {
    name: 'gzip-25-mb',
    what: 'a gzip body of 25 KB that holds 25 MB of spaces',
    model: 'two',
    send: once(() => gzipped(MAX_BODY_BYTES)),
  },
  {
    name: 'gzip-1-gb',
    what: 'a gzip body of 1 MB that holds 1 GB of spaces',
    model: 'two',
    send: once(() => gzipped(2 ** 30)),
  },
  {
    name: 'text-10-mb-word',
    what: 'a text of 10 MB in one word',
    model: 'text',
    send: once(() => texts('a', 10_000_000)),
  },
  {
    name: 'text-10-mb-blanks',
    what: 'a text of 10 MB of blanks',
    model: 'text',
    send: once(() => texts(' ', 10_000_000)),
  },
  {
    name: 'text-10-mb-words',
    what: 'a text of 10 MB of words, of which the model takes the first',
    model: 'text',
    send: once(() => texts('the sea is calm ', 625_000)),
  },
  {
    name: 'texts-10000',
    what: '10,000 texts of 2.4 KB',
    model: 'text',
    send: once(() => texts('the sea is calm ', 150, 10_000)),
  },
  {
    name: 'texts-3-million',
    what: '3 million empty texts',
    model: 'text',
    send: once(() => texts('', 1, 3_000_000)),
  },
  {
    name: 'model-fails',
    what: 'an NPY of the shape (0, 0), which some operators refuse',
    model: 'wide',
    send: once(() => emptyNpy('0, 0')),
  },
]
