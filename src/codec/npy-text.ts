/** NumPy's arrays of text: 'U' holds code points of 4 bytes, 'S' bytes, both padded with zeros at the end. */

import { ServingError } from '../errors.ts'
import { decodeUtf8 } from './text.ts'

export const readNpyText = (
  bytes: Uint8Array,
  itemBytes: number,
  isUnicode: boolean,
  isBigEndian: boolean,
): string[] =>
  Array.from({ length: bytes.length / itemBytes }, (_, index) => {
    const item = bytes.subarray(index * itemBytes, (index + 1) * itemBytes)
    return isUnicode
      ? readUnicode(item, isBigEndian)
      : decodeUtf8(item.subarray(0, lengthWithoutPadding(item)))
  })

const readUnicode = (item: Uint8Array, isBigEndian: boolean): string => {
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength)
  const codePoints = Array.from({ length: item.length / 4 }, (_, i) => view.getUint32(i * 4, !isBigEndian))
  codePoints.length = lengthWithoutPadding(codePoints)
  if (codePoints.some((codePoint) => codePoint > 0x10ffff)) {
    throw new ServingError('ERR_INVALID_BODY', 'The NPY array has text that is not Unicode.')
  }
  return codePoints.map((codePoint) => String.fromCodePoint(codePoint)).join('')
}

const lengthWithoutPadding = (values: ArrayLike<number>): number => {
  let length = values.length
  while (values[length - 1] === 0) length--
  return length
}
