/** Puts the rehearsal together: one store, one clock, one port. */

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Call, createCalls } from './calls.ts'
import { type Clock, createClock } from './clock.ts'
import { createControl } from './control.ts'
import { createAsyncQueues } from './endpoints/async-queue.ts'
import { createDeployments } from './endpoints/deployments.ts'
import { createFleets } from './endpoints/fleets.ts'
import { createInvoker, TICK_MS } from './endpoints/invocation.ts'
import type { Launcher } from './endpoints/launcher.ts'
import { createModelFolders } from './endpoints/model-archive.ts'
import { createFaults, type FaultInput } from './faults.ts'
import { createFront } from './front.ts'
import { createFunctionUrls } from './functions/function-urls.ts'
import { createFunctions } from './functions/functions.ts'
import type { LambdaLauncher } from './lambda/types.ts'
import { createLogs } from './logs.ts'
import { createAlarms } from './metrics/alarms.ts'
import { createMetrics } from './metrics/metric-store.ts'
import { createScaler } from './scaling/target-tracking.ts'
import {
  createApplicationAutoScaling,
  deregisterEndpoint,
  isScaled,
} from './services/application-auto-scaling.ts'
import { createCloudWatch } from './services/cloudwatch.ts'
import { createEcr } from './services/ecr.ts'
import { createIam } from './services/iam.ts'
import { createInvoke, createLambda } from './services/lambda/lambda.ts'
import { createLogsService } from './services/logs.ts'
import { createRuntime } from './services/runtime.ts'
import { createFiles } from './services/s3/files.ts'
import { createS3 } from './services/s3/s3.ts'
import { createSageMaker } from './services/sagemaker/sagemaker.ts'
import { createServiceQuotas } from './services/service-quotas.ts'
import { createSts } from './services/sts.ts'
import { createTagging } from './services/tagging.ts'
import { createSaver, loadStore } from './state-file.ts'
import type { Store } from './store.ts'
import { createTransforms } from './transform/jobs.ts'

export const ACCOUNT = '123456789012'

/** Of images that nobody looks into. */
const UNKNOWN_DIGEST = `sha256:${createHash('sha256').update('rehearsal').digest('hex')}`

/** A process is given so long to answer /ping, however fast the clock runs. */
const STARTUP_AT_LEAST_MS = 60_000

export type RehearsalOptions = {
  /** What starts an instance. */
  launcher: Launcher
  /** What starts the code of Lambda's functions; without one they can be made, but not invoked. */
  lambda?: LambdaLauncher
  /** `sha256:…` of every image, which DeployedImages and ECR show; one of its own if nothing is said. */
  imageDigest?: string
  /** 0, the default, takes any that is free. */
  port?: number
  /** How many times as fast as time the clock runs; 1 if nothing is said. */
  speed?: number
  /** Instead of `speed`. */
  clock?: Clock
  /** For all state, taken up again by the next that is given it; a temporary one, removed at the end, if nothing is said. */
  folder?: string
  /** The region of requests that are signed for none. */
  region?: string
  faults?: readonly FaultInput[]
  /** Real time that an instance has to answer /ping; 60 s if nothing is said. */
  startupAtLeastMs?: number
  /** Answers an action whose answer would not be as AWS's model has it with an error: for tests of the rehearsal itself. */
  checksAnswers?: boolean
  /** Told every change of state, in a line. */
  announce?: (line: string) => void
}

export type Rehearsal = {
  /** What AWS_ENDPOINT_URL must be. */
  url: string
  port: number
  account: string
  clock: Clock
  store: Store
  /** The calls so far, oldest first. */
  calls(): readonly Call[]
  /** Lets something go wrong from now on; gives what takes the fault back. */
  fault(fault: FaultInput): () => void
  /** Sees every call before it is carried out, and may hold it up. */
  onCall(listener: (service: string, action: string) => void | Promise<void>): void
  /** Answers a request as its port does: for tests in one process, where a socket costs more than the answer. */
  answer(request: IncomingMessage, response: ServerResponse): void
  /** Ends all servers and removes what was temporary. */
  stop(): Promise<void>
}

/** Starts it on loopback. */
export const startRehearsal = async (options: RehearsalOptions): Promise<Rehearsal> => {
  const { announce = () => {}, region = 'us-east-1' } = options
  const clock = options.clock ?? createClock(options.speed)
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'sagemaker-rehearsal-')))
  await mkdir(folder, { recursive: true })

  const stateFile = join(folder, 'state.json')
  const store = loadStore(stateFile, ACCOUNT)
  // A folder of its own goes with it.
  const save = options.folder === undefined ? () => {} : createSaver(store, stateFile)
  const faults = createFaults(clock)
  for (const fault of options.faults ?? []) faults.add(fault)
  const calls = createCalls()
  const logs = createLogs(clock)
  const metrics = createMetrics(clock)
  const alarms = createAlarms(store, metrics, clock, announce)
  const digest = options.imageDigest ?? UNKNOWN_DIGEST
  const s3 = createS3(store, createFiles(join(folder, 'objects')), clock)

  const launching = {
    launcher: options.launcher,
    modelFolders: createModelFolders(s3, join(folder, 'models')),
    startupAtLeastMs: options.startupAtLeastMs ?? STARTUP_AT_LEAST_MS,
  }
  const fleets = createFleets({
    store,
    clock,
    logs,
    announce,
    ...launching,
  })
  const transforms = createTransforms({ store, clock, logs, s3, announce, ...launching })
  const deployments = createDeployments({
    store,
    clock,
    fleets,
    digest,
    announce,
    alarming: alarms.alarming,
    takeSilentRollback: faults.takeSilentRollback,
  })
  const invoker = createInvoker({ store, clock, fleets, metrics })
  const queues = createAsyncQueues({ store, clock, s3, fleets, invoker, metrics, announce })
  const scaler = createScaler({ store, clock, metrics, deployments, announce })

  let port = 0
  const functions = createFunctions({
    store,
    clock,
    logs,
    metrics,
    announce,
    launcher: options.lambda,
    url: () => `http://127.0.0.1:${port}`,
  })

  let listener: (service: string, action: string) => void | Promise<void> = () => {}
  const server = createFront({
    account: store.account,
    region,
    clock,
    s3,
    faults,
    calls,
    runtime: createRuntime(invoker, queues),
    invoke: createInvoke(store, functions, announce),
    functionUrls: createFunctionUrls(store, functions, store.account, clock.now),
    services: [
      createSageMaker({
        store,
        clock,
        s3,
        faults,
        fleets,
        deployments,
        transforms,
        announce,
        missingAlarms: alarms.missing,
        isScaled: (endpoint, variant) => isScaled(store, endpoint, variant),
        deregister: (endpoint) => deregisterEndpoint(store, endpoint),
      }),
      createEcr(store, clock, digest),
      createSts(),
      createIam(clock, faults),
      createServiceQuotas(faults),
      createTagging(store),
      createCloudWatch({ store, clock, metrics, alarms }),
      createLogsService(logs),
      createApplicationAutoScaling(store, clock),
      createLambda({ store, clock, functions, digest, announce }),
    ],
    control: createControl(calls, faults),
    checksAnswer: options.checksAnswers ?? false,
    onCall: (service, action) => listener(service, action),
  })
  // Before anything runs that would have to be ended, if the port is taken.
  server.listen(options.port ?? 0, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    throw error
  }

  const ending = new AbortController()
  const tick = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await clock.sleep(TICK_MS, ending.signal)
      invoker.tick()
      queues.tick()
      alarms.evaluate()
      scaler.act()
      save()
    }
  }
  const ticking = tick().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error
  })
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
  deployments.resume()
  transforms.resume()
  functions.resume()

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    account: store.account,
    clock,
    store,
    calls: calls.list,
    fault(fault) {
      const id = faults.add(fault)
      return () => void faults.remove(id)
    },
    onCall(next) {
      listener = next
    },
    answer: (request, response) => void server.emit('request', request, response),
    async stop() {
      ending.abort()
      await ticking
      server.close()
      server.closeAllConnections()
      save()
      await Promise.all([deployments.stop(), transforms.endAll(), functions.stop()])
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}
