/** A request's id: SageMaker's inference id where the caller gave one (1 to 64 printable characters), else our own. */

import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export const requestId = (headers: IncomingHttpHeaders): string => {
  const given = headers['x-amzn-sagemaker-inference-id']
  return typeof given === 'string' && /^[\x20-\x7e]{1,64}$/.test(given) ? given : randomUUID()
}
