/** What is wrong with a file that ONNX Runtime cannot parse, as far as its size and its outermost fields tell. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** Protobuf's own limit on a message. */
const MOST_BYTES = 2 ** 31

/** Tag and length of a field take no more than this. */
const FIELD_BYTES = 20

/** Fields of a ModelProto (onnx.proto): metadata and functions may be many. */
const MOST_FIELDS = 100_000

const FIELD_NAMES: Record<number, string> = { 7: 'graph', 8: 'opset', 14: 'metadata', 25: 'functions' }

/** The varint at `at` and where it ends; undefined if it goes on past the end or beyond 2^53. */
const readVarint = (bytes: Uint8Array, at: number): { value: number; end: number } | undefined => {
  let value = 0
  for (let i = 0; i < 8; i += 1) {
    const byte = bytes[at + i]
    if (byte === undefined) return undefined
    value += (byte & 127) * 128 ** i
    if (byte < 128) return { value, end: at + i + 1 }
  }
  return undefined
}

type Field = { number: number; end: number }

/** The field that begins at `at`, by protobuf's wire format; undefined for what cannot be one. */
const readField = (bytes: Uint8Array, at: number): Field | undefined => {
  const tag = readVarint(bytes, 0)
  if (tag === undefined || tag.value < 8) return undefined
  const number = Math.floor(tag.value / 8)
  switch (tag.value % 8) {
    case 0: {
      const varint = readVarint(bytes, tag.end)
      return varint && { number, end: at + varint.end }
    }
    case 1:
      return { number, end: at + tag.end + 8 }
    case 2: {
      const length = readVarint(bytes, tag.end)
      return length && { number, end: at + length.end + length.value }
    }
    case 5:
      return { number, end: at + tag.end + 4 }
    default:
      return undefined
  }
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')

/** One clause on the file, with what to do. Reads a few bytes of it. */
export const describeDamage = (file: string): string => {
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const read = (at: number): Uint8Array => {
      const buffer = Buffer.alloc(FIELD_BYTES)
      return buffer.subarray(0, readSync(descriptor, buffer, 0, FIELD_BYTES, at))
    }
    if (size >= MOST_BYTES)
      return `it has ${size} bytes, and protobuf holds less than ${MOST_BYTES}: save it with its weights outside, in Python with \`onnx.save(model, "model.onnx", save_as_external_data=True)\``
    const start = read(0)
    if (start.every((byte) => byte === 0))
      return `it has ${size} bytes and begins with zeros, as after a copy that was broken off: copy it again`
    const seen: string[] = []
    for (let at = 0, count = 0; at < size && count < MOST_FIELDS; count += 1) {
      const field = readField(read(at), at)
      if (field === undefined)
        return at === 0
          ? `it has ${size} bytes and begins with ${hex(start)}, as no ONNX file does`
          : `it has ${size} bytes and is damaged at byte ${at}: copy it again`
      if (field.end > size)
        return `it is truncated: by what it says of its ${FIELD_NAMES[field.number] ?? `field ${field.number}`} it goes on to byte ${field.end} at least, and it ends at byte ${size}. Copy it again`
      seen.push(FIELD_NAMES[field.number] ?? '')
      at = field.end
    }
    if (!seen.includes('graph')) return `it has ${size} bytes and no graph`
    return `it has all of its ${size} bytes, and something inside its graph is damaged: copy or export it again, and try \`onnx.checker.check_model\` on it in Python`
  } finally {
    closeSync(descriptor)
  }
}
