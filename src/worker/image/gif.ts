/**
 * GIF: the transparent index of the first frame is dropped before decoding, so that those pixels keep their colour of
 * the palette as they do in Pillow's convert('RGB'); libvips' decoder would make them black.
 */

const EXTENSION = 0x21
const GRAPHIC_CONTROL = 0xf9
const TRANSPARENCY_FLAG = 1

/** The same bytes, or a copy without the flag. Anything malformed is left to the decoder to refuse. */
export const withoutTransparency = (gif: Uint8Array): Uint8Array => {
  const screenFlags = gif[10] ?? 0
  const paletteBytes = screenFlags & 0x80 ? 3 * 2 ** ((screenFlags & 7) + 1) : 0
  let at = 13 + paletteBytes
  while (gif[at] === EXTENSION) {
    if (gif[at + 1] === GRAPHIC_CONTROL) {
      const copy = Uint8Array.from(gif)
      copy[at + 3] = (copy[at + 3] ?? 0) & ~TRANSPARENCY_FLAG
      return copy
    }
    at += 2
    for (let length = gif[at] ?? 0; length > 0; length = gif[at] ?? 0) at += length + 1
    at += 1
  }
  return gif
}
