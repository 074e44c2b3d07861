/** The proxy as a process: it listens until it is told to end, and then finishes what it has begun. */

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { ProxyClients } from '../aws/proxy-clients.ts'
import { createExposureStore, type ExposureStore } from './exposure-store.ts'
import { createProxy } from './proxy.ts'
import type { ProxySettings } from './settings.ts'

/** Requests under way get as long; Amazon ECS and Kubernetes kill after 30 s. */
const DRAIN_MS = 20_000

export const logLine = (entry: Record<string, unknown>): void => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`)
}

/** Where `sticky.exposures` says; undefined if it does not. Failures are lines of the log. */
export const storeOf = (
  { sticky }: ProxySettings,
  { s3 }: Pick<ProxyClients, 's3'>,
): ExposureStore | undefined =>
  sticky.exposures === undefined
    ? undefined
    : createExposureStore({
        s3,
        location: sticky.exposures,
        onError: ({ name, message }, stats) =>
          logLine({ event: 'exposures-not-stored', error: name, message, ...stats }),
      })

export type ServeOptions = {
  settings: ProxySettings
  clients: ProxyClients
  /** Else every address of the machine, with or without IPv6. */
  host?: string
  port: number
  /** Ends it. */
  signal: AbortSignal
  onListening: (port: number) => void
}

/** Resolves when all is done. Rejects if it cannot listen. */
export const serve = async ({ settings, clients, host, port, signal, onListening }: ServeOptions) => {
  const store = storeOf(settings, clients)
  const server = createProxy({ ...settings, clients, log: logLine, store })
  server.listen(port, host)
  await once(server, 'listening')
  onListening((server.address() as AddressInfo).port)
  const closed = once(server, 'close')
  const end = () => {
    server.close()
    setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref()
  }
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  await closed
  await store?.flush()
  const lost = store?.stats().waiting ?? 0
  if (lost > 0) logLine({ event: 'exposures-lost', lines: lost })
}
