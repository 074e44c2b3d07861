/**
 * The pipe beside a worker's messages. A large body goes into it in the pieces in which it came: in a message it would be joined
 * and copied, while the event loop waits. Nothing else is in it: the messages say how long each body is.
 */

import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { type Body, join, piecesOf } from '../../protocol/body.ts'
import { MESSAGE_BODY_BYTES } from '../../protocol/messages.ts'

const isLarge = ({ byteLength }: Body): boolean => byteLength > MESSAGE_BODY_BYTES

/** What is in the message: a small body itself, of a large one its length. */
export const crossing = (body: Body): Uint8Array | number => (isLarge(body) ? body.byteLength : join(body))

export class BodyPipe {
  /** Not there if the process could not be started, which its `error` event says. */
  readonly #pipe: Socket | undefined

  constructor({ stdio }: ChildProcess) {
    // Without file descriptors left Node gives no pipes at all.
    this.#pipe = (stdio as ChildProcess['stdio'] | undefined)?.[4] as Socket | undefined
    // That the worker has gone is told by its process.
    this.#pipe?.on('error', () => {})
  }

  /** Sends the large ones. Resolves when the worker has taken them or the pipe is closed; undefined if there are none. */
  send(bodies: readonly Body[]): Promise<void> | undefined {
    const pieces = bodies.filter(isLarge).flatMap(piecesOf)
    const last = pieces.pop()
    const pipe = this.#pipe
    if (last === undefined || pipe === undefined) return undefined
    // All in one go, so that the system takes as many at once as it can.
    pipe.cork()
    for (const piece of pieces) pipe.write(piece)
    const taken = new Promise<void>((resolve) => pipe.write(last, () => resolve()))
    pipe.uncork()
    return taken
  }

  close(): void {
    this.#pipe?.destroy()
  }
}
