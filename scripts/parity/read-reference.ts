/** The file that reference.py writes: NumPy arrays one after another, the names first. */

import { readFileSync } from 'node:fs'
import { elementCount, type Shape } from '../../src/tensor/tensor.ts'
import { parseNpyHeader } from '../../src/worker/codec/npy-header.ts'

export type Reference = { name: string; dims: Shape; data: Float32Array }

/** Throws an error that says what is wrong with the file. */
export const readReference = (file: string): Reference[] => {
  let rest: Uint8Array = readFileSync(file)
  const next = (descr: string, itemBytes: number): { shape: Shape; bytes: Uint8Array } => {
    const header = parseNpyHeader(rest)
    if (header.descr !== descr)
      throw new Error(`${file}: expected an array of ${descr}, found ${header.descr}`)
    const end = header.dataOffset + elementCount(header.shape) * itemBytes
    if (end > rest.length) throw new Error(`${file} ends inside an array; write it again with reference.py`)
    // A copy, which is aligned.
    const bytes = rest.slice(header.dataOffset, end)
    rest = rest.subarray(end)
    return { shape: header.shape, bytes: Uint8Array.from(bytes) }
  }
  const names = JSON.parse(Buffer.from(next('|u1', 1).bytes).toString()) as string[]
  return names.map((name) => {
    const { shape, bytes } = next('<f4', 4)
    return { name, dims: shape, data: new Float32Array(bytes.buffer, 0, bytes.length / 4) }
  })
}
