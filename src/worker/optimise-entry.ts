/** The short-lived process that checks the model and writes its optimised graph. */

import type { ToWorker } from '../workers/protocol.ts'
import { optimise } from './optimise.ts'
import { fail, send } from './parent.ts'

process.once('message', (message) => {
  optimise(message as Extract<ToWorker, { type: 'optimise' }>).then(
    (optimised) => send(optimised, () => process.exit(0)),
    fail,
  )
})
