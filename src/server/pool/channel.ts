/** The socket between the server and a process of its own, for all that they say to one another. */

import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Body } from '../../protocol/body.ts'
import { ProtocolError } from '../../protocol/check.ts'
import { FrameReader } from '../../protocol/frame-reader.ts'
import { decode, encode } from '../../protocol/frames.ts'
import type { Run, ToInspection, ToWorker } from '../../protocol/messages.ts'

export class Channel {
  /** Not there if the process could not be started, which its `error` event says. */
  readonly #socket: Socket | undefined
  #left = false

  /** @param fail what came breaks the protocol, or `receive` says so */
  constructor(
    { stdio }: ChildProcess,
    receive: (message: unknown) => void,
    fail: (error: ProtocolError) => void,
  ) {
    // Without file descriptors left Node gives no sockets at all.
    this.#socket = (stdio as ChildProcess['stdio'] | undefined)?.[3] as Socket | undefined
    const reader = new FrameReader((frame) => receive(decode(frame)))
    const read = (chunk: Buffer) => {
      try {
        reader.add(chunk)
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        this.#socket?.off('data', read)
        fail(error)
      }
    }
    // A closed end that has not read all resets the connection; one that has read all merely ends it. That the process has gone
    // is told by itself.
    this.#socket?.on('error', () => {
      this.#left = true
    })
    this.#socket?.on('data', read)
  }

  /** The process has gone, or closed its end, and has not read what was sent last. */
  get leftUnread(): boolean {
    return this.#left
  }

  /** Resolves when the process has taken all of it or is gone; undefined if nothing of the message's bodies is needed any more. */
  send(message: ToWorker | Run<Body> | ToInspection): Promise<void> | undefined {
    const socket = this.#socket
    if (socket === undefined) return undefined
    const chunks = encode(message)
    const last = chunks.pop() as Uint8Array
    if (chunks.length === 0) {
      socket.write(last)
      return undefined
    }
    // All in one go, so that the system takes as many at once as it can.
    socket.cork()
    for (const chunk of chunks) socket.write(chunk)
    const taken = new Promise<void>((resolve) => socket.write(last, () => resolve()))
    socket.uncork()
    return taken
  }

  close(): void {
    this.#socket?.destroy()
  }
}
