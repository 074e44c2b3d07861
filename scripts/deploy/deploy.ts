/**
 * Makes the endpoint what the file says, and proves it. Whatever an earlier run has left, from a lone archive to an update
 * under way, is read from AWS first and taken up: there is no other memory. What others change meanwhile is waited for, and
 * the plan is made again.
 */

import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker'
import { isGone, messageOf } from '../aws/errors.ts'
import { addressOf, readLive } from '../aws/live.ts'
import { CommandError } from '../cli/command.ts'
import { upload } from '../package/upload.ts'
import { type Action, isNothing, type Plan } from '../plan/action.ts'
import type { Archive, Desired } from '../plan/desired.ts'
import { describeAction } from '../plan/format.ts'
import { isBusy, plan } from '../plan/plan.ts'
import { apply } from './apply.ts'
import { probableCause } from './cause.ts'
import { follow } from './follow.ts'
import { finished, type Job, judgeFailure, type Outcome, type Run, smokeProblems, undo } from './judge.ts'
import { Overtaken } from './overtaken.ts'
import { pause, type Session, throwIfInterrupted } from './session.ts'
import { runSmokeTests } from './smoke.ts'
import { discrepancies } from './verify.ts'
import { untilSettled } from './watch.ts'

/** Whether a model's archive, which was there when the plan was made, has gone: a gc took it for one that nobody needs. */
const lostArchive = (error: unknown, action: Action, archives: readonly Archive[]): boolean =>
  action.what === 'model' &&
  /could not find model data/i.test(messageOf(error)) &&
  archives.some((archive) => addressOf(archive) === action.request.PrimaryContainer?.ModelDataUrl)

/** Where a run stopped, and why as a rule. */
const attempt = async (
  session: Session,
  action: Action,
  arn: string | undefined,
  { archives }: Pick<Desired, 'archives'>,
): Promise<void> => {
  throwIfInterrupted(session)
  if (action.kind !== 'keep') session.output.step(describeAction(action))
  try {
    await apply(session, action, arn)
  } catch (error) {
    throwIfInterrupted(session)
    if (error instanceof CommandError || !('$metadata' in (error as object))) throw error
    const cause = probableCause(messageOf(error))
    const message = `${action.kind} ${action.what} ${action.name}: ${messageOf(error)}`
    const fix = cause === undefined ? {} : { fix: `${cause.cause}: ${cause.fix}` }
    throw isGone(error) || lostArchive(error, action, archives)
      ? new Overtaken(message, fix)
      : new CommandError(message, fix)
  }
}

/** Splits a plan: what is made once and named by what it says, what leads to the endpoint's change, itself, and what follows it. */
const split = ({ actions }: Plan) => {
  const at = actions.findIndex(({ what }) => what === 'endpoint')
  const before = actions.slice(0, at)
  const isMade = ({ what }: Action) => ['bucket', 'archive', 'model', 'configuration'].includes(what)
  return {
    made: before.filter(isMade),
    before: before.filter((action) => !isMade(action)),
    endpoint: actions[at] as Action,
    after: actions.slice(at + 1),
  }
}

/** Waits until AWS is done with the endpoint; an outcome if that was this very deployment, and it failed. */
const settle = async (run: Run, deadline: number): Promise<Outcome | undefined> => {
  const { session, job, start } = run
  const { desired } = job
  if (!isBusy(start.endpoint)) return undefined
  const wanted = desired.config.EndpointConfigName as string
  const status = start.endpoint?.EndpointStatus
  const goal =
    start.endpoint?.PendingDeploymentSummary?.EndpointConfigName ?? start.endpoint?.EndpointConfigName
  const isOurs = goal === wanted && status !== 'Deleting'
  session.output.step(
    isOurs
      ? `The deployment of ${wanted} is already in progress. Following it …`
      : `The endpoint is already being changed (${status}${goal === undefined ? '' : `, ${goal}`}). Waiting …`,
  )
  if (isOurs) {
    run.ranBefore = start.endpoint?.EndpointConfigName
    run.follower = await follow(session, desired.endpoint, start.endpoint, true)
  }
  const settled = await untilSettled(
    session,
    desired.endpoint,
    isOurs && run.follower !== undefined ? { follower: run.follower } : { deadline },
  )
  run.start = await readLive(session.clients, desired)
  return isOurs && (settled?.EndpointStatus !== 'InService' || settled.EndpointConfigName !== wanted)
    ? judgeFailure(run, settled)
    : undefined
}

/** What a run that has come to its end has made of the endpoint. */
const reached = (sent: Outcome['actions']): Outcome['outcome'] => {
  if (sent.length === 0) return 'unchanged'
  return sent.some(({ what, kind }) => what === 'endpoint' && kind !== 'update') ? 'created' : 'updated'
}

/** From now on models name the archives, so that no gc deletes them: one that was there may have gone a moment before. */
const keepArchives = async ({ clients, signal }: Session, made: readonly Action[]): Promise<void> => {
  for (const action of made) {
    if (action.what === 'archive' && action.kind === 'keep')
      await upload(clients.s3, action.request, { signal })
  }
}

/** One round: settle, plan, send. Throws Overtaken if another one is needed. */
const converge = async (run: Run, deadline: number): Promise<Outcome> => {
  const { session, job, sent } = run
  const { output } = session
  const { desired, region, smoke: tests, recreate } = job
  const wanted = desired.config.EndpointConfigName as string
  const failure = await settle(run, deadline)
  if (failure !== undefined) return failure

  const live = run.start
  const todo = plan(desired, live, { region, recreate })
  if (todo.blocked !== undefined) {
    const cause = probableCause(todo.blocked.message)
    throw new CommandError(todo.blocked.message, {
      fix: `${cause === undefined ? '' : `${cause.cause}: ${cause.fix}; then `}${todo.blocked.fix}`,
    })
  }
  if (isNothing(todo)) return finished(run, reached(sent), { runs: wanted })
  if (!run.isChecked) await job.preflight(todo)
  run.isChecked = true

  const send = async (actions: readonly Action[], arn: string | undefined) => {
    for (const action of actions) {
      await attempt(session, action, arn, desired)
      if (action.kind !== 'keep') sent.push({ kind: action.kind, what: action.what, name: action.name })
    }
  }
  const { made, before, endpoint: main, after } = split(todo)
  const isFirst = sent.length === 0
  await send(made, undefined)
  if (made.some(({ what, kind }) => what === 'model' && kind === 'create')) await keepArchives(session, made)
  if (isFirst && sent.some(({ what }) => what === 'archive')) {
    // An upload may take minutes, in which anything may have happened.
    run.start = await readLive(session.clients, desired)
    return converge(run, deadline)
  }
  for (const warning of todo.warnings) output.warn(warning)
  await send(before, live.endpoint?.EndpointArn)
  let endpoint: DescribeEndpointOutput | undefined = live.endpoint
  if (main.kind !== 'keep') {
    const follower = await follow(session, desired.endpoint, live.endpoint, false)
    run.follower = follower
    run.ranBefore = live.endpoint?.EndpointConfigName
    await send([main], live.endpoint?.EndpointArn)
    endpoint = await untilSettled(session, desired.endpoint, {
      ...(main.kind === 'update' && live.endpoint !== undefined && { before: live.endpoint }),
      follower,
    })
  }
  if (endpoint === undefined || discrepancies(desired, endpoint).length > 0)
    return judgeFailure(run, endpoint)

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
  if (smokeProblems(smoke).length > 0) return undo(run, endpoint, smoke)

  await send(after, endpoint.EndpointArn)
  return finished(run, reached(sent), { runs: wanted, smoke })
}

/** AWS refuses what was planned though nobody is at work: so often, it is no coincidence. */
const MOST_REFUSALS = 3

const LONGEST_PAUSE_MS = 10_000

export const deploy = async (session: Session, job: Job): Promise<Outcome> => {
  const { clock, output } = session
  const deadline = clock.now() + job.timeoutMs
  const start = await readLive(session.clients, job.desired)
  const run: Run = { session, job, sent: [], start, isChecked: false }
  let refusals = 0
  for (;;) {
    try {
      return await converge(run, deadline)
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error
      refusals = error.isBusy ? 0 : refusals + 1
      if (refusals > MOST_REFUSALS || clock.now() > deadline) throw error
      output.step(`${error.message}. Planning again …`)
      await pause(session, Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** refusals))
      run.start = await readLive(session.clients, job.desired)
    }
  }
}
