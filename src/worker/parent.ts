/**
 * The server, as its child processes see it. They end when told to, when the server is gone, or with their own crash; a
 * signal to the process group is the server's affair.
 */

import { StartupError } from '../errors.ts'
import type { FromWorker } from '../protocol/messages.ts'

process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => {})
process.on('SIGINT', () => {})

export const send = (message: FromWorker, then: () => void = () => {}): void => {
  if (process.send === undefined) then()
  else process.send(message, () => then())
}

export const fail = (error: unknown): void => {
  const expected = error instanceof StartupError
  const message =
    error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error)
  send({ type: 'failed', message, expected }, () => process.exit(1))
}
