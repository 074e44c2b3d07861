/** Bodies that are no image, or that would cost far more than their size says. */

import { constants, deflateSync } from 'node:zlib'
import { sharp } from '../../../src/worker/image/sharp.ts'
import { readImage } from './goldens.ts'

const chunk = (kind: string, body: Uint8Array): Buffer => {
  const content = Buffer.concat([Buffer.from(kind, 'latin1'), body])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(content))
  return Buffer.concat([length, content, sum])
}

/** PNG's checksum; zlib has it only from Node 20.15 on. */
const crc32 = (bytes: Uint8Array): number => {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  }
  return (sum ^ 0xffffffff) >>> 0
}

/** The header of a PNG of 8-bit gray. */
export const pngHeader = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  return header
}

export const png = (header: Uint8Array, compressed: Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', compressed),
    chunk('IEND', Buffer.alloc(0)),
  ])

/** A JPEG whose frame header says another size. */
export const jpegOfSize = (name: string, width: number, height: number): Buffer => {
  const bytes = Buffer.from(readImage(name))
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1]
    if (marker !== 0xc0 && marker !== 0xc2) continue
    bytes.writeUInt16BE(height, at + 5)
    bytes.writeUInt16BE(width, at + 7)
    return bytes
  }
  throw new Error('no frame header')
}

const text = (content: string): Buffer => Buffer.from(content)

/** What each is, its bytes, and what the error says. */
export const hostileImages = async (): Promise<{ name: string; bytes: Uint8Array; expected: RegExp }[]> => {
  const unknown = /not a readable JPEG, PNG, WebP or GIF/
  const plain = sharp({ create: { width: 16, height: 16, channels: 3, background: 'red' } })
  const jpeg = readImage('jpeg-420.jpg')
  const rowOfZeros = deflateSync(Buffer.alloc(2 * 1024 * 1024), { level: 9 })
  const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 + (i >> 3) * 104_729) & 0xff)
  return [
    { name: 'an empty body', bytes: new Uint8Array(0), expected: /the body is empty/ },
    { name: 'HTML', bytes: text('<!doctype html><title>502</title>'), expected: unknown },
    { name: 'random bytes', bytes: noise, expected: unknown },
    { name: 'a zip file', bytes: Buffer.from(`504b0304${'00'.repeat(200)}`, 'hex'), expected: unknown },
    {
      name: 'SVG',
      bytes: text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
      ),
      expected: unknown,
    },
    { name: 'TIFF', bytes: await plain.tiff().toBuffer(), expected: unknown },
    { name: 'AVIF', bytes: await plain.avif().toBuffer(), expected: unknown },
    { name: 'only the magic number of a JPEG', bytes: jpeg.subarray(0, 3), expected: unknown },
    { name: 'a truncated JPEG', bytes: jpeg.subarray(0, 3000), expected: /the JPEG is damaged or truncated/ },
    {
      name: 'a truncated PNG',
      bytes: readImage('png-rgb.png').subarray(0, 6000),
      expected: /the PNG is damaged or truncated/,
    },
    {
      name: 'a PNG of 2 KB that claims 30,000 x 30,000 pixels',
      bytes: png(pngHeader(30_000, 30_000), rowOfZeros),
      expected: /30000x30000 is 900000000 pixels; at most 25000000 are allowed/,
    },
    {
      name: 'a progressive JPEG that claims 12,000 x 12,000 pixels',
      bytes: jpegOfSize('jpeg-progressive.jpg', 12_000, 12_000),
      expected: /12000x12000 is 144000000 pixels/,
    },
    {
      name: 'a JPEG whose header claims more rows than there are',
      bytes: jpegOfSize('jpeg-420.jpg', 160, 4000),
      expected: /the JPEG is damaged or truncated/,
    },
    {
      name: 'a PNG of one row of 100,000 pixels',
      bytes: png(pngHeader(100_000, 1), deflateSync(Buffer.alloc(100_001))),
      expected: /100000x1 is too long; at most 65535 pixels a side/,
    },
  ]
}

let large: Buffer | undefined

/** A PNG of 5000 x 5000 black pixels in 73 KB: as many pixels as are accepted by default. Made once: it takes a while. */
export const largePng = (): Buffer => {
  if (large === undefined) {
    const header = pngHeader(5000, 5000)
    header[9] = 2
    large = png(header, deflateSync(Buffer.alloc(5000 * 15_001), { strategy: constants.Z_RLE }))
  }
  return large
}
