/**
 * The worker process. Everything that touches a tensor happens here, and only here are native add-ons loaded.
 */

import { loadDecoder } from '../model/image/image-to-tensor.ts'
import type { ToWorker, Work } from '../workers/protocol.ts'
import { preloadRuntime } from './execution-provider.ts'
import { type LoadedModel, loadModel } from './load.ts'
import { fail, send } from './parent.ts'
import { type PreparedItems, prepareItems, runItems } from './pipeline.ts'
import { sendResult } from './send-result.ts'

let loaded: LoadedModel | undefined
let defaultAccept = 'application/json'
/** Hand-overs are prepared one after the other, so that the pixels decoded at once are bounded. */
let lastPrepared: Promise<unknown> = Promise.resolve()

const requireModel = (): LoadedModel => {
  if (loaded === undefined) throw new Error('a run before the model was loaded. This is a bug.')
  return loaded
}

const prepare = (items: Work[]): Promise<PreparedItems> => {
  const prepared = lastPrepared.then(() => prepareItems(items, requireModel(), defaultAccept))
  lastPrepared = prepared
  return prepared
}

type Instruction = Exclude<ToWorker, { type: 'run' | 'optimise' }>

const handle = async (message: Instruction): Promise<void> => {
  switch (message.type) {
    case 'load':
      defaultAccept = message.options.defaultAccept
      loaded = await loadModel(message.options)
      send({ type: 'loaded', summary: loaded.summary })
      // Before the first image comes, but not before the worker counts as ready.
      if (loaded.summary.takesImages) await loadDecoder()
      return
    case 'probe':
      send({ type: 'alive' })
      return
    case 'stop':
      process.exit(0)
  }
}

preloadRuntime()

// Instructions are carried out one after the other, so that a stop waits for a run; but a run is prepared on arrival.
let last = Promise.resolve()
process.on('message', (received) => {
  const message = received as Exclude<ToWorker, { type: 'optimise' }>
  if (message.type !== 'run') {
    last = last.then(() => handle(message)).catch(fail)
    return
  }
  const prepared = prepare(message.items)
  last = last
    .then(async () => {
      const { outcomes, timings } = await runItems(await prepared, message.alone, requireModel())
      await sendResult(message.id, outcomes, timings, send)
    })
    .catch(fail)
})
