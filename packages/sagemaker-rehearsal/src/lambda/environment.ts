/**
 * One execution environment, after the developer guide's "Understanding the Lambda execution environment lifecycle": its code is
 * started, which may take 10 s; what did not start is started once more at the first invocation, within the function's time;
 * between invocations it is frozen.
 */

import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Code, exitError, type Failure, limitOf, startCode, timeoutError } from './code.ts'
import type { EnvironmentOptions, FunctionVersion, Invocation, InvocationResult } from './types.ts'
import type { InitializationType } from './variables.ts'

const INIT_TIMEOUT_MS = 10_000

/** Provisioned concurrency gives the start the function's time, and at least so much. */
const PROVISIONED_INIT_MS = 130_000

export type Environment = {
  /** What went wrong with its start; undefined if nothing did. */
  started: Promise<Failure | undefined>
  /** One at a time. Neither promise rejects; once it is `over`, the environment is free for another invocation, or `gone`. */
  invoke(invocation: Invocation): { result: Promise<InvocationResult>; over: Promise<void> }
  /** True once its code has ended for good. */
  readonly gone: boolean
  stop(): Promise<void>
}

type Answer = { payload: Buffer; failed: boolean; ended: boolean }

const ended = ({ payload }: Failure): Answer => ({ payload, failed: true, ended: true })

const traceId = (): string => {
  const now = Math.floor(Date.now() / 1000).toString(16)
  return `Root=1-${now}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`
}

export const startEnvironment = (
  version: FunctionVersion,
  { launcher, freezes = true, initTimeoutMs = INIT_TIMEOUT_MS, log = () => {} }: EnvironmentOptions,
  type: InitializationType,
): Environment => {
  const id = randomUUID()
  const say = (line: string) => log(line, id)
  const functionMs = version.timeoutSeconds * 1000
  const isProvisioned = type === 'provisioned-concurrency'
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-lambda-'))
  let code: Code | undefined
  let gone = false
  let frozen = false

  const end = async (): Promise<void> => {
    gone = true
    await code?.end()
    rmSync(folder, { recursive: true, force: true })
  }

  /** Resolves with what is wrong. */
  const start = async (requestId: string, withinMs: number): Promise<Failure | undefined> => {
    const made = await startCode({
      version,
      launcher,
      type,
      environmentId: id,
      folder,
      withinMs,
      requestId,
      log: say,
    })
    if (!('api' in made)) return made
    code = made
    // It was stopped meanwhile.
    if (gone) await made.end()
    void made.process.exited.then(() => {
      gone = true
    })
    return undefined
  }

  const freeze = async (): Promise<void> => {
    if (!freezes || gone) return
    await code?.process.freeze()
    frozen = true
  }

  const thaw = async (): Promise<void> => {
    if (frozen && !gone) await code?.process.thaw()
    frozen = false
  }

  const from = performance.now()
  const initMs = isProvisioned ? Math.max(PROVISIONED_INIT_MS, functionMs) : initTimeoutMs
  let initDurationMs: number | undefined
  const started = start(id, initMs).then(async (problem) => {
    if (problem === undefined && !isProvisioned) initDurationMs = performance.now() - from
    if (isProvisioned) await (problem === undefined ? freeze() : end())
    return problem
  })

  const ask = async (
    requestId: string,
    { payload, clientContext }: Invocation,
    late: Promise<'late'>,
  ): Promise<Answer> => {
    const deadlineMs = Date.now() + functionMs
    // What did not start is started once more.
    const problem = code === undefined ? await start(requestId, functionMs) : undefined
    if (problem !== undefined || code === undefined) return ended(problem ?? exitError(requestId, 'stopped'))
    const { api, process } = code
    const answer = await Promise.race([
      api.deliver({
        requestId,
        payload,
        deadlineMs,
        functionArn: version.arn,
        traceId: traceId(),
        ...(clientContext !== undefined && { clientContext }),
      }),
      process.exited,
      late,
    ])
    if (typeof answer === 'object') return { ...answer, ended: false }
    return ended(answer === 'late' ? timeoutError(requestId, functionMs) : exitError(requestId, answer))
  }

  const report = (requestId: string, durationMs: number, initMs: number | undefined) => {
    const billedDurationMs = Math.ceil(durationMs + (initMs ?? 0))
    const lines = [
      `START RequestId: ${requestId} Version: ${version.version}`,
      `END RequestId: ${requestId}`,
      [
        `REPORT RequestId: ${requestId}`,
        `Duration: ${durationMs.toFixed(2)} ms`,
        `Billed Duration: ${billedDurationMs} ms`,
        `Memory Size: ${version.memoryMegabytes} MB`,
        ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
      ].join('\t'),
    ]
    for (const line of lines.slice(1)) say(line)
    return { billedDurationMs, log: `${lines.join('\n')}\n` }
  }

  /** The environment is free once its code asks for more. */
  const settle = async (wasEnded: boolean, late: Promise<'late'>): Promise<void> => {
    const rest = [code?.api.idle().then(() => undefined), code?.process.exited, late]
    const problem = wasEnded ? 'ended' : await Promise.race(rest)
    await (problem === undefined ? freeze() : end())
  }

  return {
    started,
    get gone() {
      return gone
    },
    invoke(invocation) {
      const requestId = randomUUID()
      let limit = limitOf(0)
      const answered = started.then(async (): Promise<InvocationResult & { ended: boolean }> => {
        const initMs = initDurationMs
        initDurationMs = undefined
        await thaw()
        const begin = performance.now()
        limit = limitOf(functionMs)
        say(`START RequestId: ${requestId} Version: ${version.version}`)
        const { payload, failed, ended } = await ask(requestId, invocation, limit.passed)
        const durationMs = performance.now() - begin
        return {
          requestId,
          payload,
          ended,
          ...(failed && { functionError: 'Unhandled' as const }),
          durationMs,
          ...(initMs !== undefined && { initDurationMs: initMs }),
          ...report(requestId, durationMs, initMs),
        }
      })
      return {
        result: answered.then(({ ended: _, ...result }) => result),
        over: answered.then(({ ended }) => settle(ended, limit.passed)).finally(() => limit.end()),
      }
    },
    async stop() {
      gone = true
      await started
      await end()
    },
  }
}
