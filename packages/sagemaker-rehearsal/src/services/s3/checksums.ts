/** The checksums of S3 uploads. CRC-32, SHA-1 and SHA-256 are verified; the others are kept as the client gives them. */

import { createHash } from 'node:crypto'

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

/** A checksum in the making; `digest` gives base64. */
export type Checksum = { update(chunk: Buffer): void; digest(): string }

const crc32 = (): Checksum => {
  let crc = 0xffffffff
  return {
    update(chunk) {
      for (const byte of chunk) crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8)
    },
    digest() {
      const out = Buffer.alloc(4)
      out.writeUInt32BE((crc ^ 0xffffffff) >>> 0)
      return out.toString('base64')
    },
  }
}

const hash = (algorithm: string): Checksum => {
  const state = createHash(algorithm)
  return { update: (chunk) => void state.update(chunk), digest: () => state.digest('base64') }
}

export const CHECKSUMS: Record<string, () => Checksum> = {
  crc32,
  sha1: () => hash('sha1'),
  sha256: () => hash('sha256'),
}

/** All that S3 knows, as in `x-amz-checksum-…`. */
export const ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const
