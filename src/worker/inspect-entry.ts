/** The short-lived process that checks the model and writes its optimised graph. */

import type { FromWorker, ToWorker } from '../protocol/messages.ts'
import { optimise } from './inspect.ts'
import { fail, send } from './parent.ts'

/** Resolves when the message has gone, since the process may not get any further. */
const report = (message: FromWorker): Promise<void> => new Promise((resolve) => send(message, resolve))

process.once('message', (message) => {
  optimise(message as Extract<ToWorker, { type: 'optimise' }>, report).then(
    (answer) => send(answer, () => process.exit(0)),
    fail,
  )
})
