/** What a deployment has come to, and what is put back where it failed. */

import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker'
import { messageOf } from '../aws/errors.ts'
import { type Live, readAlarms } from '../aws/live.ts'
import type { Action, Plan } from '../plan/action.ts'
import { type Desired, HISTORY_TAG } from '../plan/desired.ts'
import { configHash, parseHistory, previous } from '../plan/history.ts'
import { deleteAlarms } from './apply.ts'
import { type Cause, probableCause } from './cause.ts'
import { type Moved, moveTo } from './move.ts'
import { restoreScaling, toScaling } from './scaling.ts'
import { type Session, throwIfInterrupted } from './session.ts'
import type { SmokeResult } from './smoke.ts'
import type { LoadedTest } from './smoke-files.ts'
import { discrepancies } from './verify.ts'
import type { Follower } from './watch.ts'

export type Job = {
  desired: Desired
  region: string
  smoke: readonly LoadedTest[]
  /** Deletes an endpoint that cannot be updated, and creates it anew. */
  recreate: boolean
  /** How long changes of others are waited for. */
  timeoutMs: number
  /** Called once, before the first request that changes something. Throws CommandError for what AWS would refuse. */
  preflight: (plan: Plan) => Promise<void>
}

export type Outcome = {
  /** `rolled-back`: what ran before still runs. `failed`: it does not run, or not as asked. */
  outcome: 'created' | 'updated' | 'unchanged' | 'rolled-back' | 'failed'
  endpoint: string
  /** The configuration that was asked for. */
  configuration: string
  /** The one that runs. */
  runs?: string
  /** What was sent. */
  actions: Pick<Action, 'kind' | 'what' | 'name'>[]
  smoke: SmokeResult[]
  /** Of `rolled-back` and `failed`. */
  reasons: string[]
  cause?: Cause
  /** The last lines of the container's log, when it failed. */
  log: string[]
}

export type Run = {
  session: Session
  job: Job
  sent: Outcome['actions']
  /** What the plan is made on. */
  start: Live
  /** What the endpoint ran before the change that is judged, begun by this run or taken up. */
  ranBefore?: string | undefined
  /** Of the change that is under way. */
  follower?: Follower
  /** Whether `preflight` has been called. */
  isChecked: boolean
}

export const finished = (
  { job, sent }: Run,
  outcome: Outcome['outcome'],
  {
    runs,
    ...more
  }: Partial<Omit<Outcome, 'outcome' | 'actions' | 'runs'>> & { runs?: string | undefined } = {},
): Outcome => ({
  outcome,
  endpoint: job.desired.endpoint,
  configuration: job.desired.config.EndpointConfigName as string,
  ...(runs !== undefined && { runs }),
  actions: sent,
  smoke: [],
  reasons: [],
  log: [],
  ...more,
})

/** Which of the update's alarms are in alarm, each in a sentence. Best effort: the outcome is known without it. */
const firedAlarms = async ({ clients }: Session, names: readonly string[]): Promise<string[]> => {
  if (names.length === 0) return []
  try {
    const answer = await clients.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [...names], StateValue: 'ALARM' }),
    )
    return (answer.MetricAlarms ?? []).map(
      ({ AlarmName, StateReason }) =>
        `the alarm ${AlarmName} went off: ${StateReason ?? 'no reason is given'}`,
    )
  } catch (error) {
    return [`the alarms cannot be read: ${messageOf(error)}`]
  }
}

const alarmNames = ({ update }: Desired): string[] =>
  (update.DeploymentConfig?.AutoRollbackConfiguration?.Alarms ?? []).flatMap(
    ({ AlarmName }) => AlarmName ?? [],
  )

/** After a rollback: what was taken off for the update is put back, or what the file asks for where an earlier run took it off. */
const restore = ({ session, job, start }: Run, config = start.config): Promise<void> =>
  restoreScaling(session, job.desired.endpoint, config, toScaling(start.scaling), job.desired.scaling)

/** Those of this configuration only: another deployment may need its own. */
const dropOwnAlarms = async ({ session, job }: Run): Promise<void> => {
  const { endpoint, alarms } = job.desired
  const own = new Set(alarms.map(({ AlarmName }) => AlarmName))
  const left = (await readAlarms(session.clients, endpoint)).flatMap(({ AlarmName }) => AlarmName ?? [])
  await deleteAlarms(
    session,
    left.filter((name) => own.has(name)),
  )
}

/** What comes after a failure must not hide it: the next run does what is left of this. */
const tidy = async (run: Run, steps: readonly ((run: Run) => Promise<void>)[]): Promise<void> => {
  for (const step of steps) {
    try {
      await step(run)
    } catch (error) {
      throwIfInterrupted(run.session)
      run.session.output.warn(`Cleanup incomplete (the next deploy finishes it): ${messageOf(error)}`)
    }
  }
}

/** A configuration that is neither the one wanted nor the one that ran before: another deployment was quicker. */
const isSuperseded = ({ job, ranBefore }: Run, runs: string | undefined): boolean =>
  runs !== undefined && runs !== job.desired.config.EndpointConfigName && runs !== ranBefore

/** The endpoint does not run what was asked: why, and is what ran before still there? */
export const judgeFailure = async (
  run: Run,
  endpoint: DescribeEndpointOutput | undefined,
): Promise<Outcome> => {
  const { session, job, follower } = run
  const { desired } = job
  const runs = endpoint?.EndpointConfigName
  if (isSuperseded(run, runs)) {
    await tidy(run, [dropOwnAlarms])
    return finished(run, 'failed', {
      runs,
      reasons: [`another deployment has replaced this one meanwhile: the endpoint runs ${runs}`],
    })
  }
  const fired = await firedAlarms(session, alarmNames(desired))
  const log = follower?.last ?? []
  const said = endpoint?.FailureReason
  const rolledBack = endpoint?.EndpointStatus === 'InService' && runs !== desired.config.EndpointConfigName
  const reasons = [...(said === undefined ? [] : [said]), ...fired, ...discrepancies(desired, endpoint)]
  const cause = probableCause(reasons.join('\n'), log)
  await tidy(run, rolledBack ? [dropOwnAlarms, restore] : [dropOwnAlarms])
  return finished(run, rolledBack ? 'rolled-back' : 'failed', {
    runs,
    reasons,
    log,
    ...(cause !== undefined && { cause }),
  })
}

export const smokeProblems = (results: readonly SmokeResult[]): string[] =>
  results.flatMap(({ file, variant, problems }) =>
    problems.map((problem) => `${file} to ${variant}: ${problem}`),
  )

/** A test failed: back to what ran before, where there was something. */
export const undo = async (
  run: Run,
  endpoint: DescribeEndpointOutput,
  smoke: SmokeResult[],
): Promise<Outcome> => {
  const { session, job, start } = run
  const log = run.follower?.last ?? []
  const { desired } = job
  const wanted = desired.config.EndpointConfigName as string
  const reasons = smokeProblems(smoke)
  const hash = configHash(desired.endpoint, wanted)
  const [before] = previous(parseHistory(start.tags[HISTORY_TAG]), hash ?? '')
  const ranBefore = start.endpoint?.EndpointConfigName
  const goal =
    ranBefore !== undefined && ranBefore !== wanted
      ? ranBefore
      : before === undefined
        ? undefined
        : `${desired.endpoint}-${before}`
  if (goal === undefined) {
    await tidy(run, [dropOwnAlarms])
    return finished(run, 'failed', { runs: wanted, reasons, smoke, log })
  }
  session.output.warn(`A smoke test failed. Rolling back to ${goal} …`)
  await tidy(run, [dropOwnAlarms])
  let moved: Moved
  try {
    moved = await moveTo(session, endpoint, goal)
  } catch (error) {
    throwIfInterrupted(session)
    moved = { runs: wanted, problems: [`the rollback to ${goal} did not complete: ${messageOf(error)}`] }
  }
  if (moved.problems.length > 0) {
    return finished(run, 'failed', { runs: moved.runs, reasons: [...reasons, ...moved.problems], smoke, log })
  }
  await tidy(run, [() => restore(run, moved.config)])
  return finished(run, 'rolled-back', { runs: goal, reasons, smoke, log })
}
