/**
 * A thread that finishes images, one after the other. Nothing that it imports is a native add-on, so that the process may end
 * at any moment.
 */

import { parentPort } from 'node:worker_threads'
import type { Tensor } from '../../tensor/tensor.ts'
import { finishing, inOneGo, type Unfinished } from './finish.ts'
import { release } from './release.ts'

/** What a thread answers; what it cannot do is a fault of ours, or of the machine's memory. */
export type Finished = { tensor: Tensor } | { error: string }

parentPort?.on('message', (image: Unfinished) => {
  try {
    const tensor = inOneGo(finishing(image))
    parentPort?.postMessage({ tensor } satisfies Finished, [
      (tensor.data as Uint8Array).buffer as ArrayBuffer,
    ])
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    parentPort?.postMessage({ error: text } satisfies Finished)
  } finally {
    release(image.decoded.data)
  }
})
