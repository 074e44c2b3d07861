/** What `Dockerfile.proxy` starts: the proxy on port 8080 or PORT, by a mounted endpoint.yaml or by its environment. */

import { existsSync } from 'node:fs'
import { createProxyClients } from '../aws/proxy-clients.ts'
import { loadDeployment } from '../config/load.ts'
import { defaultSticky } from '../config/sticky.ts'
import { logLine, serve } from './serve.ts'
import { type ProxySettings, settingsFrom } from './settings.ts'

const FILE = '/proxy/endpoint.yaml'
const PORT = 8080

const portOf = (text: string | undefined): number => {
  const port = Number(text || PORT)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`PORT is ${JSON.stringify(text)}; expected a number from 0 to 65535`)
}

const configure = (): { settings: ProxySettings; region?: string } => {
  if (!existsSync(FILE)) return { settings: settingsFrom(process.env) }
  const { deployment } = loadDeployment(FILE, process.env.ENVIRONMENT)
  const { endpoint, sticky = defaultSticky(endpoint), region } = deployment
  return { settings: { endpoint, sticky }, ...(region !== undefined && { region }) }
}

const end = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end.abort())
try {
  const { settings, region } = configure()
  await serve({
    settings,
    clients: createProxyClients(region),
    port: portOf(process.env.PORT),
    signal: end.signal,
    onListening: (port) =>
      logLine({ event: 'listening', port, endpoint: settings.endpoint, experiment: settings.sticky.salt }),
  })
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}
