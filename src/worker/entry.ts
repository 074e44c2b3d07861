/**
 * The worker process. Everything that touches a tensor happens here, and only here are native add-ons loaded.
 * It ends when told to, when the server is gone, or with its own crash; a signal to the process group is the server's affair.
 */

import { StartupError } from '../errors.ts'
import type { FromWorker, ToWorker } from '../workers/protocol.ts'
import { type LoadedModel, loadModel } from './load.ts'
import { optimise } from './optimise.ts'
import { processItems } from './pipeline.ts'

let loaded: LoadedModel | undefined
let defaultAccept = 'application/json'

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

const handle = async (message: ToWorker): Promise<void> => {
  switch (message.type) {
    case 'optimise':
      send(await optimise(message), () => process.exit(0))
      return
    case 'load':
      defaultAccept = message.options.defaultAccept
      loaded = await loadModel(message.options)
      send({ type: 'loaded', summary: loaded.summary })
      return
    case 'run': {
      if (loaded === undefined) throw new Error('a run before the model was loaded. This is a bug.')
      send({
        type: 'result',
        id: message.id,
        ...(await processItems(message.items, message.alone, loaded, defaultAccept)),
      })
      return
    }
    case 'probe':
      send({ type: 'alive' })
      return
    case 'stop':
      process.exit(0)
  }
}

// A stop that arrives during a run waits for it: messages are handled one after the other.
let last = Promise.resolve()
process.on('message', (message) => {
  last = last.then(() => handle(message as ToWorker)).catch(fail)
})
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => {})
process.on('SIGINT', () => {})
