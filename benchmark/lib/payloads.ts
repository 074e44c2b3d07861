/** The models and what is sent to them. */

import { readFileSync } from 'node:fs'
import { Float16Array } from '@petamoriken/float16'
import { DEFAULT_DIRECTORY, ensureModels, ensurePhotos, type ModelName } from '../models.ts'
import type { Payload } from './load.ts'

export const modelFolders = (): Promise<Record<ModelName, string>> => ensureModels(DEFAULT_DIRECTORY)

const numbers = (count: number, of: (index: number) => number): number[] =>
  Array.from({ length: count }, (_, index) => of(index))

export const row = (seed = 0): number[] =>
  numbers(30, (index) => Math.round(Math.sin(index + seed) * 1e4) / 1e4)

export const tabularPayload: Payload = {
  body: JSON.stringify({ instances: [row()] }),
  contentType: 'application/json',
}

export const transformerPayload: Payload = {
  body: JSON.stringify({ instances: [numbers(128, (index) => (index * 37) % 2000)] }),
  contentType: 'application/json',
}

/** An array in NumPy's format (numpy.lib.format, version 1.0). */
const npy = (descr: '<f4' | '<f2' | '|u1', shape: readonly number[], data: Uint8Array): Uint8Array => {
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`
  const header = `${dictionary.padEnd(117)}\n`
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]),
    Buffer.from(header),
    data,
  ])
}

const PIXELS = Float32Array.from({ length: 150_528 }, (_, index) => Math.sin(index))

const imagePayload = (descr: Parameters<typeof npy>[0], data: ArrayBufferView): Payload => ({
  body: npy(descr, [1, 3, 224, 224], Buffer.from(data.buffer)),
  contentType: 'application/x-npy',
  accept: 'application/x-npy',
})

export const imageTensorPayload = imagePayload('<f4', PIXELS)

/** The same as half floats, and as bytes. */
export const imageHalvesPayload = imagePayload('<f2', Float16Array.from(PIXELS))
export const imageBytesPayload = imagePayload(
  '|u1',
  Uint8Array.from(PIXELS, (value) => 127 * (value + 1)),
)

export const jpegPayload = async (): Promise<Payload> => ({
  body: readFileSync((await ensurePhotos(DEFAULT_DIRECTORY)).large),
  contentType: 'image/jpeg',
  accept: 'application/x-npy',
})
