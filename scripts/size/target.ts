/** What is put under load: an endpoint, a URL, or a server that is started here. */

import { CommandError, usageError } from '../cli/command.ts'
import { readExisting } from '../deploy/existing.ts'
import type { Session } from '../deploy/session.ts'
import { statusOf, type VariantStatus } from '../status/status.ts'
import type { Body } from './bodies.ts'
import { type Client, createClient } from './client.ts'
import type { LocalServer } from './local-server.ts'
import type { Fleet } from './recommend.ts'
import { signedInTurn } from './signed.ts'

export type Target = {
  /** For people: `digits (2 × ml.c7i.large)`. */
  name: string
  fleet: Fleet
  client: Client
  /** What has changed since, if that makes the result void. */
  changed: () => Promise<string | undefined>
}

const headersOf = ({ contentType, accept }: Body): Record<string, string> => ({
  'content-type': contentType,
  ...(accept !== undefined && { accept }),
})

/** Anything that speaks /invocations; a path of its own is kept. */
export const urlTarget = (
  url: URL,
  bodies: readonly Body[],
  patienceMs: number,
  { name = url.href, fleet = { kind: 'url' } }: { name?: string; fleet?: Fleet } = {},
): Target => {
  const path = `${url.pathname === '/' ? '/invocations' : url.pathname}${url.search}`
  const wires = bodies.map((body) => ({
    origin: url.origin,
    path,
    headers: headersOf(body),
    body: body.bytes,
  }))
  return {
    name,
    fleet,
    client: createClient(url.origin, (index) => wires[index % wires.length] as never, patienceMs),
    changed: async () => undefined,
  }
}

export const localTarget = (
  { url, cpus, workers }: LocalServer,
  { folder, fits }: { folder: string; fits: string },
  bodies: readonly Body[],
  patienceMs: number,
): Target =>
  urlTarget(new URL(url), bodies, patienceMs, {
    name: `${folder} on this machine (${cpus} CPUs, ${workers} ${workers === 1 ? 'worker' : 'workers'})`,
    fleet: { kind: 'local', cpus, fits },
  })

const variantOf = (variants: readonly VariantStatus[], asked: string | undefined): VariantStatus => {
  const production = variants.filter(({ shadow }) => !shadow)
  const names = production.map(({ name }) => name).join('|')
  const found =
    asked === undefined
      ? production.length === 1
        ? production[0]
        : undefined
      : production.find(({ name }) => name === asked)
  if (found !== undefined) return found
  throw asked === undefined
    ? usageError(
        'the endpoint has several variants, each of which holds a rate of its own',
        `add --variant ${names}`,
      )
    : usageError(`there is no variant ${asked}`, `name one of ${names}`)
}

const fleetOf = ({ name, instances, serverless }: VariantStatus): Fleet => {
  if (serverless !== undefined) return { kind: 'serverless', maxConcurrency: serverless.maxConcurrency }
  const { current = 0, type, pools } = instances ?? {}
  if (type === undefined || pools !== undefined || current === 0)
    throw usageError(
      `${name} has ${current === 0 ? 'no instances' : 'instances of several types'}, so that no rate of one can be told`,
      'size it with instances of one type',
    )
  return { kind: 'instances', type, count: current }
}

/** What is known of an endpoint before anything is sent. */
export type Endpoint = {
  endpoint: string
  fleet: Fleet
  variant: string
  several: boolean
  warnings: string[]
}

/** Throws CommandError if it cannot be put under load. */
export const readEndpoint = async (
  { clients }: Pick<Session, 'clients'>,
  endpoint: string,
  asked: string | undefined,
): Promise<Endpoint> => {
  const live = await readExisting(clients, endpoint)
  const { status, variants, asynchronous } = await statusOf(clients, live)
  if (asynchronous)
    throw usageError(
      `${endpoint} is asynchronous: it has a queue, and no rate to hold`,
      'size its model with --model',
    )
  if (status !== 'InService')
    throw new CommandError(`${endpoint} is ${status}`, { fix: 'wait until it is InService' })
  const variant = variantOf(variants, asked)
  const { min, max } = variant.instances ?? {}
  return {
    endpoint,
    fleet: fleetOf(variant),
    variant: variant.name,
    several: variants.filter(({ shadow }) => !shadow).length > 1,
    warnings:
      min !== undefined && min !== max
        ? [
            `${variant.name} scales by itself between ${min} and ${max} instances, and what is measured while it does is void: scale --min N --max N holds it`,
          ]
        : [],
  }
}

const describe = (fleet: Fleet): string =>
  fleet.kind === 'instances'
    ? `${fleet.count} × ${fleet.type}`
    : fleet.kind === 'serverless'
      ? `serverless, at most ${fleet.maxConcurrency} at once`
      : fleet.kind

export const endpointTarget = async (
  session: Session,
  { endpoint, fleet, variant, several }: Endpoint,
  bodies: readonly Body[],
  patienceMs: number,
): Promise<Target> => {
  const next = signedInTurn(
    session.clients.runtime,
    bodies.map(({ bytes, contentType, accept }) => ({
      EndpointName: endpoint,
      Body: bytes,
      ContentType: contentType,
      ...(accept !== undefined && { Accept: accept }),
      ...(several && { TargetVariant: variant }),
    })),
  )
  const { origin } = await next(0)
  return {
    name: `${endpoint}${several ? `, ${variant}` : ''} (${describe(fleet)})`,
    fleet,
    client: createClient(origin, next, patienceMs),
    changed: async () => {
      const now = await readEndpoint(session, endpoint, variant).catch((error: Error) => error.message)
      if (typeof now === 'string') return now
      return describe(now.fleet) === describe(fleet)
        ? undefined
        : `it has ${describe(now.fleet)} by now, and had ${describe(fleet)}`
    },
  }
}
