/** The switch as a function of AWS Lambda: `handler`, by its environment. */

import { setTimeout as delay } from 'node:timers/promises'
import { createProxyClients } from '../aws/proxy-clients.ts'
import { fromEvent, type LambdaEvent, type LambdaResult, toResult } from './lambda-event.ts'
import { logLine, storeOf } from './serve.ts'
import { settingsFrom } from './settings.ts'
import { createSwitch, INVOKE } from './switch.ts'

/** How long a request waits for S3 to have its line: the function is frozen once it has answered. */
const STORE_MS = 1_000

const settings = settingsFrom(process.env)
const clients = createProxyClients()
const store = storeOf(settings, clients)
const { answer, invoke } = createSwitch({ ...settings, clients, log: logLine, store })

/** Lambda does not say that a caller has left. */
const { signal } = new AbortController()

export const handler = async (event: LambdaEvent): Promise<LambdaResult> => {
  const { route, ...request } = fromEvent(event)
  if (route !== INVOKE) return toResult(answer(route))
  const reply = await invoke(request, signal)
  if (store !== undefined) await Promise.race([store.flush(), delay(STORE_MS)])
  if (reply === undefined) throw new Error('there is no reply')
  return toResult(reply)
}
