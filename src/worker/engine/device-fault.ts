/**
 * A device that has failed, as against an input that it does not take. After some errors of CUDA's (an illegal access, a failed
 * launch, a memory error) no run of the process works any more, and only another process can go on.
 */

import type { Session } from './session.ts'

/** What ONNX Runtime says of a device or its libraries; a text that it makes of an input has none of it. */
const DEVICE_FAULT = /\bCUDA|\bCUDNN|\bCUBLAS|\bCUFFT|\bCURAND|out of memory/i

/** ONNX Runtime's binding throws plain errors without a code. */
export const isDeviceFault = (error: unknown): boolean =>
  DEVICE_FAULT.test(error instanceof Error ? error.message : String(error))

/** The device does not run any more what it has run before. */
export class DeviceLostError extends Error {
  override name = 'DeviceLostError'
}

/**
 * A session that tells a run which failed from a device that did.
 * @param works runs what the model is known to take, and rejects if that fails
 */
export const watched = (session: Session, works: () => Promise<unknown>): Session => ({
  ...session,
  run: async (inputs) => {
    try {
      return await session.run(inputs)
    } catch (error) {
      if (!isDeviceFault(error)) throw error
      const { message } = error as Error
      await works().catch((cause) => {
        throw new DeviceLostError(`the device has failed, also with what it has run before: ${message}`, {
          cause,
        })
      })
      throw error
    }
  },
})
