/** A rehearsal for tests: real clients over HTTP, instances that are small servers in this process, and a clock that is told to go on. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { createManualClock, type ManualClock } from '../src/clock.ts'
import type { InstanceSpec, Launcher } from '../src/endpoints/launcher.ts'
import { type Rehearsal, type RehearsalOptions, startRehearsal } from '../src/rehearsal.ts'
import { type Clients, createClients } from './clients.ts'

export const ROLE = 'arn:aws:iam::123456789012:role/sagemaker'
export const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/digits:1'

export type FakeAnswer = {
  status?: number
  headers?: Record<string, string>
  body?: string | Uint8Array
}

/** How instances behave; by default they answer with the model's name and the body. */
export type Behaviour = {
  ping?: (spec: InstanceSpec) => number
  /** What it answers to /execution-parameters; 404 if nothing is said. */
  parameters?: object
  /** Lines that each writes to its log when it starts. */
  says?: readonly string[]
  answer?: (
    spec: InstanceSpec,
    request: { headers: NodeJS.Dict<string | string[]>; body: Buffer },
  ) => FakeAnswer | Promise<FakeAnswer>
}

export type FakeLauncher = {
  launcher: Launcher
  /** Those that run, in the order in which they were started. */
  running: { spec: InstanceSpec; crash: () => void }[]
  /** All that were ever started. */
  started: InstanceSpec[]
}

const echo: NonNullable<Behaviour['answer']> = (spec, { body }) => ({
  body: Buffer.concat([Buffer.from(`${spec.model}:`), body]),
})

/** Servers in this process instead of processes. */
export const fakeLauncher = ({
  ping = () => 200,
  says = [],
  answer = echo,
  parameters,
}: Behaviour = {}): FakeLauncher => {
  const running: FakeLauncher['running'] = []
  const started: InstanceSpec[] = []
  const launcher: Launcher = async (spec, log) => {
    // No connection ends while it waits: a pause of a slow machine is no fault of the instance.
    const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
      if (request.url === '/ping') {
        response.writeHead(ping(spec)).end()
        return
      }
      if (request.url === '/execution-parameters') {
        response.writeHead(parameters === undefined ? 404 : 200).end(JSON.stringify(parameters))
        return
      }
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const {
        status = 200,
        headers,
        body,
      } = await answer(spec, {
        headers: request.headers,
        body: Buffer.concat(chunks),
      })
      log(`${status} ${request.url}`)
      response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(body)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const exited = once(server, 'close').then(() => 'ended')
    const end = () => {
      server.close()
      server.closeAllConnections()
    }
    const entry = { spec, crash: end }
    running.push(entry)
    started.push(spec)
    void exited.then(() => running.splice(running.indexOf(entry), 1))
    log(`started ${spec.model}`)
    for (const line of says) log(line)
    return {
      url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
      exited,
      async stop() {
        end()
        await exited
      },
    }
  }
  return { launcher, running, started }
}

/** Waits for a condition that must come true; the test's own time limit is the bound. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await delay(5)
}

export type Rehearsed = {
  rehearsal: Rehearsal
  clients: Clients
  clock: ManualClock
  fakes: FakeLauncher
  lines: string[]
  /** Lets time pass until the endpoint has one of these statuses. */
  reach(endpoint: string, ...statuses: string[]): Promise<void>
}

/** Points the SDK at a fresh rehearsal until the test ends. */
export const rehearse = async (
  t: Test,
  { behaviour, ...options }: Partial<RehearsalOptions> & { behaviour?: Behaviour } = {},
): Promise<Rehearsed> => {
  const clock = createManualClock()
  const fakes = fakeLauncher(behaviour)
  const lines: string[] = []
  const rehearsal = await startRehearsal({
    clock,
    launcher: fakes.launcher,
    startupAtLeastMs: 0,
    checksAnswers: true,
    announce: (line) => lines.push(line),
    ...options,
  })
  const environment = {
    AWS_ENDPOINT_URL: rehearsal.url,
    AWS_ACCESS_KEY_ID: 'rehearsal',
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const before = { ...process.env }
  Object.assign(process.env, environment)
  const clients = createClients()
  t.teardown(async () => {
    for (const client of Object.values(clients)) client.destroy()
    for (const name of Object.keys(environment)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
    await rehearsal.stop()
  })
  const reach = (endpoint: string, ...statuses: string[]) =>
    until(async () => {
      if (statuses.includes(rehearsal.store.endpoints.get(endpoint.toLowerCase())?.status ?? 'gone'))
        return true
      await clock.advance(10_000)
      return false
    })
  return { rehearsal, clients, clock, fakes, lines, reach }
}

/** A model without an archive, and a configuration of one variant with it. */
export const makeConfig = async (
  { sagemaker }: Clients,
  name: string,
  { instances = 1, model = name }: { instances?: number; model?: string } = {},
): Promise<void> => {
  const { CreateModelCommand, CreateEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker')
  await sagemaker.send(
    new CreateModelCommand({ ModelName: model, ExecutionRoleArn: ROLE, PrimaryContainer: { Image: IMAGE } }),
  )
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        {
          VariantName: 'primary',
          ModelName: model,
          InstanceType: 'ml.c6i.large',
          InitialInstanceCount: instances,
        },
      ],
    }),
  )
}
