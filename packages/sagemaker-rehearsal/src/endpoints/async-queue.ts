/** Asynchronous inference: requests wait in S3, instances take them as they can, answers and failures go to S3. */

import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AwsError } from '../aws-error.ts'
import type { Clock } from '../clock.ts'
import { type Metrics, MINUTE_MS } from '../metrics/metric-store.ts'
import type { AsyncInferenceConfig } from '../models/sagemaker.ts'
import type { S3 } from '../services/s3/s3.ts'
import type { Endpoint, Store } from '../store.ts'
import type { Fleets } from './fleets.ts'
import type { Invoker } from './invocation.ts'

/** SageMaker chooses unless the configuration says. */
const CONCURRENCY_PER_INSTANCE = 4

/** Bytes. SageMaker developer guide, asynchronous inference: 1 GB in, and as much out. */
const MOST_BYTES = 2 ** 30

export type AsyncRequest = {
  headers: Record<string, string>
  /** `s3://…`, or the body itself. */
  input: string | Buffer
  timeoutSeconds: number
  timeToLiveSeconds: number
  fileName?: string | undefined
  extension?: string | undefined
}

type Waiting = AsyncRequest & { output: string; failure: string | undefined; queuedAt: number }

const parse = (uri: string): { bucket: string; key: string } => {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? []
  return { bucket, key }
}

const join = (...parts: (string | undefined)[]): string =>
  parts.flatMap((part) => (part ? [part.replace(/^(?<!:)\/+|\/+$/g, '')] : [])).join('/')

export type AsyncSettings = {
  store: Store
  clock: Clock
  s3: S3
  fleets: Fleets
  invoker: Invoker
  metrics: Metrics
  announce: (line: string) => void
}

export type AsyncQueues = ReturnType<typeof createAsyncQueues>

export const createAsyncQueues = (settings: AsyncSettings) => {
  const { store, clock, s3, fleets, invoker, metrics, announce } = settings
  /** By endpoint. */
  const queues = new Map<string, { waiting: Waiting[]; running: number }>()
  let measuredAt = 0

  const configOf = (endpoint: Endpoint): AsyncInferenceConfig | undefined =>
    store.endpointConfigs.get(endpoint.blue.configName)?.input.AsyncInferenceConfig

  const instancesOf = ({ blue }: Endpoint): number =>
    blue.variants.reduce((sum, variant) => sum + fleets.serving(blue, variant).length, 0)

  const read = async (input: string | Buffer): Promise<Buffer> => {
    if (typeof input !== 'string') return input
    const { bucket, key } = parse(input)
    const found = s3.locate(bucket, key)
    if (found === undefined) throw new AwsError('ValidationError', `There is no object ${input}.`)
    return readFile(found.path)
  }

  const save = async (uri: string, body: Buffer, contentType: string): Promise<void> => {
    const { bucket, key } = parse(uri)
    await s3.write(bucket, key, body, contentType).catch((error: Error) => {
      announce(`warning: ${uri} could not be written: ${error.message}`)
    })
  }

  const process = async (name: string, request: Waiting): Promise<void> => {
    if (clock.now() - request.queuedAt > request.timeToLiveSeconds * 1000) {
      if (request.failure !== undefined)
        await save(request.failure, Buffer.from('The request expired while it waited.'), 'text/plain')
      return
    }
    try {
      const answer = await invoker.invoke(name, {
        headers: request.headers,
        body: await read(request.input),
        timeoutMs: request.timeoutSeconds * 1000,
        mostBytes: MOST_BYTES,
      })
      await save(request.output, answer.body, answer.headers['content-type'] ?? 'application/octet-stream')
    } catch (error) {
      if (request.failure === undefined) return
      await save(request.failure, Buffer.from((error as Error).message), 'text/plain')
    }
  }

  const pump = (name: string): void => {
    const queue = queues.get(name)
    const endpoint = store.endpoints.get(name.toLowerCase())
    if (queue === undefined || endpoint === undefined) return
    const perInstance =
      configOf(endpoint)?.ClientConfig?.MaxConcurrentInvocationsPerInstance ?? CONCURRENCY_PER_INSTANCE
    const most = instancesOf(endpoint) * perInstance
    while (queue.running < most) {
      const request = queue.waiting.shift()
      if (request === undefined) return
      queue.running += 1
      void process(name, request).finally(() => {
        queue.running -= 1
        pump(name)
      })
    }
  }

  /** SageMaker publishes these every minute, idle or not. */
  const measure = (endpoint: Endpoint): void => {
    const queue = queues.get(endpoint.name)
    const backlog = (queue?.waiting.length ?? 0) + (queue?.running ?? 0)
    const instances = instancesOf(endpoint)
    const put = (name: string, value: number) =>
      metrics.record('AWS/SageMaker', name, { EndpointName: endpoint.name }, value)
    put('ApproximateBacklogSize', backlog)
    put('ApproximateBacklogSizePerInstance', backlog / Math.max(1, instances))
    put('HasBacklogWithoutCapacity', backlog > 0 && instances === 0 ? 1 : 0)
  }

  return {
    /** Puts a request into the queue; gives where its answer, or what went wrong, will be. */
    enqueue(name: string, request: AsyncRequest): { output: string; failure: string | undefined } {
      const endpoint = invoker.findEndpoint(name)
      const config = configOf(endpoint)
      if (config === undefined)
        throw new AwsError(
          'ValidationError',
          `Endpoint ${name} is not configured for asynchronous inference.`,
        )
      if (typeof request.input === 'string') {
        const { bucket, key } = parse(request.input)
        if (s3.locate(bucket, key) === undefined)
          throw new AwsError('ValidationError', `Inaccessible InputLocation: ${request.input}.`)
      }
      const id = randomUUID()
      const { S3OutputPath, S3FailurePath } = config.OutputConfig ?? {}
      const output = join(S3OutputPath, request.extension, request.fileName ?? `${id}.out`)
      const failure = S3FailurePath === undefined ? undefined : join(S3FailurePath, `${id}-error.out`)
      const queue = queues.get(name) ?? { waiting: [], running: 0 }
      queues.set(name, queue)
      queue.waiting.push({ ...request, output, failure, queuedAt: clock.now() })
      pump(name)
      return { output, failure }
    },

    tick(): void {
      for (const name of queues.keys()) {
        if (store.endpoints.has(name.toLowerCase())) pump(name)
        else queues.delete(name)
      }
      if (clock.now() - measuredAt < MINUTE_MS) return
      measuredAt = clock.now()
      for (const endpoint of store.endpoints.values())
        if (configOf(endpoint) !== undefined && endpoint.status !== 'Creating') measure(endpoint)
    },
  }
}
