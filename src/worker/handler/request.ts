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

export const toRequest = (
  headers: RequestHeaders,
  body: Uint8Array,
  abort: { readonly signal: AbortSignal },
): Request => ({
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
})
