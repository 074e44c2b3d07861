/** Bodies that are wrong, or cost more than they look, for a model of images with one channel of 16 x 16. */

import { deflateSync } from 'node:zlib'

const crc = (bytes: Buffer): number => {
  let value = 0xffffffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  }
  return (value ^ 0xffffffff) >>> 0
}

const pngChunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc(body), body.length + 4)
  return out
}

/** A valid header that claims a size, over next to no data. */
const hugePng = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1_000_000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

const npy = (header: string, length = header.length): Buffer => {
  const prefix = Buffer.from('\x93NUMPY\x02\x00\0\0\0\0', 'latin1')
  prefix.writeUInt32LE(length, 8)
  return Buffer.concat([prefix, Buffer.from(header)])
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

/**
 * What is sent, as what, and the status and code that must come back.
 * @param digit an image that is well
 */
export const hostileBodies = (
  digit: Uint8Array,
): [what: string, type: string, body: string | Uint8Array, status: number, code: string][] => [
  ['an empty image', 'image/png', '', 400, 'ERR_INVALID_IMAGE'],
  ['a truncated PNG', 'image/png', digit.subarray(0, digit.length - 30), 400, 'ERR_INVALID_IMAGE'],
  ['30,000 × 30,000 pixels in 2 KB', 'image/png', hugePng(30_000, 30_000), 400, 'ERR_INVALID_IMAGE'],
  [
    'SVG',
    'image/png',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    400,
    'ERR_INVALID_IMAGE',
  ],
  ['SVG by its own name', 'image/svg+xml', '<svg/>', 415, 'ERR_UNSUPPORTED_MEDIA_TYPE'],
  ['HTML as an image', 'image/jpeg', '<html>', 400, 'ERR_INVALID_IMAGE'],
  ['an NPY header of 4 GB', 'application/x-npy', npy("{'descr': '<f4'", 0xffffffff), 400, 'ERR_INVALID_BODY'],
  [
    'an NPY array of 4 GB',
    'application/x-npy',
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,), }\n"),
    400,
    'ERR_INVALID_BODY',
  ],
  [
    'NPY with pickled objects',
    'application/x-npy',
    npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"),
    400,
    'ERR_INVALID_INPUT',
  ],
  ['JSON nested 100,000 deep', 'application/json', nested(100_000), 400, 'ERR_INVALID_BODY'],
  ['JSON nested 12,000,000 deep', 'application/json', nested(12_000_000), 400, 'ERR_INVALID_BODY'],
  ['JSON that ends early', 'application/json', '{"instances": [[', 400, 'ERR_INVALID_BODY'],
  ['JSON of another kind', 'application/json', '{"instance": []}', 400, 'ERR_INVALID_BODY'],
  ['bytes that are not UTF-8', 'application/json', Uint8Array.of(0x5b, 0xff, 0x5d), 400, 'ERR_INVALID_BODY'],
  ['a wrong shape', 'application/json', '[[[1,2],[3,4]]]', 400, 'ERR_INVALID_INPUT'],
  ['a wrong type', 'application/json', '{"inputs": "seven"}', 400, 'ERR_INVALID_INPUT'],
  ['CSV with uneven rows', 'text/csv', `${'0,'.repeat(255)}0\n1,2\n`, 400, 'ERR_INVALID_INPUT'],
  ['CSV with words', 'text/csv', `${'a,'.repeat(255)}b\n`, 400, 'ERR_INVALID_INPUT'],
  ['a form without a boundary', 'multipart/form-data', 'x', 400, 'ERR_INVALID_BODY'],
  ['an unknown type', 'application/x-recordio-protobuf', 'x', 415, 'ERR_UNSUPPORTED_MEDIA_TYPE'],
  ['a malformed type', 'json', '[]', 415, 'ERR_UNSUPPORTED_MEDIA_TYPE'],
]
