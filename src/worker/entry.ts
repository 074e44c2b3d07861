/**
 * The worker process. Everything that touches a tensor happens here, and only here are native add-ons loaded.
 */

import type { LoadOptions, ToWorker } from '../protocol/messages.ts'
import { preloadRuntime } from './engine/execution-provider.ts'
import { loadDecoder } from './image/image-to-tensor.ts'
import { type LoadedModel, loadModel } from './load.ts'
import { fail, send } from './parent.ts'
import { prepareItems, runItems } from './pipeline.ts'
import { sendResult } from './send-result.ts'

/** How often the server is told that requests are still being read; it takes a worker for stuck after three times as long. */
const PREPARING_MS = 500

let loaded: { model: LoadedModel; options: LoadOptions } | undefined

const requireModel = (): { model: LoadedModel; options: LoadOptions } => {
  if (loaded === undefined) throw new Error('a run before the model was loaded. This is a bug.')
  return loaded
}

/** Runs are made one after the other. */
let lastRun: Promise<unknown> = Promise.resolve()

/** Batches are read at the same time, so that none waits for another's; images and compressed bodies share budgets. */
const answer = async ({ id, alone, items }: Extract<ToWorker, { type: 'run' }>): Promise<void> => {
  const { model, options } = requireModel()
  const sign = setInterval(() => send({ type: 'preparing', id }), PREPARING_MS)
  const prepared = await prepareItems(items, model, options).finally(() => clearInterval(sign))
  const run = lastRun.then(() => runItems(prepared, alone, model))
  lastRun = run
  const { outcomes, timings } = await run
  await sendResult(id, outcomes, timings, send)
}

type Instruction = Exclude<ToWorker, { type: 'run' | 'optimise' }>

const handle = async (message: Instruction): Promise<void> => {
  switch (message.type) {
    case 'load':
      loaded = { model: await loadModel(message.options), options: message.options }
      send({ type: 'loaded', summary: loaded.model.summary })
      // Before the first image comes, but not before the worker counts as ready.
      if (loaded.model.summary.takesImages) await loadDecoder()
      return
    case 'probe':
      send({ type: 'alive' })
      return
    case 'stop':
      process.exit(0)
  }
}

preloadRuntime()

// Instructions are carried out one after the other, and a stop waits for all that was asked before.
let last: Promise<unknown> = Promise.resolve()
const answering = new Set<Promise<void>>()
process.on('message', (received) => {
  const message = received as Exclude<ToWorker, { type: 'optimise' }>
  if (message.type !== 'run') {
    last = last
      .then(() => (message.type === 'stop' ? Promise.all(answering) : undefined))
      .then(() => handle(message))
      .catch(fail)
    return
  }
  const answered = answer(message)
    .catch(fail)
    .finally(() => answering.delete(answered))
  answering.add(answered)
})
