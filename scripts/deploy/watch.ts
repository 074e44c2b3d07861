/** Waiting for AWS, with what it is doing on the screen. SageMaker's own waiters call a rolled-back update a success. */

import type { DescribeEndpointOutput, PendingProductionVariantSummary } from '@aws-sdk/client-sagemaker'
import { isTransient, messageOf } from '../aws/errors.ts'
import { describeEndpoint } from '../aws/live.ts'
import { CommandError } from '../cli/command.ts'
import { printable } from '../cli/output.ts'
import type { Tail } from '../logs/tail.ts'
import { isBusy } from '../plan/plan.ts'
import { pause, type Session } from './session.ts'

const SHORTEST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 10_000

/** How long what was asked for may take to be seen: reads may be answered from before. */
const GRACE_MS = 30_000

/** How long AWS may be out of reach while it is watched: it goes on by itself. */
const OUT_OF_REACH_MS = 300_000

/** Lines of the container's log shown between two looks; the rest is counted. */
const LINES_SHOWN = 20

/** Quick at first, then about every twentieth of the time that has passed. */
const pauseAfter = (elapsedMs: number): number =>
  Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, elapsedMs / 20))

export const duration = (ms: number): string => {
  const seconds = Math.round(ms / 1_000)
  return seconds < 60
    ? `${seconds}s`
    : `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`
}

const describeVariant = (variant: PendingProductionVariantSummary): string => {
  const parts = [
    variant.CurrentInstanceCount !== undefined || variant.DesiredInstanceCount !== undefined
      ? `${variant.CurrentInstanceCount ?? 0}/${variant.DesiredInstanceCount ?? variant.CurrentInstanceCount} instances`
      : undefined,
    variant.CurrentWeight === undefined ? undefined : `weight ${variant.CurrentWeight}`,
    variant.VariantStatus?.map(({ Status, StatusMessage }) =>
      StatusMessage === undefined ? Status : `${Status} (${StatusMessage})`,
    ).join(', ') || undefined,
  ]
  return `${variant.VariantName}: ${parts.filter((part) => part !== undefined).join(', ')}`
}

/** One line: the status and each variant; of an update, the fleet that is coming. */
export const describeProgress = (endpoint: DescribeEndpointOutput): string => {
  const coming = endpoint.PendingDeploymentSummary
  const variants = [
    ...(coming?.ProductionVariants ?? endpoint.ProductionVariants ?? []),
    ...(coming?.ShadowProductionVariants ?? endpoint.ShadowProductionVariants ?? []),
  ]
  return [endpoint.EndpointStatus, ...variants.map(describeVariant)].join(' · ')
}

/** The container's lines beside the progress; the last ones are kept for a failure's report. */
export type Follower = {
  tail: Tail
  ignore: ReadonlySet<string>
  last: string[]
  /** Complaints that were shown: a container that is started again, and each of its neighbours, says the same. */
  said: Set<string>
}

const KEPT = 50

/** Our own server writes JSON: of that its level and what it says are enough here. */
const brief = (text: string): string => {
  const [, level, message] = text.match(/^\{"level":"(\w+)".*"msg":("(?:[^"\\]|\\.)*")\}$/) ?? []
  return message === undefined ? text : `${level}: ${printable(JSON.parse(message))}`
}

/** Whether a line of our server's that complains says what one before it said. */
const wasSaid = ({ said }: Follower, text: string): boolean => {
  const words = brief(text)
  if (words === text || !/^(warn|error|fatal): /.test(words)) return false
  if (said.has(words)) return true
  said.add(words)
  return false
}

const showLines = async ({ output }: Session, follower: Follower): Promise<void> => {
  const lines: { from: string; text: string }[] = []
  try {
    for await (const page of follower.tail.poll()) {
      for (const { stream, instance, variant, text } of page) {
        if (follower.ignore.has(stream) || wasSaid(follower, text)) continue
        lines.push({ from: `${variant}/${instance}`, text })
      }
      if (lines.length > KEPT * 2) lines.splice(0, lines.length - KEPT)
    }
  } catch (error) {
    // A deployment does not fail because its log could not be read.
    output.progress(`the log cannot be read: ${messageOf(error)}`)
  }
  follower.last = [...follower.last, ...lines.map(({ from, text }) => `${from} │ ${text}`)].slice(-KEPT)
  const hidden = lines.length - LINES_SHOWN
  if (hidden > 0) output.step(`  … ${hidden} more lines: see logs`)
  for (const { from, text } of lines.slice(-LINES_SHOWN)) output.step(`  ${from} │ ${brief(text)}`)
}

/** Describes it, again and again if need be. */
const look = async (session: Session, name: string): Promise<DescribeEndpointOutput | undefined> => {
  const { clients, clock, output } = session
  const began = clock.now()
  for (;;) {
    try {
      return await describeEndpoint(clients, name)
    } catch (error) {
      if (!isTransient(error) || clock.now() - began > OUT_OF_REACH_MS) throw error
      output.progress(`Cannot reach AWS; retrying … ${messageOf(error)}`)
    }
    await pause(session, LONGEST_PAUSE_MS)
  }
}

/**
 * Waits until the endpoint is no longer busy.
 * @param before what was described before the request that is waited for: the same again is no answer yet
 * @param deadline when waiting for what others do is given up, by the session's clock
 * @returns undefined when there is no endpoint (any more)
 */
export const untilSettled = async (
  session: Session,
  name: string,
  {
    before,
    follower,
    deadline = Number.POSITIVE_INFINITY,
  }: { before?: DescribeEndpointOutput; follower?: Follower; deadline?: number } = {},
): Promise<DescribeEndpointOutput | undefined> => {
  const { clock, output } = session
  const began = clock.now()
  let sawWork = false
  let status: string | undefined
  for (;;) {
    const endpoint = await look(session, name)
    const elapsed = clock.now() - began
    if (endpoint !== undefined && endpoint.EndpointStatus !== status) {
      status = endpoint.EndpointStatus
      output.step(`${duration(elapsed).padStart(7)}  ${describeProgress(endpoint)}`)
    } else if (endpoint !== undefined) {
      output.progress(`${duration(elapsed).padStart(7)}  ${describeProgress(endpoint)}`)
    }
    if (follower !== undefined) await showLines(session, follower)
    if (isBusy(endpoint)) sawWork = true
    else {
      const unchanged =
        endpoint?.EndpointConfigName === before?.EndpointConfigName &&
        endpoint?.LastModifiedTime?.getTime() === before?.LastModifiedTime?.getTime()
      if (sawWork || !unchanged || elapsed >= GRACE_MS) return endpoint
    }
    if (clock.now() > deadline) {
      throw new CommandError(
        `the endpoint ${name} is still ${endpoint?.EndpointStatus} after ${duration(elapsed)}: no longer waiting`,
        { fix: 'run the command again later, or raise rollout.timeout' },
      )
    }
    await pause(session, pauseAfter(elapsed))
  }
}

/** Waits until a deleted endpoint is gone. */
export const untilGone = async (session: Session, name: string): Promise<void> => {
  const { clock, output } = session
  const began = clock.now()
  for (;;) {
    const endpoint = await look(session, name)
    if (endpoint === undefined) return
    const elapsed = clock.now() - began
    if (endpoint.EndpointStatus === 'Failed' && elapsed > GRACE_MS) {
      throw new CommandError(
        `the endpoint ${name} could not be deleted: ${endpoint.FailureReason ?? 'AWS gives no reason'}`,
      )
    }
    output.progress(`${duration(elapsed).padStart(7)}  ${endpoint.EndpointStatus}`)
    await pause(session, pauseAfter(elapsed))
  }
}
