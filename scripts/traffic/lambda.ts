/** What AWS Lambda loads: `handler`, by the environment of the function. */

import { createProxyClients } from '../aws/proxy-clients.ts'
import { createHandler } from './lambda-handler.ts'
import { logLine, storeOf } from './serve.ts'
import { settingsFrom } from './settings.ts'

const settings = settingsFrom(process.env)
const clients = createProxyClients()

export const handler = createHandler({
  ...settings,
  clients,
  log: logLine,
  store: storeOf(settings, clients),
})
