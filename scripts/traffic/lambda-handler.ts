/** The switch as a function of AWS Lambda. */

import { setTimeout as delay } from 'node:timers/promises'
import { fromEvent, type LambdaEvent, type LambdaResult, toResult } from './lambda-event.ts'
import { createSwitch, INVOKE, type SwitchOptions } from './switch.ts'

/** How long a request waits for S3 to have its line: the function is frozen once it has answered. */
const STORE_MS = 1_000

/** Lambda does not say that a caller has left. */
const { signal } = new AbortController()

export const createHandler = (options: SwitchOptions): ((event: LambdaEvent) => Promise<LambdaResult>) => {
  const { answer, invoke } = createSwitch(options)
  return async (event) => {
    const { route, ...request } = fromEvent(event)
    if (route !== INVOKE) return toResult(answer(route))
    const reply = await invoke(request, signal)
    if (options.store !== undefined)
      await Promise.race([options.store.flush(), delay(STORE_MS, undefined, { ref: false })])
    if (reply === undefined) throw new Error('there is no reply')
    return toResult(reply)
  }
}
