/** NumPy's arrays of text: 'U' holds code points of 4 bytes, 'S' bytes, both padded with zeros at the end. */

import { isAscii } from 'node:buffer'
import { ServingError } from '../../errors.ts'
import { decodeUtf8 } from './text.ts'

export const readNpyText = (
  bytes: Uint8Array,
  itemBytes: number,
  isUnicode: boolean,
  isBigEndian: boolean,
): string[] => {
  const read = isUnicode ? unicodeReader(bytes, itemBytes, isBigEndian) : bytesReader(bytes)
  const items: string[] = []
  for (let start = 0; start < bytes.length; start += itemBytes) items.push(read(start, start + itemBytes))
  return items
}

type ReadItem = (start: number, end: number) => string

/** ASCII is decoded once for all items, since a decoder's call costs more than a short text. */
const bytesReader = (bytes: Uint8Array): ReadItem => {
  const text = isAscii(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
    : undefined
  return (start, end) => {
    let stop = end
    while (stop > start && bytes[stop - 1] === 0) stop--
    return text === undefined ? decodeUtf8(bytes.subarray(start, stop)) : text.slice(start, stop)
  }
}

/** By way of UTF-16 in one buffer that all items share. */
const unicodeReader = (bytes: Uint8Array, itemBytes: number, isBigEndian: boolean): ReadItem => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const units = Buffer.allocUnsafe(itemBytes)
  return (start, end) => {
    let stop = end
    while (stop > start && view.getUint32(stop - 4) === 0) stop -= 4
    let length = 0
    for (let at = start; at < stop; at += 4) {
      const codePoint = view.getUint32(at, !isBigEndian)
      if (codePoint > 0x10ffff) {
        throw new ServingError('ERR_INVALID_BODY', 'the NPY array has text that is not Unicode')
      }
      const isAstral = codePoint > 0xffff
      const rest = codePoint - 0x10000
      length = units.writeUInt16LE(isAstral ? 0xd800 + (rest >> 10) : codePoint, length)
      if (isAstral) length = units.writeUInt16LE(0xdc00 + (rest & 0x3ff), length)
    }
    return units.toString('utf16le', 0, length)
  }
}

/** Text as 'U' holds it. `write` allocates what `bytes` says: every item takes as much as the longest. */
export const createNpyText = (
  items: readonly string[],
): { descr: string; bytes: number; write: () => Uint8Array } => {
  // NumPy has no text of no characters.
  const longest = items.reduce((most, item) => Math.max(most, codePoints(item)), 1)
  const bytes = items.length * longest * 4
  const write = (): Uint8Array => {
    const view = new DataView(new ArrayBuffer(bytes))
    items.forEach((item, index) => {
      let at = index * longest * 4
      for (const character of item) {
        view.setUint32(at, character.codePointAt(0) as number, true)
        at += 4
      }
    })
    return new Uint8Array(view.buffer)
  }
  return { descr: `<U${longest}`, bytes, write }
}

const codePoints = (text: string): number => {
  let count = text.length
  for (let i = 1; i < text.length; i++) {
    const isPair = (text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800
    if (isPair) count -= 1
  }
  return count
}
