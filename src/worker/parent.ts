/**
 * The server, as its child processes see it. They end when told to, when the server is gone, or with their own crash; a
 * signal to the process group is the server's affair.
 */

import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import { StartupError } from '../errors.ts'
import { FrameReader } from '../protocol/frame-reader.ts'
import { decode, encode } from '../protocol/frames.ts'
import type { FromInspection, FromWorker } from '../protocol/messages.ts'

/** As forkWorker lays them out: behind the three of every process. */
const SERVER_FD = 3

let server: Socket | undefined

/** As it is before a model's own code is loaded, which may not call it. */
export const exit: (code: number) => never = process.exit.bind(process)

export const listenToParent = (receive: (message: unknown) => void): void => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {})
  const reader = new FrameReader((frame) => receive(decode(frame)))
  const onread: OnReadOpts = {
    buffer: () => reader.space,
    callback: (bytes) => {
      reader.came(bytes)
      return true
    },
  }
  // The types know `onread` only where a socket is connected.
  const options: SocketConstructorOpts & { onread: OnReadOpts } = { fd: SERVER_FD, onread }
  server = new Socket(options).on('error', () => {}).on('close', () => exit(0))
  server.resume()
}

/** @param then called when the message has been written */
export const send = (message: FromWorker | FromInspection, then: () => void = () => {}): void => {
  if (server === undefined) {
    then()
    return
  }
  const chunks = encode(message)
  const last = chunks.pop() as Uint8Array
  server.cork()
  for (const chunk of chunks) server.write(chunk)
  server.write(last, () => then())
  server.uncork()
}

/** Tells the server why, and ends. */
export const fail = (error: unknown): void => {
  const expected = error instanceof StartupError
  const message =
    error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error)
  send({ type: 'failed', message, expected }, () => exit(1))
}
