/** Reads a request's body from its stream, so that what it costs follows what has come and not what was announced. */

import type { IncomingMessage } from 'node:http'

/**
 * What is set aside for a body whose length was announced, before more of it has come. Then it may have four times as much
 * as has come: a client that announces much and sends little holds little.
 */
export const FIRST_BYTES = 64 * 1024

/** `tooLarge`: it is longer than allowed. `refused`: `grow` said no. `aborted`: the client has gone; nobody can be answered. */
export type BodyProblem = 'tooLarge' | 'refused' | 'aborted'

const NOTHING = Buffer.alloc(0)

/**
 * Calls back once, with the whole body or with what is wrong; the rest of a body that is not wanted is read and dropped,
 * since a reply is lost if the connection is closed while the client still sends.
 * @param announced the Content-Length; undefined for a chunked body
 * @param grow asked before more is held than FIRST_BYTES of an announced body, or than nothing of a chunked one, with the
 *   bytes that it will be in all; false refuses them
 */
export const readBody = (
  request: IncomingMessage,
  {
    announced,
    limit,
    grow,
  }: { announced: number | undefined; limit: number; grow: (bytes: number) => boolean },
  done: (result: Buffer | BodyProblem) => void,
): void => {
  let body: Buffer = NOTHING
  let length = 0

  const finish = (result: Buffer | BodyProblem) => {
    request.off('data', onData).off('end', onEnd).off('close', onClose)
    // 'error' stays listened to: without a listener an aborted request would be an exception.
    if (typeof result === 'string') {
      body = NOTHING
      request.resume()
    }
    done(result)
  }

  const capacityFor = (needed: number): number =>
    announced === undefined
      ? Math.min(limit, Math.max(needed, FIRST_BYTES, 2 * body.length))
      : Math.min(announced, Math.max(needed, FIRST_BYTES, 4 * body.length))

  const makeRoom = (needed: number): boolean => {
    if (needed <= body.length) return true
    const capacity = capacityFor(needed)
    const granted = announced === undefined ? 0 : FIRST_BYTES
    if (capacity > granted && !grow(capacity)) return false
    const room = Buffer.allocUnsafeSlow(capacity)
    body.copy(room, 0, 0, length)
    body = room
    return true
  }

  const onData = (chunk: Buffer) => {
    const needed = length + chunk.length
    if (needed > limit) return finish('tooLarge')
    // One that comes whole, as most do, is taken as it is.
    if (needed === announced && length === 0) body = chunk
    else if (!makeRoom(needed)) return finish('refused')
    else chunk.copy(body, length)
    length = needed
  }
  const onEnd = () => finish(body.subarray(0, length))
  const onClose = () => finish('aborted')

  request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', ignore)
}

const ignore = (): void => {}
