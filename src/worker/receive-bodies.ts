/**
 * Large bodies come through a pipe beside the messages, one after the other and with nothing between them. Each is read right
 * into its place: into memory of its own, whose length its message has said.
 */

import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import { MESSAGE_BODY_BYTES } from '../protocol/messages.ts'

/** Gives the body that is so long and comes next in the pipe. To be called in the order of the messages. */
export type ReceiveBody = (bytes: number) => Promise<Uint8Array>

type Arriving = { body: Uint8Array; came: number; whole(body: Uint8Array): void }

/** @param fd the pipe's file descriptor; it is read from when there is something to come */
export const createReceiver = (fd: number): ReceiveBody => {
  const arriving: Arriving[] = []
  /** Where a read goes for which no body has been announced yet: shorter than any of them, so that it cannot hold two. */
  const start = new Uint8Array(MESSAGE_BODY_BYTES)

  const onRead = (bytes: number, into: Uint8Array): boolean => {
    const [next] = arriving as [Arriving]
    if (into === start) next.body.set(start.subarray(0, bytes))
    next.came += bytes
    if (next.came === next.body.length) {
      arriving.shift()
      next.whole(next.body)
    }
    return arriving.length > 0
  }

  let pipe: Socket | undefined
  const open = () => {
    const onread: OnReadOpts = {
      buffer: () => arriving[0]?.body.subarray(arriving[0].came) ?? start,
      callback: onRead,
    }
    // The types know `onread` only where a socket is connected.
    const options: SocketConstructorOpts & { onread: OnReadOpts } = { fd, onread }
    return new Socket(options).on('error', () => {})
  }

  return (bytes) =>
    new Promise((whole) => {
      arriving.push({ body: Buffer.allocUnsafeSlow(bytes), came: 0, whole })
      pipe ??= open()
      pipe.resume()
    })
}
