/** Batch transform: instances are brought up, each object is split, sent, put together and stored, and the instances are ended. */

import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Clock } from '../clock.ts'
import { type Instance, startInstance } from '../endpoints/instance.ts'
import type { Launcher } from '../endpoints/launcher.ts'
import type { ModelFolders } from '../endpoints/model-archive.ts'
import { StartFailure } from '../endpoints/start-failure.ts'
import type { Logs } from '../logs.ts'
import type { S3 } from '../services/s3/s3.ts'
import type { Store, TransformJob } from '../store.ts'
import { type InputObject, inputsOf, parseUri } from './inputs.ts'
import { AlgorithmError, executionParameters, type Parameters, transformObject } from './instance-requests.ts'
import { InputError } from './records.ts'

export const MOST_UNPACKED_BYTES = 2 ** 30
const unpack = (packed: Buffer): Promise<Buffer> =>
  promisify(gunzip)(packed, { maxOutputLength: MOST_UNPACKED_BYTES })

const LOG_GROUP = '/aws/sagemaker/TransformJobs'

/** SageMaker asks /ping of a transform job's container for half an hour (its answers in issues of its examples). */
const STARTUP_TIMEOUT_MS = 30 * 60_000

export type TransformSettings = {
  store: Store
  clock: Clock
  logs: Logs
  s3: S3
  launcher: Launcher
  modelFolders: ModelFolders
  startupAtLeastMs: number
  announce: (line: string) => void
}

/** What the container is told in its environment: only what the request says (developer guide, batch code). */
const environmentOf = ({ input }: TransformJob, own: Record<string, string>): Record<string, string> => ({
  ...own,
  ...input.Environment,
  SAGEMAKER_BATCH: 'true',
  ...(input.MaxPayloadInMB !== undefined && { SAGEMAKER_MAX_PAYLOAD_IN_MB: String(input.MaxPayloadInMB) }),
  ...(input.BatchStrategy !== undefined && {
    SAGEMAKER_BATCH_STRATEGY: input.BatchStrategy === 'MultiRecord' ? 'MULTI_RECORD' : 'SINGLE_RECORD',
  }),
  ...(input.MaxConcurrentTransforms !== undefined && {
    SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: String(input.MaxConcurrentTransforms),
  }),
})

export type Transforms = ReturnType<typeof createTransforms>

export const createTransforms = (settings: TransformSettings) => {
  const { store, clock, logs, s3, announce } = settings
  const underway = new Map<string, { stopping: AbortController; done: Promise<void> }>()

  const setStatus = (job: TransformJob, status: TransformJob['status'], reason?: string): void => {
    job.status = status
    job.modifiedAt = clock.now()
    if (status !== 'InProgress' && status !== 'Stopping') job.endedAt = clock.now()
    if (reason !== undefined) job.failureReason = reason
    announce(`transform job ${job.name}: ${status}${reason === undefined ? '' : `: ${reason}`}`)
  }

  const start = async (job: TransformJob, instances: Instance[], signal: AbortSignal): Promise<void> => {
    const model = store.models.get(job.input.ModelName)?.input
    const container = model?.PrimaryContainer ?? model?.Containers?.[0]
    if (container === undefined) throw new StartFailure(`Could not find model "${job.input.ModelName}".`)
    const modelFolder = await settings.modelFolders(container)
    const count = job.input.TransformResources.InstanceCount
    for (let number = 0; number < count && !signal.aborted; number++) {
      const id = `i-${randomBytes(9).toString('hex').slice(0, 17)}`
      const spec = {
        id,
        endpoint: job.name,
        variant: 'transform',
        model: job.input.ModelName,
        image: container.Image ?? container.ModelPackageName ?? '',
        environment: environmentOf(job, container.Environment ?? {}),
        modelFolder,
      }
      const instance = startInstance(spec, {
        launcher: settings.launcher,
        clock,
        startupTimeoutMs: STARTUP_TIMEOUT_MS,
        startupAtLeastMs: settings.startupAtLeastMs,
        log: (line) => logs.append(LOG_GROUP, `${job.name}/${id}`, line),
        announce,
      })
      instances.push(instance)
      await instance.ready.catch(() => {
        throw new AlgorithmError('The container does not answer /ping with 200')
      })
    }
  }

  /** What one instance makes of its objects; an object that fails keeps the others from nothing. */
  const work = async (
    job: TransformJob,
    instance: Instance,
    queue: InputObject[],
    parameters: Parameters,
    signal: AbortSignal,
    failures: Error[],
  ): Promise<void> => {
    const say = (line: string) => logs.append(LOG_GROUP, `${job.name}/${instance.id}/data-log`, line)
    const { MaxConcurrentTransforms: most, MaxPayloadInMB: payload, BatchStrategy: strategy } = parameters
    say(`MaxConcurrentTransforms=${most}, MaxPayloadInMB=${payload}, BatchStrategy=${strategy}`)
    for (let object = queue.shift(); object !== undefined && !signal.aborted; object = queue.shift()) {
      const source = `${object.bucket}/${object.key}`
      try {
        const stored = await readFile(object.path)
        const body = job.input.TransformInput.CompressionType === 'Gzip' ? await unpack(stored) : stored
        const output = await transformObject(instance, job.input, body, parameters, signal)
        const { bucket, key } = parseUri(job.input.TransformOutput.S3OutputPath)
        const name = `${key === '' || key.endsWith('/') ? key : `${key}/`}${object.name}.out`
        await s3.write(bucket, name, output, job.input.TransformOutput.Accept ?? 'application/octet-stream')
      } catch (error) {
        if (signal.aborted) return
        failures.push(error as Error)
        for (const line of (error as Error).message.split('\n')) say(`${source}: ${line}`)
      }
    }
  }

  const run = async (job: TransformJob, signal: AbortSignal): Promise<void> => {
    const instances: Instance[] = []
    const failures: Error[] = []
    signal.addEventListener('abort', () => {
      for (const instance of instances) void instance.stop()
    })
    try {
      const queue = await inputsOf(s3, job.input.TransformInput)
      await start(job, instances, signal)
      if (signal.aborted) return
      job.startedAt = clock.now()
      const parameters = await executionParameters(instances[0] as Instance, job.input)
      await Promise.all(instances.map((instance) => work(job, instance, queue, parameters, signal, failures)))
      if (signal.aborted) return
      const isOurs = failures.some((failure) => failure instanceof AlgorithmError)
      const reason = `${isOurs ? 'AlgorithmError' : 'ClientError'}: See job logs for more information`
      if (failures.length > 0) setStatus(job, 'Failed', reason)
      else setStatus(job, 'Completed')
    } catch (error) {
      if (signal.aborted) return
      const { message } = error as Error
      if (error instanceof AlgorithmError) setStatus(job, 'Failed', `AlgorithmError: ${message}`)
      else if (error instanceof InputError || error instanceof StartFailure)
        setStatus(job, 'Failed', `ClientError: ${message}`)
      else setStatus(job, 'Failed', `InternalServerError: the rehearsal failed: ${(error as Error).stack}`)
    } finally {
      await Promise.all(instances.map((instance) => instance.stop()))
    }
  }

  return {
    create(job: TransformJob): void {
      announce(`transform job ${job.name}: InProgress`)
      const stopping = new AbortController()
      const done = run(job, stopping.signal).finally(() => underway.delete(job.name))
      underway.set(job.name, { stopping, done })
    },
    stop(job: TransformJob): void {
      const running = underway.get(job.name)
      setStatus(job, 'Stopping')
      running?.stopping.abort()
      void running?.done.then(() => setStatus(job, 'Stopped'))
    },
    /** What ran when a rehearsal was ended has no instances any more. */
    resume(): void {
      for (const job of store.transformJobs.values())
        if (job.status === 'InProgress' || job.status === 'Stopping')
          setStatus(job, 'Failed', 'InternalServerError: The rehearsal was ended while the job ran.')
    },
    async endAll(): Promise<void> {
      const running = [...underway.values()]
      for (const { stopping } of running) stopping.abort()
      await Promise.all(running.map(({ done }) => done))
    },
  }
}
