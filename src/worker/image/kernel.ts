/**
 * The module of wasm/resample.ts and its memory. Pixels and weights are copied into it for each call, since calls of several images take
 * turns; it grows to what a call needs, which the callers bound.
 */

import { MODULE } from './resample-wasm.ts'

/** See wasm/resample.ts for what they do; all but numbers of pixels, rows and bits are addresses in the memory. */
type Passes = {
  alongRows(
    ...args: [
      from: number,
      rowBytes: number,
      to: number,
      rows: number,
      width: number,
      channels: number,
      starts: number,
      counts: number,
      weights: number,
      stride: number,
      bits: number,
    ]
  ): void
  alongColumns(
    ...args: [
      from: number,
      rowBytes: number,
      first: number,
      to: number,
      rows: number,
      starts: number,
      counts: number,
      weights: number,
      stride: number,
      bits: number,
    ]
  ): void
}

/** Of the global that TypeScript knows of browsers only. */
declare const WebAssembly: {
  Memory: new (descriptor: { initial: number }) => { buffer: ArrayBuffer; grow(pages: number): number }
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: object }
}

const PAGE_BYTES = 65_536

/** The module may read or overwrite so much behind an array. */
const SLACK_BYTES = 16

const memory = new WebAssembly.Memory({ initial: 1 })

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(MODULE, 'base64')), {
  env: { memory },
})

export const passes = exports as unknown as Passes

/** Addresses of arrays of so many bytes each, one behind the other; what they held before is lost. */
export const arrange = (...sizes: readonly number[]): number[] => {
  let end = 0
  const addresses = sizes.map((bytes) => {
    const address = end
    end = 16 * Math.ceil((address + bytes + SLACK_BYTES) / 16)
    return address
  })
  const missing = end - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES))
  return addresses
}

/** `bytes` bytes of the memory from an address, until it grows. */
export const viewAt = (address: number, bytes: number): Uint8Array =>
  new Uint8Array(memory.buffer, address, bytes)

export const putNumbers = (address: number, numbers: Int32Array): void => {
  new Int32Array(memory.buffer, address, numbers.length).set(numbers)
}
