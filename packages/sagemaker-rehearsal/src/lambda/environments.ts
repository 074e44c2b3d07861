/** The environments of a version of a function: as many as there are invocations at once, each kept for the next. */

import { AwsError } from '../aws-error.ts'
import { type Environment, startEnvironment } from './environment.ts'
import type { EnvironmentOptions, Environments, FunctionVersion } from './types.ts'

/** Of an event, in bytes. */
const MOST_REQUEST_BYTES = 6 * 2 ** 20

const IDLE_MS = 300_000

type Kept = { environment: Environment; provisioned: boolean; idle?: NodeJS.Timeout }

/** @throws AwsError as Invoke answers what cannot be an event */
const checkPayload = (payload: Buffer): void => {
  if (payload.length > MOST_REQUEST_BYTES)
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${MOST_REQUEST_BYTES} bytes for the InvokeFunction operation`,
      { status: 413, members: { Type: 'User' } },
    )
  try {
    JSON.parse(payload.toString())
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
      { members: { Type: 'User' } },
    )
  }
}

export const createEnvironments = (version: FunctionVersion, options: EnvironmentOptions): Environments => {
  const { mostAtOnce = Number.POSITIVE_INFINITY, idleMs = IDLE_MS } = options
  const all = new Set<Kept>()
  /** The one that was busy last is asked first. */
  const free: Kept[] = []
  /** Those that have answered, and will be free in a moment. */
  const settling = new Set<Promise<void>>()

  const take = async (): Promise<Kept> => {
    const kept = free.pop()
    clearTimeout(kept?.idle)
    if (kept?.environment.gone) {
      all.delete(kept)
      return take()
    }
    if (kept !== undefined) return kept
    const [soon] = settling
    if (soon !== undefined) {
      settling.delete(soon)
      await soon
      return take()
    }
    if (all.size >= mostAtOnce)
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
        status: 429,
        members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' },
      })
    const made = { environment: startEnvironment(version, options, 'on-demand'), provisioned: false }
    all.add(made)
    return made
  }

  const giveBack = (kept: Kept): void => {
    if (kept.environment.gone) {
      all.delete(kept)
      return
    }
    free.push(kept)
    if (kept.provisioned) return
    kept.idle = setTimeout(() => {
      free.splice(free.indexOf(kept), 1)
      all.delete(kept)
      void kept.environment.stop()
    }, idleMs).unref()
  }

  return {
    async invoke(invocation) {
      const payload = invocation.payload.length === 0 ? Buffer.from('{}') : invocation.payload
      checkPayload(payload)
      const kept = await take()
      const { result, over } = kept.environment.invoke({ ...invocation, payload })
      const given = over.then(() => giveBack(kept))
      const answer = await result
      settling.add(given)
      void given.then(() => settling.delete(given))
      return answer
    },
    async provision(count) {
      const missing = Math.max(0, count - [...all].filter(({ provisioned }) => provisioned).length)
      await Promise.all(
        Array.from({ length: missing }, async () => {
          const kept = {
            environment: startEnvironment(version, options, 'provisioned-concurrency'),
            provisioned: true,
          }
          all.add(kept)
          const problem = await kept.environment.started
          if (problem !== undefined) {
            all.delete(kept)
            throw new Error(problem.payload.toString())
          }
          giveBack(kept)
        }),
      )
    },
    get count() {
      return all.size
    },
    async stop() {
      const kept = [...all]
      all.clear()
      free.length = 0
      await Promise.all(
        kept.map(({ idle, environment }) => {
          clearTimeout(idle)
          return environment.stop()
        }),
      )
    },
  }
}
