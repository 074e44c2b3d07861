/**
 * The server, as its child processes see it. They end when told to, when the server is gone, or with their own crash; a
 * signal to the process group is the server's affair.
 */

import { StartupError } from '../errors.ts'
import type { FromInspection, FromWorker } from '../protocol/messages.ts'

/** As it is before a model's own code is loaded, which may not call it. */
export const exit: (code: number) => never = process.exit.bind(process)

export const listenToParent = (receive: (message: unknown) => void): void => {
  process.on('disconnect', () => exit(0))
  process.on('SIGTERM', () => {})
  process.on('SIGINT', () => {})
  process.on('message', receive)
}

/** @param then called when the message has been written */
export const send = (message: FromWorker | FromInspection, then: () => void = () => {}): void => {
  if (process.send === undefined) then()
  else process.send(message, () => then())
}

/** Tells the server why, and ends. */
export const fail = (error: unknown): void => {
  const expected = error instanceof StartupError
  const message =
    error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error)
  send({ type: 'failed', message, expected }, () => exit(1))
}
