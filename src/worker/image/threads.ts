/**
 * Where decoded images become tensors: on threads of their own where the worker may use several CPUs, so that its own thread is
 * free for what only it can do. Their number, and not a queue, bounds nothing: whoever calls answers for the pixels under way.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { entryOf, isCompiled } from '../../places.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { finishing, type Unfinished } from './finish.ts'
import type { Finished } from './thread.ts'

type Waiting = { resolve(tensor: Tensor): void; reject(error: Error): void }

/** In the order in which the thread answers. */
type Thread = { worker: Worker; waiting: Waiting[] }

const threads: Thread[] = []

const start = (): Thread => {
  const worker = new Worker(entryOf('image/thread'), { execArgv: [] })
  const waiting: Waiting[] = []
  worker.unref()
  worker.on('message', (finished: Finished) => {
    const { resolve, reject } = waiting.shift() as Waiting
    if (waiting.length === 0) worker.unref()
    if ('tensor' in finished) resolve(finished.tensor)
    else reject(new Error(finished.error))
  })
  // As what nobody catches on this thread, it ends the process: the server gives its requests to another worker.
  worker.on('exit', (code) => {
    throw new Error(`a thread for images ended with code ${code}`)
  })
  return { worker, waiting }
}

/** How many threads are worth it for a worker that may use so many CPUs: decoding, which libuv does, takes the larger half. */
export const threadsFor = ({ cpus = 1, workers = 1 }: { cpus?: number; workers?: number }): number =>
  cpus < 2 * workers ? 0 : Math.ceil(cpus / workers / 2)

/**
 * From now on images are finished on so many threads; on none, on this one. Where tsx runs the sources there are none: in a thread it
 * never comes to an end of loading them (Node 20).
 */
export const startThreads = (count: number): void => {
  if (!isCompiled) return
  while (threads.length < count) threads.push(start())
}

export const finish = async (image: Unfinished): Promise<Tensor> => {
  const [first, ...others] = threads
  if (first === undefined) return finishHere(image)
  const { worker, waiting } = others.reduce(
    (least, thread) => (thread.waiting.length < least.waiting.length ? thread : least),
    first,
  )
  return new Promise((resolve, reject) => {
    // What sharp gives cannot be transferred, and its toUint8Array(), which could, leaks all pixels (0.35.5).
    const data = new Uint8Array(image.decoded.data)
    worker.postMessage({ ...image, decoded: { ...image.decoded, data } } satisfies Unfinished, [data.buffer])
    // Only what was sent is answered: memory for the copy may be lacking.
    worker.ref()
    waiting.push({ resolve, reject })
  })
}

/** A large image takes a while, during which the worker must be able to say that it is well. */
const finishHere = async (image: Unfinished): Promise<Tensor> => {
  const turns = finishing(image)
  for (;;) {
    const { done, value } = turns.next()
    if (done) return value
    await nextTurn()
  }
}
