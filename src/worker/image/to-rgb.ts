/** What the decoder gives, as RGB. */

import type { Pixels, Size } from './pixels.ts'

/** Pixels: 3 bytes, 4 bytes of inverted inks, or one 16-bit number for each. */
export type Decoded = Size & { form: 'rgb' | 'cmyk' | 'gray16'; data: Uint8Array }

export const toRgb = ({ width, height, form, data }: Decoded): Pixels => {
  const size = { width, height, channels: 3 } as const
  if (form === 'rgb') return { ...size, data }
  if (form === 'cmyk') return { ...size, data: cmykToRgb(data) }
  return { ...size, data: gray16ToRgb(new Uint16Array(data.buffer, data.byteOffset, data.length / 2)) }
}

/** Pillow's conversion, which knows no colour profile: each channel is (255 - ink) * (255 - black) / 255, rounded. */
const cmykToRgb = (cmyk: Uint8Array): Uint8Array => {
  const rgb = new Uint8Array((cmyk.length / 4) * 3)
  for (let from = 0, to = 0; from < cmyk.length; from += 4, to += 3) {
    const light = 255 - (cmyk[from + 3] as number)
    for (let channel = 0; channel < 3; channel++) {
      const product = (cmyk[from + channel] as number) * light + 128
      rgb[to + channel] = Math.max(0, light - ((product + (product >> 8)) >> 8))
    }
  }
  return rgb
}

/** Pillow's conversion, which does not scale: all above 255 becomes white. */
const gray16ToRgb = (gray: Uint16Array): Uint8Array => {
  const rgb = new Uint8Array(gray.length * 3)
  for (let i = 0; i < gray.length; i++) rgb.fill(Math.min(gray[i] as number, 255), i * 3, i * 3 + 3)
  return rgb
}
