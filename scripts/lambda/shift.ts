/** Moves the alias to another version: at once, or part by part while alarms watch. */

import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { type AliasConfiguration, UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { isConflict } from '../aws/errors.ts'
import { CommandError } from '../cli/command.ts'
import type { LambdaRollout } from '../config/deployment.ts'
import { deleteAlarms } from '../deploy/apply.ts'
import { Overtaken } from '../deploy/overtaken.ts'
import { bake, firing } from './bake.ts'
import type { DesiredFunction } from './desire.ts'
import { readAlias, sharesOf } from './live.ts'
import { ALIAS, type LambdaSession } from './session.ts'
import { percent } from './status.ts'

/** What a new version gets before all, each for as long as `bake`. */
export const stepsOf = ({ strategy, stepPercent }: LambdaRollout): number[] => {
  if (strategy === 'all-at-once') return []
  const share = stepPercent / 100
  const count = strategy === 'canary' ? 1 : Math.ceil(1 / share) - 1
  return Array.from({ length: count }, (_, at) => Number((share * (at + 1)).toFixed(4)))
}

type Shares = { version: string; other?: { version: string; share: number } }

/** Someone else has moved the alias: whoever did so last is right. */
const overruled = (name: string): CommandError =>
  new CommandError(`someone else has changed the alias ${ALIAS} of ${name}, which stays as it is now`, {
    fix: 'see status; the same command goes on from there',
  })

const isSo = (alias: AliasConfiguration | undefined, { version, other }: Shares): boolean =>
  alias?.FunctionVersion === version &&
  (other === undefined ? 1 : other.share) === sharesOf(alias).get(other?.version ?? version)

/**
 * Sets the whole of the alias.
 * @param revision what it must be; another's change is an error then
 * @throws CommandError if it is another, or gone
 */
export const setAlias = async (
  session: LambdaSession,
  name: string,
  { revision, ...shares }: Shares & { revision?: string | undefined },
): Promise<void> => {
  const { version, other } = shares
  try {
    await session.lambda.send(
      new UpdateAliasCommand({
        FunctionName: name,
        Name: ALIAS,
        FunctionVersion: version,
        RoutingConfig: {
          AdditionalVersionWeights: other === undefined ? {} : { [other.version]: other.share },
        },
        ...(revision !== undefined && { RevisionId: revision }),
      }),
    )
  } catch (error) {
    // The SDK repeats a request whose answer was lost, and the second finds another revision.
    if (!isConflict(error)) throw error
    if (!isSo(await readAlias(session, name), shares)) throw overruled(name)
  }
}

const alarmNames = (desired: DesiredFunction, version: string): string[] => [
  ...desired.alarms(version).map(({ AlarmName = '' }) => AlarmName),
  ...desired.rollout.rollbackOn.flatMap((rule) => ('alarm' in rule ? [rule.alarm] : [])),
]

/** Whatever the alias has when nobody watches it any more must be known to whoever reads why. */
const warnUnwatched = async (session: LambdaSession, name: string, version: string, share: number) => {
  const alias = await readAlias(session, name).catch(() => undefined)
  const now = alias === undefined ? share : (sharesOf(alias).get(version) ?? 0)
  if (now > 0)
    session.output.warn(
      `${percent(now)} of the requests go to version ${version}, which nobody watches; the same command takes it up, rollback ends it`,
    )
}

/**
 * From what the alias is now. A run that was cut short is taken up at the share that it had come to; its wait begins anew.
 * @returns why it went back, or nothing. The alias then has what it had before.
 */
export const shift = async (
  session: LambdaSession,
  desired: DesiredFunction,
  version: string,
  { atOnce }: { atOnce: boolean },
): Promise<string[]> => {
  const { name, rollout } = desired
  const { output, clients } = session
  const alias = await readAlias(session, name)
  const before = alias?.FunctionVersion
  if (alias === undefined || before === undefined)
    throw new Overtaken(`the alias ${ALIAS} of ${name} has gone`)
  const watched = alarmNames(desired, version)
  const ours = desired.alarms(version)
  const reached = before === version ? 1 : (sharesOf(alias).get(version) ?? 0)
  const steps = atOnce ? [] : stepsOf(rollout).filter((share) => share >= reached && reached < 1)
  let revision = alias.RevisionId
  let current = reached
  const sharing = (share: number): Shares =>
    share === 1 ? { version } : { version: before, other: { version, share } }
  const set = async (share: number): Promise<void> => {
    current = share
    await setAlias(session, name, { ...sharing(share), revision })
  }
  const watch = async (part: string): Promise<string[]> => {
    const reasons = await bake(session, name, rollout.bakeSeconds, watched, part)
    // `traffic`, `rollback` or another deployment may have been at work while we watched.
    const now = await readAlias(session, name)
    if (!isSo(now, sharing(current))) throw overruled(name)
    revision = now?.RevisionId
    if (reasons.length === 0) return []
    output.warn(`Going back to version ${before} …`)
    await setAlias(session, name, { version: before, revision })
    return reasons
  }
  try {
    const already = await firing(session, watched.slice(ours.length))
    if (already.length > 0) return already.map((reason) => `${reason} (before anything was changed)`)
    for (const alarm of ours) await clients.cloudwatch.send(new PutMetricAlarmCommand(alarm))
    for (const share of steps) {
      const part = `${percent(share)} of the requests`
      output.step(`~ alias ${ALIAS}: ${part} to version ${version}`)
      if (share !== reached) await set(share)
      const reasons = await watch(part)
      if (reasons.length > 0) return reasons
    }
    output.step(`~ alias ${ALIAS}: all requests to version ${version}`)
    await set(1)
    // All at once, alarms can only watch afterwards.
    if (steps.length === 0 && before !== version && rollout.bakeSeconds > 0) {
      const reasons = await watch('all requests')
      if (reasons.length > 0) return reasons
    }
  } catch (error) {
    if (session.signal.aborted || !(error instanceof CommandError))
      await warnUnwatched(session, name, version, current)
    throw error
  }
  await deleteAlarms(
    session,
    ours.map(({ AlarmName = '' }) => AlarmName),
  )
  return []
}
