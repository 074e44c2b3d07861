/** One call of an endpoint: which fleet, which variant, which instance; then the request, the answer and what is measured of both. */

import { AwsError } from '../aws-error.ts'
import type { Clock } from '../clock.ts'
import { endpointLogGroup } from '../logs.ts'
import type { Metrics } from '../metrics/metric-store.ts'
import type { Endpoint, Fleet, FleetVariant, Store } from '../store.ts'
import type { Fleets } from './fleets.ts'
import { type InstanceAnswer, requestInstance, TimedOut } from './http-request.ts'
import type { Instance } from './instance.ts'

/** SageMaker runtime API reference, InvokeEndpoint: the model has 60 s, and a body 6 291 456 bytes; serverless has 4 MB. */
export const TIMEOUT_MS = 60_000
export const MOST_BYTES = 6_291_456
const MOST_SERVERLESS_BYTES = 4 * 2 ** 20

/** SageMaker's words, as issues of others' projects show them, with OriginalStatusCode 0. */
const TIMED_OUT =
  'Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each ' +
  'container in Amazon CloudWatch, resolve the issue, and try again.'
const noResponse = (endpoint: string) =>
  `Amazon SageMaker could not get a response from the ${endpoint} endpoint. This can occur when CPU or memory utilization is ` +
  'high. To check your utilization, see Amazon CloudWatch. To fix this problem, use an instance type with more CPU capacity or memory.'

const NAMESPACE = 'AWS/SageMaker'

/** How often concurrency is published, and alarms and scaling look at what there is. */
export const TICK_MS = 10_000

export type Invocation = {
  headers: Record<string, string>
  body: Buffer
  targetVariant?: string
  timeoutMs?: number
  mostBytes?: number
}

export type Invoked = InstanceAnswer & { variant: string }

export type Invoker = ReturnType<typeof createInvoker>

const validationError = (message: string) => new AwsError('ValidationError', message)

const tooLarge = (most: number) =>
  new AwsError('RequestEntityTooLarge', `HTTP content length exceeded ${most} bytes.`, { status: 413 })

/** One of them, by weight; undefined when all weigh nothing. */
const byWeight = (variants: readonly FleetVariant[], random: number): FleetVariant | undefined => {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0)
  let left = random * total
  for (const variant of variants) {
    left -= variant.weight
    if (left < 0) return variant
  }
  return undefined
}

const leastBusy = (instances: readonly Instance[]): Instance | undefined =>
  instances.reduce<Instance | undefined>(
    (best, one) => (best === undefined || one.inFlight < best.inFlight ? one : best),
    undefined,
  )

const anyOf = <Item>(items: readonly Item[]): Item | undefined =>
  items[Math.floor(Math.random() * items.length)]

export type InvokerSettings = {
  store: Store
  clock: Clock
  fleets: Fleets
  metrics: Metrics
}

export const createInvoker = ({ store, fleets, metrics, clock }: InvokerSettings) => {
  const findEndpoint = (name: string): Endpoint => {
    const endpoint = store.endpoints.get(name.toLowerCase())
    // Unlike all else, the call takes the name's case seriously (API reference, CreateEndpoint).
    if (endpoint === undefined || endpoint.name !== name || endpoint.status === 'Deleting')
      throw validationError(`Endpoint ${name} of account ${store.account} not found.`)
    if (endpoint.status === 'Creating' || endpoint.status === 'Failed')
      throw validationError(
        `Endpoint ${name} of account ${store.account} is in status ${endpoint.status} and cannot be invoked.`,
      )
    return endpoint
  }

  const route = (endpoint: Endpoint, target: string | undefined): { fleet: Fleet; variant: FleetVariant } => {
    const { blue, green, greenShare } = endpoint
    const fleet = green !== undefined && Math.random() < greenShare ? green : blue
    const production = fleet.variants.filter(({ shadow }) => !shadow)
    const variant =
      target === undefined
        ? byWeight(production, Math.random())
        : production.find(({ name }) => name === target)
    if (variant === undefined)
      throw validationError(
        target === undefined
          ? `Endpoint ${endpoint.name} has no variant with a weight above 0.`
          : `Variant ${target} not found for endpoint ${endpoint.name}.`,
      )
    return { fleet, variant }
  }

  const pickInstance = (fleet: Fleet, variant: FleetVariant): Instance | undefined => {
    const serving = fleets.serving(fleet, variant)
    const strategy = variant.config.RoutingConfig?.RoutingStrategy
    return strategy === 'LEAST_OUTSTANDING_REQUESTS' ? leastBusy(serving) : anyOf(serving)
  }

  /** With the name of the configuration too while a deployment is under way, so that alarms can tell the fleets apart. */
  const measure = (endpoint: Endpoint, fleet: Fleet, variant: FleetVariant, name: string, value: number) => {
    const dimensions = { EndpointName: endpoint.name, VariantName: variant.name }
    metrics.record(NAMESPACE, name, dimensions, value)
    if (endpoint.green !== undefined)
      metrics.record(NAMESPACE, name, { ...dimensions, EndpointConfigName: fleet.configName }, value)
  }

  const measureAnswer = (
    endpoint: Endpoint,
    fleet: Fleet,
    variant: FleetVariant,
    status: number,
    modelMs: number,
    overheadMs: number,
  ): void => {
    const put = (name: string, value: number) => measure(endpoint, fleet, variant, name, value)
    const instances = Math.max(1, fleets.of(fleet, variant).length)
    put('Invocations', 1)
    put('InvocationsPerInstance', 1 / instances)
    put('Invocation4XXErrors', status >= 400 && status < 500 ? 1 : 0)
    put('Invocation5XXErrors', status === 0 || status >= 500 ? 1 : 0)
    put('InvocationModelErrors', status >= 200 && status < 300 ? 0 : 1)
    // Microseconds, both.
    put('ModelLatency', modelMs * 1000)
    put('OverheadLatency', overheadMs * 1000)
  }

  const logStream = (endpoint: Endpoint, variant: FleetVariant, instance: Instance | undefined): string =>
    `arn:aws:logs:${endpoint.region}:${store.account}:log-group:${endpointLogGroup(endpoint.name)}` +
    (instance === undefined ? '' : `:log-stream:${variant.name}/${instance.id}`)

  /** Sends it to one instance and measures; an answer that is no success is an answer too. */
  const send = async (
    endpoint: Endpoint,
    fleet: Fleet,
    variant: FleetVariant,
    { headers, body, timeoutMs = TIMEOUT_MS, mostBytes = MOST_BYTES }: Invocation,
    arrivedAt: number,
  ): Promise<InstanceAnswer & { instance: Instance | undefined }> => {
    const instance = pickInstance(fleet, variant)
    const url = instance?.url()
    const began = performance.now()
    const failed = (message: string): InstanceAnswer => ({
      status: 0,
      headers: { 'content-type': 'text/plain' },
      body: Buffer.from(message),
    })
    let answer = failed(noResponse(endpoint.name))
    if (instance !== undefined && url !== undefined) {
      instance.inFlight += 1
      const options = { method: 'POST', headers, body, timeoutMs, mostBytes }
      answer = await requestInstance(`${url}/invocations`, options).catch((error: Error) =>
        failed(error instanceof TimedOut ? TIMED_OUT : noResponse(endpoint.name)),
      )
      instance.inFlight -= 1
    }
    const modelMs = performance.now() - began
    busy.set(variant, (busy.get(variant) ?? 0) + modelMs)
    measureAnswer(endpoint, fleet, variant, answer.status, modelMs, performance.now() - arrivedAt - modelMs)
    return { ...answer, instance }
  }

  const copyToShadow = (endpoint: Endpoint, fleet: Fleet, invocation: Invocation): void => {
    const shadow = fleet.variants.find((variant) => variant.shadow)
    const production = fleet.variants.find((variant) => !variant.shadow)
    if (shadow === undefined || production === undefined) return
    // The shadow's weight is the part of the production variant's requests that it gets a copy of.
    if (Math.random() * production.weight >= shadow.weight) return
    void send(endpoint, fleet, shadow, invocation, performance.now())
  }

  /** Milliseconds that requests have been under way, by variant, since the last tick; and when that was. */
  const busy = new Map<FleetVariant, number>()
  let tickedAt = performance.now()

  /** Requests under way, by variant of a serverless endpoint. */
  const concurrent = new Map<FleetVariant, number>()

  return {
    /** Answers of the model that are no success come back as ModelError. */
    async invoke(name: string, invocation: Invocation): Promise<Invoked> {
      const arrivedAt = performance.now()
      const endpoint = findEndpoint(name)
      const isAsync =
        store.endpointConfigs.get(endpoint.blue.configName)?.input.AsyncInferenceConfig !== undefined
      if (isAsync && invocation.mostBytes === undefined)
        throw validationError(`Endpoint ${name} is asynchronous: use InvokeEndpointAsync.`)
      const { fleet, variant } = route(endpoint, invocation.targetVariant)
      if (fleet.variants.some(({ config }) => config.ServerlessConfig !== undefined)) {
        if (invocation.body.length > MOST_SERVERLESS_BYTES) throw tooLarge(MOST_SERVERLESS_BYTES)
      } else if (invocation.mostBytes === undefined && invocation.body.length > MOST_BYTES) {
        throw tooLarge(MOST_BYTES)
      }
      const before = concurrent.get(variant) ?? 0
      if (variant.maxConcurrency !== undefined && before >= variant.maxConcurrency)
        throw new AwsError('ThrottlingException', 'Rate exceeded', { status: 400 })
      concurrent.set(variant, before + 1)
      copyToShadow(endpoint, fleet, invocation)
      const answer = await send(endpoint, fleet, variant, invocation, arrivedAt).finally(() =>
        concurrent.set(variant, (concurrent.get(variant) ?? 1) - 1),
      )
      if (answer.status >= 200 && answer.status < 300) return { ...answer, variant: variant.name }
      const text = answer.body.toString('utf8')
      const kind = answer.status >= 400 && answer.status < 500 ? 'client' : 'server'
      throw new AwsError(
        'ModelError',
        `Received ${kind} error (${answer.status}) from primary with message "${text}". See ` +
          `https://${endpoint.region}.console.aws.amazon.com/cloudwatch/home?region=${endpoint.region}#logEventViewer:group=` +
          `${endpointLogGroup(endpoint.name)} in account ${store.account} for more information.`,
        {
          status: 424,
          members: {
            OriginalStatusCode: answer.status,
            OriginalMessage: text,
            LogStreamArn: logStream(endpoint, variant, answer.instance),
          },
        },
      )
    },
    findEndpoint,
    /** Publishes how many requests were under way on average, an instance; SageMaker does every ten seconds. */
    tick(): void {
      const now = performance.now()
      const elapsedMs = Math.max(1, now - tickedAt)
      tickedAt = now
      for (const endpoint of store.endpoints.values())
        for (const variant of endpoint.blue.variants) {
          const instances = Math.max(1, fleets.of(endpoint.blue, variant).length)
          const value = (busy.get(variant) ?? 0) / elapsedMs / instances
          const dimensions = { EndpointName: endpoint.name, VariantName: variant.name }
          const at = Math.floor(clock.now() / TICK_MS) * TICK_MS
          metrics.put(NAMESPACE, 'ConcurrentRequestsPerModel', dimensions, { value }, at)
        }
      busy.clear()
    },
  }
}
