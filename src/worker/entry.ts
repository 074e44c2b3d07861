/**
 * The worker process. Everything that touches a tensor happens here, and only here are native add-ons loaded.
 * It ends when told to, when the server is gone, or with its own crash; a signal to the process group is the server's affair.
 */

import { StartupError } from '../errors.ts'
import type { FromWorker, ToWorker, Work } from '../workers/protocol.ts'
import { type LoadedModel, loadModel } from './load.ts'
import { optimise } from './optimise.ts'
import { type PreparedItems, prepareItems, runItems } from './pipeline.ts'

let loaded: LoadedModel | undefined
let defaultAccept = 'application/json'
/** Hand-overs are prepared one after the other, so that the pixels decoded at once are bounded. */
let lastPrepared: Promise<unknown> = Promise.resolve()

const send = (message: FromWorker, then: () => void = () => {}): void => {
  if (process.send === undefined) then()
  else process.send(message, () => then())
}

const fail = (error: unknown): void => {
  const expected = error instanceof StartupError
  const message =
    error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error)
  send({ type: 'failed', message, expected }, () => process.exit(1))
}

const requireModel = (): LoadedModel => {
  if (loaded === undefined) throw new Error('a run before the model was loaded. This is a bug.')
  return loaded
}

const prepare = (items: Work[]): Promise<PreparedItems> => {
  const prepared = lastPrepared.then(() => prepareItems(items, requireModel(), defaultAccept))
  lastPrepared = prepared
  return prepared
}

type Instruction = Exclude<ToWorker, { type: 'run' }>

const handle = async (message: Instruction): Promise<void> => {
  switch (message.type) {
    case 'optimise':
      send(await optimise(message), () => process.exit(0))
      return
    case 'load':
      defaultAccept = message.options.defaultAccept
      loaded = await loadModel(message.options)
      send({ type: 'loaded', summary: loaded.summary })
      return
    case 'probe':
      send({ type: 'alive' })
      return
    case 'stop':
      process.exit(0)
  }
}

// Instructions are carried out one after the other, so that a stop waits for a run; but a run is prepared on arrival.
let last = Promise.resolve()
process.on('message', (received) => {
  const message = received as ToWorker
  if (message.type !== 'run') {
    last = last.then(() => handle(message)).catch(fail)
    return
  }
  const prepared = prepare(message.items)
  last = last
    .then(async () => {
      const answer = await runItems(await prepared, message.alone, requireModel())
      send({ type: 'result', id: message.id, ...answer })
    })
    .catch(fail)
})
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => {})
process.on('SIGINT', () => {})
