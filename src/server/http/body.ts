/** Reads a request's body from its stream, so that what it costs follows what has come and not what was announced. */

import type { IncomingMessage } from 'node:http'
import { type Body, free } from '../../protocol/body.ts'
import { Collected } from './pieces.ts'

/**
 * What a body whose length was announced may have, before more of it has come. Then it may have four times as much as has
 * come: a client that announces much and sends little takes little of what others may have.
 */
export const FIRST_BYTES = 64 * 1024

/** `tooLarge`: it is longer than allowed. `refused`: `grow` said no. `aborted`: the client has gone; nobody can be answered. */
export type BodyProblem = 'tooLarge' | 'refused' | 'aborted'

/**
 * Calls back once, with the whole body or with what is wrong; the rest of a body that is not wanted is read and dropped,
 * since a reply is lost if the connection is closed while the client still sends.
 * @param announced the Content-Length; undefined for a chunked body
 * @param grow asked before more is held than FIRST_BYTES of an announced body, or than nothing of a chunked one, with the
 *   bytes that it may then have in all; false refuses them
 */
export const readBody = (
  request: IncomingMessage,
  {
    announced,
    limit,
    grow,
  }: { announced: number | undefined; limit: number; grow: (bytes: number) => boolean },
  done: (result: Body | BodyProblem) => void,
): void => {
  let body = new Collected()
  let whole: Buffer | undefined
  let granted = announced === undefined ? 0 : FIRST_BYTES

  const finish = (result: Body | BodyProblem) => {
    request.off('data', onData).off('end', onEnd).off('close', onClose)
    // 'error' stays listened to: without a listener an aborted request would be an exception.
    if (typeof result === 'string') {
      free(body.end())
      body = new Collected()
      request.resume()
    }
    done(result)
  }

  const mayHave = (needed: number): boolean => {
    if (needed <= granted) return true
    granted =
      announced === undefined
        ? Math.min(limit, Math.max(needed, FIRST_BYTES, 2 * granted))
        : Math.min(announced, Math.max(needed, 4 * granted))
    return grow(granted)
  }

  const onData = (chunk: Buffer) => {
    const needed = body.byteLength + chunk.length
    if (needed > limit) return finish('tooLarge')
    if (!mayHave(needed)) return finish('refused')
    // One that comes whole, as most do, is taken as it is.
    if (chunk.length === announced) whole = chunk
    else body.add(chunk)
  }
  const onEnd = () => finish(whole ?? body.end())
  const onClose = () => finish('aborted')

  request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', ignore)
}

const ignore = (): void => {}
