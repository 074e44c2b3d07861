/** One start of a function's code: its process and its Runtime API, and the errors that Lambda answers with in its place. */

import { createRuntimeApi, type RuntimeApi } from './runtime-api.ts'
import type { FunctionVersion, LambdaLauncher, LambdaProcess } from './types.ts'
import { type InitializationType, variablesOf } from './variables.ts'

export type Code = {
  api: RuntimeApi
  process: LambdaProcess
  /** Ends the process. */
  end(): Promise<void>
}

/** Why there is no answer of the code's own, as a function's error is written. */
export type Failure = { payload: Buffer }

const failure = (errorType: string, requestId: string, message: string): Failure => ({
  payload: Buffer.from(
    JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` }),
  ),
})

/** @param how such as `ended with exit code 1` */
export const exitError = (requestId: string, how: string): Failure =>
  failure(
    'Runtime.ExitError',
    requestId,
    `Runtime exited with error: ${how.replace('ended with exit code', 'exit status').replace('ended with ', 'signal: ')}`,
  )

export const timeoutError = (requestId: string, milliseconds: number): Failure =>
  failure('Sandbox.Timedout', requestId, `Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`)

/** A limit of time: `passed` resolves with 'late' unless `end` is called before. */
export const limitOf = (milliseconds: number) => {
  let end = () => {}
  const passed = new Promise<'late'>((resolve) => {
    const timer = setTimeout(() => resolve('late'), milliseconds)
    end = () => clearTimeout(timer)
  })
  return { passed, end: () => end() }
}

type Start = {
  version: FunctionVersion
  launcher: LambdaLauncher
  type: InitializationType
  environmentId: string
  folder: string
  withinMs: number
  /** Of the invocation that waits for it, or the environment's own. */
  requestId: string
  log: (line: string) => void
}

/** Resolves once the code asks for its first event; with what is wrong if it never does. */
export const startCode = async ({
  version,
  launcher,
  type,
  environmentId,
  folder,
  withinMs,
  requestId,
  log,
}: Start): Promise<Code | Failure> => {
  const limit = limitOf(withinMs)
  const from = performance.now()
  const api = await createRuntimeApi()
  const environment = variablesOf(version, api.address, type, environmentId)
  const process = await launcher({ function: version, environment, folder }, log)
  const end = async () => {
    await process.kill()
    api.close()
  }
  const problem = await Promise.race([
    api.idle().then(() => undefined),
    api.initError.then((payload) => ({ payload })),
    process.exited.then((how) => exitError(requestId, how)),
    limit.passed,
  ])
  limit.end()
  if (problem === undefined) return { api, process, end }
  await end()
  const status = problem === 'late' ? 'timeout' : 'error'
  const duration = (performance.now() - from).toFixed(2)
  log(`INIT_REPORT Init Duration: ${duration} ms\tPhase: init\tStatus: ${status}`)
  return problem === 'late' ? timeoutError(requestId, withinMs) : problem
}
