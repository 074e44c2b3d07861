/** Headers that a client could send by mistake or on purpose; the request around them stays well-formed HTTP. */

import type { Random } from './random.ts'
import type { HeaderLine } from './write-request.ts'

const CONTENT_TYPES = [
  '',
  'application/json',
  'APPLICATION/JSON ; charset="utf-8"',
  'application/json; charset=utf-16',
  'application/json; charset',
  'application/json;;',
  'application/json; =x',
  'application/jsonlines;charset=us-ascii',
  'text/csv; header=present',
  'text/csv; charset="\\"',
  'text/csv,application/json',
  'text/plain',
  'application/x-npy; a=b; a=c',
  'image/png',
  'image/svg+xml',
  'application/x-image',
  'application/octet-stream',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=""',
  'multipart/form-data; boundary=part-of-a-form; boundary=x',
  'multipart/form-data; boundary="part-of-a-form"',
  `multipart/form-data; boundary=${'b'.repeat(500)}`,
  'multipart/mixed; boundary=part-of-a-form',
  '/',
  'a/',
  'json',
  '*/*',
  'application/json\u00e9',
  `application/${'j'.repeat(3000)}`,
  `application/json; x="${'\\"'.repeat(1000)}"`,
] as const

const ACCEPTS = [
  '',
  ',',
  ';',
  '*',
  '*/*;q=0',
  'text/csv;q=',
  'text/csv;q=2',
  'text/csv;q=-1',
  'text/csv;q=NaN',
  'text/csv; q=0, application/json; q=0',
  'image/png',
  'application/json;version=1',
  'text/csv;header="a,b";q=0.5',
  'application/json; q="0.5"',
  'application/json\u00ff',
  'application/x-npy',
  'multipart/form-data',
  Array.from({ length: 300 }, (_, n) => `a/b${n};q=0.${n}`).join(','),
  `${'a'.repeat(4000)}/b`,
] as const

const OTHERS: readonly HeaderLine[] = [
  ['Content-Encoding', 'br'],
  ['Content-Encoding', 'gzip'],
  ['Content-Encoding', 'deflate'],
  ['Content-Encoding', 'identity'],
  ['Content-Encoding', 'gzip, gzip'],
  ['Content-Encoding', 'x-gzip'],
  ['Content-Encoding', ''],
  ['X-Amzn-SageMaker-Inference-Id', 'id'],
  ['X-Amzn-SageMaker-Inference-Id', ''],
  ['X-Amzn-SageMaker-Inference-Id', '"\\"'],
  ['X-Amzn-SageMaker-Inference-Id', '\u00e9\u00ff'],
  ['X-Amzn-SageMaker-Inference-Id', 'i'.repeat(2000)],
  ['X-Amzn-SageMaker-Custom-Attributes', 'c'.repeat(1024)],
  ['Range', 'bytes=0-1'],
  ['If-None-Match', '*'],
  ['Connection', 'Host, Content-Length'],
  ['Content-MD5', 'x'],
  ['Trailer', 'Content-Length'],
  ['TE', 'trailers'],
  ['Cookie', 'a='.repeat(2000)],
  ['__proto__', 'x'],
]

const replaced = (headers: readonly HeaderLine[], name: string, value: string): HeaderLine[] => [
  ...headers.filter(([other]) => other !== name),
  [name, value],
]

export const headerMutation = (headers: readonly HeaderLine[], random: Random): HeaderLine[] => {
  switch (random.below(5)) {
    case 0:
      return headers.filter(([name]) => name !== 'Content-Type')
    case 1:
      return replaced(headers, 'Content-Type', random.pick(CONTENT_TYPES))
    case 2:
      return replaced(headers, 'Accept', random.pick(ACCEPTS))
    case 3:
      return [...headers, random.pick(OTHERS)]
    default:
      return [...headers, random.pick(headers)]
  }
}
