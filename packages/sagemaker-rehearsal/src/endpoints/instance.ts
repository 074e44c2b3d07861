/** One instance of a variant: a server that is started, asked by /ping as SageMaker asks, and started again when it dies. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { requestInstance } from './http-request.ts'
import type { InstanceSpec, Launcher, RunningServer } from './launcher.ts'
import { StartFailure } from './start-failure.ts'

export type Instance = {
  id: string
  /** Where it serves; undefined while it does not. */
  url(): string | undefined
  inFlight: number
  /** Resolves when it serves for the first time; rejects with StartFailure when it never will. */
  ready: Promise<void>
  stop(): Promise<void>
}

export type InstanceSettings = {
  launcher: Launcher
  clock: Clock
  /** How long the first 200 from /ping may take, on the clock … */
  startupTimeoutMs: number
  /** … but no less than this in real time: a clock that runs fast does not make a process start faster. */
  startupAtLeastMs: number
  log: (line: string) => void
  announce: (line: string) => void
}

/** As long as SageMaker waits for an answer to /ping. */
const PING_TIMEOUT_MS = 2000

const STARTING_INTERVAL_MS = 100
const SERVING_INTERVAL_MS = 5000

/** Unanswered pings in a row after which an instance that has served is replaced. */
const MOST_FAILED_PINGS = 3

/** A server that ends so often without having served is given up before the time is over: it would only end again. */
const MOST_EARLY_ENDS = 2

const RESTART_PAUSE_MS = 500

const MOST_PING_BYTES = 64 * 1024

const ping = async (url: string): Promise<boolean> => {
  try {
    const { status } = await requestInstance(`${url}/ping`, {
      timeoutMs: PING_TIMEOUT_MS,
      mostBytes: MOST_PING_BYTES,
    })
    return status === 200
  } catch {
    return false
  }
}

/** AWS's words. */
const healthCheckFailed = (variant: string) =>
  new StartFailure(
    `The primary container for production variant ${variant} did not pass the ping health check. ` +
      'Please check CloudWatch logs for this endpoint.',
  )

export const startInstance = (spec: InstanceSpec, settings: InstanceSettings): Instance => {
  const { launcher, clock, log, announce } = settings
  const stopping = new AbortController()
  let server: RunningServer | undefined
  let serving: string | undefined
  let becomeReady = () => {}
  let giveUp = (_: Error) => {}
  const ready = new Promise<void>((resolve, reject) => {
    becomeReady = resolve
    giveUp = reject
  })
  ready.catch(() => {})

  const pause = (ms: number): Promise<unknown> =>
    delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined)

  /** Watches one server until it has ended or must be replaced; true if it has served. */
  const watch = async (running: RunningServer, isLate: () => boolean): Promise<boolean> => {
    let ended: string | undefined
    void running.exited.then((how) => {
      ended = how
      serving = undefined
    })
    let served = false
    let failed = 0
    while (!stopping.signal.aborted && ended === undefined) {
      if (await ping(running.url)) {
        failed = 0
        if (ended === undefined) serving = running.url
        if (!served) becomeReady()
        served = true
      } else if (served) {
        failed += 1
        if (failed >= MOST_FAILED_PINGS) {
          announce(`${spec.endpoint}: ${spec.variant}/${spec.id} does not answer /ping and is replaced`)
          serving = undefined
          await running.stop()
          return true
        }
      } else if (isLate()) {
        await running.stop()
        return false
      }
      await Promise.race([pause(served ? SERVING_INTERVAL_MS : STARTING_INTERVAL_MS), running.exited])
    }
    if (!stopping.signal.aborted) announce(`${spec.endpoint}: ${spec.variant}/${spec.id} ${ended}`)
    return served
  }

  const run = async (): Promise<void> => {
    const startedAt = clock.now()
    const began = performance.now()
    const isLate = () =>
      clock.now() - startedAt >= settings.startupTimeoutMs &&
      performance.now() - began >= settings.startupAtLeastMs
    let earlyEnds = 0
    let hasServed = false
    while (!stopping.signal.aborted) {
      server = await launcher(spec, log)
      if (stopping.signal.aborted) break
      const served = await watch(server, () => !hasServed && isLate())
      hasServed ||= served
      earlyEnds = served ? 0 : earlyEnds + 1
      if (!hasServed && (earlyEnds >= MOST_EARLY_ENDS || isLate())) {
        giveUp(healthCheckFailed(spec.variant))
        return
      }
      await pause(RESTART_PAUSE_MS * Math.max(1, earlyEnds))
    }
  }

  const running = run().catch((error: unknown) => {
    giveUp(error as Error)
  })

  return {
    id: spec.id,
    url: () => serving,
    inFlight: 0,
    ready,
    async stop() {
      serving = undefined
      stopping.abort()
      giveUp(new StartFailure('The instance was stopped.'))
      await server?.stop()
      await running
      // It may have been started while it was being stopped.
      await server?.stop()
    },
  }
}
