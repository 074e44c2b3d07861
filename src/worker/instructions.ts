/** What a worker does with each message of the server. */

import type { FromWorker, ToWorker } from '../protocol/messages.ts'
import { Batches } from './batches.ts'
import { loadDecoder } from './image/image-to-tensor.ts'
import { startThreads, threadsFor } from './image/threads.ts'
import type { Models } from './models.ts'

type Parent = {
  send(message: FromWorker, then?: () => void): void
  /** Something went wrong that the worker cannot go on after. */
  fail(error: unknown): void
  /** The worker is to end. */
  stop(): void
}

/**
 * Batches are begun as they come, and cancelled at once. All else is done in order, and a stop waits for all that was asked
 * before it.
 */
export const followInstructions = (
  models: Models,
  { send, fail, stop }: Parent,
): ((message: ToWorker) => void) => {
  const batches = new Batches(models.find, send)
  const load = async ({ model, options }: Extract<ToWorker, { type: 'load' }>) => {
    const { info } = await models.load(model, options)
    send({ type: 'loaded', model, info })
    // Before the first image comes, but not before the worker counts as ready.
    if (!info.acceptsImages) return
    startThreads(threadsFor(options))
    await loadDecoder()
  }
  let last: Promise<unknown> = Promise.resolve()
  const inOrder = (task: () => unknown): void => {
    last = last.then(task).catch(fail)
  }
  return (message) => {
    switch (message.type) {
      case 'load':
        inOrder(() => load(message))
        return
      case 'run':
        batches.run(message).catch(fail)
        return
      case 'cancel':
        batches.cancel(message.batch, message.item)
        return
      case 'probe':
        inOrder(() => send({ type: 'alive' }))
        return
      case 'stop': {
        const asked = batches.settled()
        inOrder(() => asked.then(stop))
      }
    }
  }
}
