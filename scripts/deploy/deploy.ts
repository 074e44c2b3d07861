/**
 * Makes the endpoint what the file says, and proves it. Whatever an earlier run has left, from a lone archive to an update
 * under way, is read from AWS first and taken up: there is no other memory.
 */

import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker'
import { messageOf } from '../aws/errors.ts'
import { type Live, readAlarms, readLive } from '../aws/live.ts'
import { CommandError } from '../cli/command.ts'
import { type Action, isNothing, type Plan } from '../plan/action.ts'
import { type Desired, HISTORY_TAG } from '../plan/desired.ts'
import { describeAction } from '../plan/format.ts'
import { configHash, parseHistory, previous } from '../plan/history.ts'
import { isBusy, plan } from '../plan/plan.ts'
import { apply, deleteAlarms } from './apply.ts'
import { type Cause, probableCause } from './cause.ts'
import { follow } from './follow.ts'
import { type Moved, moveTo } from './move.ts'
import { restoreScaling, toScaling } from './scaling.ts'
import { type Session, throwIfInterrupted } from './session.ts'
import { runSmokeTests, type SmokeResult } from './smoke.ts'
import type { LoadedTest } from './smoke-files.ts'
import { discrepancies } from './verify.ts'
import { type Follower, untilSettled } from './watch.ts'

export type Job = {
  desired: Desired
  region: string
  smoke: readonly LoadedTest[]
  /** Deletes an endpoint that cannot be updated, and creates it anew. */
  recreate: boolean
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

/** Where a run stopped, and why as a rule. */
const attempt = async (session: Session, action: Action, arn: string | undefined): Promise<void> => {
  throwIfInterrupted(session)
  if (action.kind !== 'keep') session.output.step(describeAction(action))
  try {
    await apply(session, action, arn)
  } catch (error) {
    throwIfInterrupted(session)
    if (error instanceof CommandError || !('$metadata' in (error as object))) throw error
    const cause = probableCause(messageOf(error))
    throw new CommandError(`${action.kind} ${action.what} ${action.name}: ${messageOf(error)}`, {
      ...(cause !== undefined && { fix: `${cause.cause}: ${cause.fix}` }),
    })
  }
}

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

type Run = {
  session: Session
  job: Job
  sent: Outcome['actions']
  /** Before anything was sent. */
  start: Live
}

const finished = (
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

/** After a rollback: what was taken off for the update is put back, or what the file asks for where an earlier run took it off. */
const restore = ({ session, job, start }: Run, config = start.config): Promise<void> =>
  restoreScaling(session, job.desired.endpoint, config, toScaling(start.scaling), job.desired.scaling)

const dropOwnAlarms = async ({ session, job }: Run): Promise<void> => {
  const left = await readAlarms(session.clients, job.desired.endpoint)
  await deleteAlarms(
    session,
    left.map(({ AlarmName }) => AlarmName as string),
  )
}

/** What comes after a failure must not hide it: the next run does what is left of this. */
const tidy = async (run: Run, steps: readonly ((run: Run) => Promise<void>)[]): Promise<void> => {
  for (const step of steps) {
    try {
      await step(run)
    } catch (error) {
      throwIfInterrupted(run.session)
      run.session.output.warn(`left for the next run: ${messageOf(error)}`)
    }
  }
}

/** The endpoint does not run what was asked: why, and is what ran before still there? */
const judgeFailure = async (
  run: Run,
  endpoint: DescribeEndpointOutput | undefined,
  follower?: Follower,
): Promise<Outcome> => {
  const { session, job } = run
  const { desired } = job
  const fired = await firedAlarms(session, alarmNames(desired))
  const log = follower?.last ?? []
  const said = endpoint?.FailureReason
  const runs = endpoint?.EndpointConfigName
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

const smokeProblems = (results: readonly SmokeResult[]): string[] =>
  results.flatMap(({ file, variant, problems }) =>
    problems.map((problem) => `${file} to ${variant}: ${problem}`),
  )

/** A test failed: back to what ran before, where there was something. */
const undo = async (
  run: Run,
  endpoint: DescribeEndpointOutput,
  smoke: SmokeResult[],
  log: string[],
): Promise<Outcome> => {
  const { session, job, start } = run
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
  session.output.warn(`a test failed: going back to ${goal}`)
  await tidy(run, [dropOwnAlarms])
  let moved: Moved
  try {
    moved = await moveTo(session, endpoint, goal)
  } catch (error) {
    throwIfInterrupted(session)
    moved = { runs: wanted, problems: [`going back to ${goal} did not work: ${messageOf(error)}`] }
  }
  if (moved.problems.length > 0) {
    return finished(run, 'failed', { runs: moved.runs, reasons: [...reasons, ...moved.problems], smoke, log })
  }
  await tidy(run, [() => restore(run, moved.config)])
  return finished(run, 'rolled-back', { runs: goal, reasons, smoke, log })
}

/** Splits a plan at the endpoint: what comes before it, itself, and what comes when it has been verified. */
const split = ({ actions }: Plan) => {
  const at = actions.findIndex(({ what }) => what === 'endpoint')
  return { before: actions.slice(0, at), endpoint: actions[at] as Action, after: actions.slice(at + 1) }
}

export const deploy = async (session: Session, job: Job): Promise<Outcome> => {
  const { clients, output } = session
  const { desired, region, smoke: tests, recreate } = job
  const wanted = desired.config.EndpointConfigName as string
  let live = await readLive(clients, desired)
  const run: Run = { session, job, sent: [], start: live }

  let follower: Follower | undefined
  if (isBusy(live.endpoint)) {
    const goal =
      live.endpoint?.PendingDeploymentSummary?.EndpointConfigName ?? live.endpoint?.EndpointConfigName
    const ours = goal === wanted && live.endpoint?.EndpointStatus !== 'Deleting'
    output.step(
      ours
        ? `the deployment of ${wanted} is under way already: taking it up`
        : `the endpoint is ${live.endpoint?.EndpointStatus}${goal === undefined ? '' : ` (${goal})`}: waiting until that is over`,
    )
    if (ours) follower = await follow(session, desired.endpoint, live.endpoint, true)
    const settled = await untilSettled(session, desired.endpoint, follower === undefined ? {} : { follower })
    live = await readLive(clients, desired)
    run.start = live
    if (ours && (settled?.EndpointStatus !== 'InService' || settled.EndpointConfigName !== wanted)) {
      return judgeFailure(run, settled, follower)
    }
  }

  const todo = plan(desired, live, { region, recreate })
  if (todo.blocked !== undefined) {
    const cause = probableCause(todo.blocked.message)
    throw new CommandError(todo.blocked.message, {
      fix: `${cause === undefined ? '' : `${cause.cause}: ${cause.fix}; then `}${todo.blocked.fix}`,
    })
  }
  for (const warning of todo.warnings) output.warn(warning)
  if (isNothing(todo)) return finished(run, 'unchanged', { runs: wanted })

  const send = async (actions: readonly Action[], arn: string | undefined) => {
    for (const action of actions) {
      await attempt(session, action, arn)
      if (action.kind !== 'keep') run.sent.push({ kind: action.kind, what: action.what, name: action.name })
    }
  }
  const { before, endpoint: main, after } = split(todo)
  await send(before, live.endpoint?.EndpointArn)
  let endpoint: DescribeEndpointOutput | undefined = live.endpoint
  if (main.kind !== 'keep') {
    follower = await follow(session, desired.endpoint, live.endpoint, false)
    await send([main], live.endpoint?.EndpointArn)
    endpoint = await untilSettled(session, desired.endpoint, {
      ...(main.kind === 'update' && live.endpoint !== undefined && { before: live.endpoint }),
      follower,
    })
  }
  if (endpoint === undefined || discrepancies(desired, endpoint).length > 0)
    return judgeFailure(run, endpoint, follower)

  const untested = after.some(({ what }) => what === 'tags')
  const variants = (desired.config.ProductionVariants ?? []).map(({ VariantName }) => VariantName as string)
  const smoke = untested
    ? await runSmokeTests(
        session,
        desired.endpoint,
        tests,
        variants,
        desired.config.AsyncInferenceConfig?.OutputConfig?.S3OutputPath,
      )
    : []
  if (smokeProblems(smoke).length > 0) return undo(run, endpoint, smoke, follower?.last ?? [])

  await send(after, endpoint.EndpointArn)
  return finished(run, main.kind === 'create' || main.kind === 'replace' ? 'created' : 'updated', {
    runs: wanted,
    smoke,
  })
}
