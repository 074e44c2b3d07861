/** A request as the model's own code sees it. */

import { ServingError } from '../../errors.ts'
import type { Request } from '../../handler-types.ts'
import type { RequestHeaders } from '../../protocol/request.ts'

export const CUSTOM_ATTRIBUTES = 'x-amzn-sagemaker-custom-attributes'

const decoder = new TextDecoder('utf-8', { fatal: true })

const toText = (body: Uint8Array): string => {
  try {
    return decoder.decode(body)
  } catch {
    throw new ServingError('ERR_INVALID_BODY', 'the body is not valid UTF-8')
  }
}

/** Bodies that came together are views of one memory, which the code may give away or overwrite: it gets memory of its own. */
const ownOf = (body: Uint8Array): Uint8Array =>
  body.byteLength === body.buffer.byteLength ? body : Buffer.from(new Uint8Array(body).buffer)

export const toRequest = (
  headers: RequestHeaders,
  received: Uint8Array,
  abort: { readonly signal: AbortSignal },
): Request => {
  const body = ownOf(received)
  return {
    headers,
    customAttributes: headers[CUSTOM_ATTRIBUTES] ?? '',
    body,
    get signal() {
      return abort.signal
    },
    text: () => toText(body),
    json: () => {
      try {
        return JSON.parse(toText(body))
      } catch (error) {
        if (error instanceof ServingError) throw error
        throw new ServingError('ERR_INVALID_BODY', `the body is not valid JSON: ${(error as Error).message}`)
      }
    },
  }
}
