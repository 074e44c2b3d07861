/** The switch as a function of AWS Lambda. */

import { setTimeout as delay } from 'node:timers/promises'
import { MOST_ANSWER_BYTES } from '../../src/lambda/answer.ts'
import { httpRequestOf, type LambdaEvent } from '../../src/lambda/event.ts'
import { errorAnswer } from './invocation-error.ts'
import { createSwitch, INVOKE, type Reply, type SwitchOptions } from './switch.ts'

/** How long a request waits for S3 to have its line: the function is frozen once it has answered. */
const STORE_MS = 1_000

/** Payload format 2.0 (API Gateway developer guide). */
export type LambdaResult = {
  statusCode: number
  headers: Record<string, string>
  cookies: string[]
  body: string
  isBase64Encoded: boolean
}

const tooLarge = (bytes: number): Reply =>
  errorAnswer(
    502,
    'ResponseTooLarge',
    `the answer has ${bytes} bytes, and as base64 with its headers more than Lambda's ${MOST_ANSWER_BYTES}; ask for less, or run the proxy as a container`,
  )

/** Always base64: what an endpoint answers may be any bytes. */
const write = ({ status, headers, body }: Reply): LambdaResult => {
  const { 'set-cookie': cookie, ...others } = headers
  return {
    statusCode: status,
    headers: others,
    cookies: cookie === undefined ? [] : [cookie],
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  }
}

/** Lambda itself would say no more than that something is wrong. */
const toResult = (reply: Reply): LambdaResult => {
  const result = write(reply)
  if (Buffer.byteLength(JSON.stringify(result)) <= MOST_ANSWER_BYTES) return result
  const { status, headers, body } = tooLarge(Buffer.byteLength(reply.body))
  return write({ status, headers: { ...reply.headers, ...headers }, body })
}

export const createHandler = (options: SwitchOptions): ((event: LambdaEvent) => Promise<LambdaResult>) => {
  const { answer, invoke } = createSwitch(options)
  return async (event) => {
    const request = httpRequestOf(event)
    if (request === undefined) throw new Error('the event is no HTTP request of a function URL or an API')
    const route = `${request.method} ${request.path}`
    if (route !== INVOKE) return toResult(answer(route))
    // Lambda does not say that a caller has left.
    const reply = await invoke(request, new AbortController().signal)
    if (options.store !== undefined)
      await Promise.race([options.store.flush(), delay(STORE_MS, undefined, { ref: false })])
    if (reply === undefined) throw new Error('there is no reply')
    return toResult(reply)
  }
}
