/** What a file is whose sender did not say. */

import { extname } from 'node:path'
import type { Codec } from './codec.ts'

type Guess = { magic: readonly { at: number; bytes: Buffer }[]; type: string }

/** The media type by a file name's extension. */
export const typesByExtension = (codecs: readonly Codec[]): ReadonlyMap<string, string> =>
  new Map(codecs.flatMap(({ extensions = {} }) => Object.entries(extensions)))

/** Guesses by the first bytes, else by the extension; undefined where neither tells. */
export const createGuess = (
  codecs: readonly Codec[],
): ((file: { name: string; body: Uint8Array }) => string | undefined) => {
  const byExtension = typesByExtension(codecs)
  const byMagic = codecs.flatMap(({ magic = [], mediaTypes: [type = ''] }) =>
    magic.map((pattern): Guess => {
      const magic = pattern.map(({ at, text }) => ({ at, bytes: Buffer.from(text, 'latin1') }))
      return { magic, type }
    }),
  )
  return ({ name, body }) => {
    const isAt = ({ at, bytes }: { at: number; bytes: Buffer }): boolean =>
      bytes.equals(body.subarray(at, at + bytes.length))
    const known = byMagic.find(({ magic }) => magic.every(isAt))
    return known?.type ?? byExtension.get(extname(`_${name}`).toLowerCase())
  }
}
