/** Replies that are ready before their request's body has come, behind nginx. */

import type { IncomingMessage } from 'node:http'

/** How long the rest of a body is waited for. */
const REST_MS = 2000

/**
 * Calls back once the body has come, which is dropped, or will not come soon. nginx passes bodies on as they come; it sends a reply
 * that comes before the end of one with `Connection: keep-alive`, and then closes the connection, on which the client may have
 * sent its next request.
 */
export const afterBody = (request: IncomingMessage, then: () => void): void => {
  if (request.complete || request.destroyed) {
    then()
    return
  }
  const finish = () => {
    clearTimeout(timer)
    request.off('end', finish).off('close', finish)
    then()
  }
  const timer = setTimeout(finish, REST_MS)
  request.on('end', finish).on('close', finish).resume()
}
