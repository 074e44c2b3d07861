/** Moves the alias to another version: at once, or part by part while alarms watch. */

import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { timeOf } from '../aws/clients.ts'
import { isConflict } from '../aws/errors.ts'
import { CommandError } from '../cli/command.ts'
import { bar } from '../cli/output.ts'
import type { LambdaRollout } from '../config/deployment.ts'
import { deleteAlarms } from '../deploy/apply.ts'
import { Overtaken } from '../deploy/overtaken.ts'
import { pause } from '../deploy/session.ts'
import type { DesiredFunction } from './desire.ts'
import { readAlias, readFunction, sharesOf } from './live.ts'
import { ALIAS, type LambdaSession } from './session.ts'

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

const isSo = async (session: LambdaSession, name: string, { version, other }: Shares): Promise<boolean> => {
  const alias = await readAlias(session, name)
  return (
    alias?.FunctionVersion === version &&
    (other === undefined ? 1 : other.share) === sharesOf(alias).get(other?.version ?? version)
  )
}

/**
 * Sets the whole of the alias.
 * @param revision what it must be; another's change is an error then
 * @throws CommandError if it is another, or gone
 */
export const setAlias = async (
  session: LambdaSession,
  name: string,
  { revision, ...shares }: Shares & { revision?: string },
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
    if (!(await isSo(session, name, shares))) throw overruled(name)
  }
}

const POLL_MS = 5_000

/** Those of the alarms that are in ALARM, with why. */
const firing = async (
  { clients: { cloudwatch } }: LambdaSession,
  names: readonly string[],
): Promise<string[]> => {
  if (names.length === 0) return []
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    }),
  )
  return [...MetricAlarms, ...CompositeAlarms]
    .filter(({ StateValue }) => StateValue === 'ALARM')
    .map(({ AlarmName, StateReason }) => `alarm ${AlarmName}: ${StateReason}`)
}

/** Resolves with what went wrong within so many seconds of AWS's time; with nothing if nothing did. */
const bake = async (
  session: LambdaSession,
  name: string,
  seconds: number,
  alarms: readonly string[],
  what: string,
): Promise<string[]> => {
  const { clients, output } = session
  // Whose answer tells the time.
  const now = async () => {
    await readFunction(session, name)
    return timeOf(clients)
  }
  const began = await now()
  for (;;) {
    const reasons = await firing(session, alarms)
    if (reasons.length > 0) return reasons
    const passed = (await now()) - began
    if (passed >= seconds * 1_000) return []
    output.progress(`${what} ${bar(passed / (seconds * 1_000))}`)
    await pause(session, POLL_MS)
  }
}

const alarmNames = (desired: DesiredFunction, version: string): string[] => [
  ...desired.alarms(version).map(({ AlarmName = '' }) => AlarmName),
  ...desired.rollout.rollbackOn.flatMap((rule) => ('alarm' in rule ? [rule.alarm] : [])),
]

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
  const already = await firing(session, watched.slice(ours.length))
  if (already.length > 0) return already.map((reason) => `${reason} (before anything was changed)`)
  for (const alarm of ours) await clients.cloudwatch.send(new PutMetricAlarmCommand(alarm))
  const goBack = async (reasons: string[]): Promise<string[]> => {
    output.warn(`Going back to version ${before} …`)
    await setAlias(session, name, { version: before })
    return reasons
  }
  for (const share of steps) {
    const { RevisionId: revision } = (await readAlias(session, name)) ?? {}
    const part = `${Number((100 * share).toFixed(1))} % of the requests`
    output.step(`~ alias ${ALIAS}: ${part} to version ${version}`)
    if (share !== reached)
      await setAlias(session, name, {
        version: before,
        other: { version, share },
        ...(revision !== undefined && { revision }),
      })
    const reasons = await bake(session, name, rollout.bakeSeconds, watched, part)
    if (reasons.length > 0) return goBack(reasons)
    await mustBe(session, name, before, version, share)
  }
  output.step(`~ alias ${ALIAS}: all requests to version ${version}`)
  await setAlias(session, name, { version })
  // All at once, alarms can only watch afterwards.
  if (steps.length === 0 && before !== version && rollout.bakeSeconds > 0) {
    const reasons = await bake(session, name, rollout.bakeSeconds, watched, 'all requests')
    if (reasons.length > 0) return goBack(reasons)
  }
  await deleteAlarms(
    session,
    ours.map(({ AlarmName = '' }) => AlarmName),
  )
  return []
}

/** `traffic`, `rollback` or another deployment may have been at work while we watched. */
const mustBe = async (
  session: LambdaSession,
  name: string,
  before: string,
  version: string,
  share: number,
): Promise<void> => {
  if (!(await isSo(session, name, { version: before, other: { version, share } }))) throw overruled(name)
}
