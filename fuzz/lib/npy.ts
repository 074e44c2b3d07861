/** Writes NumPy's .npy format, and what only looks like it (numpy.lib.format, versions 1.0 to 3.0). */

export type NpyHead = { descr: string; fortran?: boolean; shape: string; version?: 1 | 2 | 3 }

/** The text of a header, a Python dict literal. */
export const dictOf = ({ descr, fortran = false, shape }: NpyHead): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape}), }`

/**
 * @param dict the header's text, padded here so that data begins at a multiple of 64 bytes
 * @param claimed the header's length as the file states it; the true one if it is left out
 */
export const npyOf = (dict: string, data: Uint8Array, version = 1, claimed?: number): Buffer => {
  const start = version === 1 ? 10 : 12
  const total = Math.ceil((start + dict.length + 1) / 64) * 64
  const header = Buffer.from(`\x93NUMPY${' '.repeat(start - 6)}${dict.padEnd(total - start - 1)}\n`, 'latin1')
  header[6] = version
  header[7] = 0
  const length = claimed ?? total - start
  if (version === 1) header.writeUInt16LE(length & 0xffff, 8)
  else header.writeUInt32LE(length >>> 0, 8)
  return Buffer.concat([header, data])
}

/** As Python writes a tuple, without its brackets. */
export const tupleOf = (dims: readonly number[]): string =>
  dims.length === 1 ? `${dims[0]},` : dims.join(', ')
