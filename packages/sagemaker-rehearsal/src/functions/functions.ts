/** Functions that run: which version an invocation goes to, its environments, and what is measured and logged of it. */

import { AwsError } from '../aws-error.ts'
import type { Clock } from '../clock.ts'
import { createEnvironments } from '../lambda/environments.ts'
import type { Environments, InvocationResult, LambdaLauncher } from '../lambda/types.ts'
import type { Logs } from '../logs.ts'
import type { Metrics } from '../metrics/metric-store.ts'
import { isPending } from '../services/lambda/configuration.ts'
import { conflict, createFinder, LATEST } from '../services/lambda/find.ts'
import type { FunctionCode, LambdaFunction, Store } from '../store.ts'
import { createMeasure } from './measure.ts'

export type FunctionsSettings = {
  store: Store
  clock: Clock
  logs: Logs
  metrics: Metrics
  /** What starts the code; without one, nothing can be invoked. */
  launcher: LambdaLauncher | undefined
  announce: (line: string) => void
  /** Of the rehearsal, where the code finds AWS. */
  url: () => string
}

export type Invoked = InvocationResult & { version: string }

type Running = { environments: Environments; inFlight: number; retired: boolean }

export const lambdaLogGroup = (name: string): string => `/aws/lambda/${name}`

export type Functions = ReturnType<typeof createFunctions>

export const createFunctions = (settings: FunctionsSettings) => {
  const { store, clock, logs, metrics, launcher, announce } = settings
  const { versionOf } = createFinder(store)
  const measure = createMeasure(metrics)
  /** By the ARN of the version. */
  const running = new Map<string, Running>()
  const inFlight = new Map<string, number>()

  const keyOf = ({ arn }: LambdaFunction, version: string) => `${arn}:${version}`

  const log = (one: LambdaFunction, version: string) => {
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')
    return (line: string, id: string) =>
      logs.append(lambdaLogGroup(one.name), `${day}/[${version}]${id.replaceAll('-', '')}`, line)
  }

  const runningOf = (one: LambdaFunction, code: FunctionCode): Running => {
    const key = keyOf(one, code.version)
    const known = running.get(key)
    if (known !== undefined) return known
    if (launcher === undefined)
      throw new AwsError('ServiceException', 'This rehearsal was given nothing that starts functions.', {
        status: 500,
      })
    const environments = createEnvironments(
      {
        name: one.name,
        version: code.version,
        arn: code.version === LATEST ? one.arn : key,
        region: one.region,
        image: code.image.specified,
        ...(code.command && { command: code.command }),
        environment: { AWS_ENDPOINT_URL: settings.url(), ...code.environment },
        memoryMegabytes: code.memoryMb,
        timeoutSeconds: code.timeoutSeconds,
        storageMegabytes: code.storageMb,
      },
      { launcher, log: log(one, code.version) },
    )
    const made = { environments, inFlight: 0, retired: false }
    running.set(key, made)
    return made
  }

  /** What is under way is answered first. */
  const retire = (key: string): void => {
    const one = running.get(key)
    if (one === undefined) return
    running.delete(key)
    one.retired = true
    if (one.inFlight === 0) void one.environments.stop()
  }

  /** Ends what runs of a function, or of one version of it. */
  const end = (one: LambdaFunction, version?: string): void => {
    for (const key of [...running.keys()])
      if (version === undefined ? key.startsWith(`${one.arn}:`) : key === keyOf(one, version)) retire(key)
  }

  /** The version that an invocation goes to. */
  const route = (one: LambdaFunction, qualifier: string | undefined): FunctionCode => {
    const other = one.aliases.get(qualifier ?? '')?.other
    const goesThere = other !== undefined && Math.random() < other.weight
    return versionOf(one, goesThere ? other.version : qualifier)
  }

  const throttle = (one: LambdaFunction, qualifier: string | undefined): void => {
    if (one.reserved === undefined || (inFlight.get(one.arn) ?? 0) < one.reserved) return
    measure(one, { qualifier }, { Throttles: 1 })
    throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
      status: 429,
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    })
  }

  return {
    end,

    /**
     * @param qualifier a version or an alias; `$LATEST` if nothing is said
     * @throws AwsError for what Lambda answers itself; an error of the function is a result
     */
    async invoke(
      one: LambdaFunction,
      qualifier: string | undefined,
      invocation: { payload: Buffer; clientContext?: string },
    ): Promise<Invoked> {
      const code = route(one, qualifier)
      if (isPending(code, clock.now()))
        throw conflict(
          'The operation cannot be performed at this time. The function is currently in the following state: Pending',
        )
      throttle(one, qualifier)
      const mine = runningOf(one, code)
      mine.inFlight += 1
      inFlight.set(one.arn, (inFlight.get(one.arn) ?? 0) + 1)
      try {
        const result = await mine.environments.invoke(invocation)
        measure(
          one,
          { qualifier, version: code.version },
          {
            Invocations: 1,
            Errors: result.functionError === undefined ? 0 : 1,
            Duration: result.durationMs,
            Throttles: 0,
          },
        )
        return { ...result, version: code.version }
      } finally {
        mine.inFlight -= 1
        inFlight.set(one.arn, (inFlight.get(one.arn) ?? 1) - 1)
        if (mine.retired && mine.inFlight === 0) void mine.environments.stop()
      }
    },

    measure,

    /** Brings a version's environments up to what is provisioned for it, or lets them go. */
    provision(one: LambdaFunction, qualifier: string): void {
      const config = one.provisioned.get(qualifier)
      const code = versionOf(one, qualifier)
      if (config === undefined) {
        end(one, code.version)
        return
      }
      config.status = 'IN_PROGRESS'
      const done = (problem?: string) => {
        if (one.provisioned.get(qualifier) !== config) return
        config.status = problem === undefined ? 'READY' : 'FAILED'
        if (problem !== undefined) config.reason = 'FUNCTION_ERROR_INIT_FAILURE'
        announce(
          `function ${one.name}: provisioned concurrency of ${qualifier} ${problem === undefined ? `is ready: ${config.count}` : `has failed: ${problem}`}`,
        )
      }
      runningOf(one, code)
        .environments.provision(config.count)
        .then(
          () => done(),
          (error: Error) => done(error.message),
        )
    },

    /** Takes up what was provisioned before this rehearsal began. */
    resume(): void {
      if (launcher === undefined) return
      for (const one of store.functions.values())
        for (const qualifier of one.provisioned.keys()) this.provision(one, qualifier)
    },

    async stop(): Promise<void> {
      const all = [...running.values()]
      running.clear()
      await Promise.all(all.map(({ environments }) => environments.stop()))
    },
  }
}
