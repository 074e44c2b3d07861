/**
 * Makes the function what the file says, and proves it. Whatever an earlier run has left, from a lone archive to an alias between
 * two versions, is read from AWS first and taken up: there is no other memory.
 */

import { messageOf } from '../aws/errors.ts'
import { CommandError, EXIT } from '../cli/command.ts'
import { deleteAlarms } from '../deploy/apply.ts'
import { probableCause } from '../deploy/cause.ts'
import { type Outcome, smokeProblems } from '../deploy/judge.ts'
import { Overtaken } from '../deploy/overtaken.ts'
import { pause, throwIfInterrupted } from '../deploy/session.ts'
import { runTests } from '../deploy/smoke.ts'
import type { LoadedTest } from '../deploy/smoke-files.ts'
import { isNothing } from '../plan/action.ts'
import { describeAction } from '../plan/format.ts'
import type { LambdaAction } from './actions.ts'
import { attempt, type State } from './apply.ts'
import type { DesiredFunction } from './desire.ts'
import { invokeFunction } from './invoke.ts'
import { type LiveFunction, readAlias, readLiveFunction } from './live.ts'
import { lastLines } from './logs.ts'
import { type FunctionPlan, planFunction } from './plan.ts'
import type { LambdaSession } from './session.ts'
import { shift } from './shift.ts'
import { isReady, untilReady, untilWarm } from './wait.ts'

export type FunctionJob = {
  desired: DesiredFunction
  region: string
  smoke: readonly LoadedTest[]
  timeoutMs: number
  /** Called once, before the first request that changes something. Throws CommandError for what AWS would refuse. */
  preflight: (plan: FunctionPlan) => Promise<void>
}

/** `configuration` and `runs` are versions. */
export type FunctionOutcome = Outcome

type Run = {
  session: LambdaSession
  job: FunctionJob
  sent: Outcome['actions']
  isChecked: boolean
  state: State
}

const finished = (
  { job, sent, state }: Run,
  outcome: Outcome['outcome'],
  more: Partial<Omit<Outcome, 'outcome' | 'actions'>> = {},
): FunctionOutcome => ({
  outcome,
  endpoint: job.desired.name,
  configuration: state.version ?? '',
  actions: sent,
  smoke: [],
  reasons: [],
  log: [],
  ...more,
})

const send = async (run: Run, actions: readonly LambdaAction[]): Promise<void> => {
  const { session, sent, state } = run
  for (const action of actions) {
    throwIfInterrupted(session)
    if (action.kind !== 'keep') session.output.step(describeAction(action))
    await attempt(session, action, state)
    if (action.kind !== 'keep')
      sent.push({ kind: action.kind, what: action.what as never, name: action.name })
  }
}

/** The version is not what was asked for. What ran before still does, since the alias has not moved, or has gone back. */
const failed = async (run: Run, live: LiveFunction, reasons: string[], more: Partial<Outcome> = {}) => {
  const { session, job, state } = run
  const { name } = job.desired
  const version = state.version as string
  await deleteAlarms(
    session,
    job.desired.alarms(version).map(({ AlarmName = '' }) => AlarmName),
  ).catch((error: unknown) => session.output.warn(`alarms are left behind: ${messageOf(error)}`))
  const runs = (await readAlias(session, name))?.FunctionVersion
  const log = await lastLines(session, name, version).catch(() => [])
  const cause = probableCause(reasons.join('\n'), log)
  // What was warmed up for it is paid for by the hour.
  if (runs !== version && job.desired.provisioned !== undefined && !isWarm(live, version))
    await attempt(
      session,
      { what: 'provisioned concurrency', kind: 'delete', name: version, request: undefined, changes: [] },
      state,
    )
  return finished(run, runs === undefined || runs === version ? 'failed' : 'rolled-back', {
    ...(runs !== undefined && { runs }),
    reasons,
    log,
    ...(cause !== undefined && { cause }),
    ...more,
  })
}

const isWarm = ({ provisioned }: LiveFunction, version: string): boolean =>
  provisioned.some(({ qualifier }) => qualifier === version)

/** One round: settle, plan, send. Throws Overtaken if another one is needed. */
const converge = async (run: Run): Promise<FunctionOutcome> => {
  const { session, job, state, sent } = run
  const { desired, region } = job
  const { name } = desired
  let live = await readLiveFunction(session, name, desired.archives)
  if (live.function?.Configuration !== undefined && !isReady(live.function.Configuration)) {
    await untilReady(session, name, state.deadline)
    live = await readLiveFunction(session, name, desired.archives)
  }
  const todo = planFunction(desired, live, { region })
  if (todo.blocked !== undefined) throw new CommandError(todo.blocked.message, { fix: todo.blocked.fix })
  state.version = todo.version
  state.arn = live.function?.Configuration?.FunctionArn ?? ''
  if (isNothing(todo)) return finished(run, reached(sent), { runs: todo.version as string })
  if (!run.isChecked) await job.preflight(todo)
  run.isChecked = true
  for (const warning of todo.warnings) session.output.warn(warning)

  await send(run, todo.before)
  const version = state.version as string
  const smoke = todo.isUntested
    ? await runTests(session, job.smoke, [version], (test, qualifier) =>
        invokeFunction(session, {
          name,
          qualifier,
          body: test.body,
          contentType: test.contentType,
          ...(test.accept !== undefined && { accept: test.accept }),
        }),
      )
    : []
  if (smokeProblems(smoke).length > 0) return failed(run, live, smokeProblems(smoke), { smoke })
  const problems = await move(run, todo)
  if (problems.length > 0) return failed(run, live, problems, { smoke })
  await send(run, todo.after)
  return finished(run, reached(sent), { runs: version, smoke })
}

/** Warms the version up, and lets callers have it. @returns why it was taken from them again */
const move = async (run: Run, { move: actions, atOnce }: FunctionPlan): Promise<string[]> => {
  const { session, job, state, sent } = run
  const { name } = job.desired
  for (const action of actions) {
    if (action.what === 'alias' && action.kind === 'update') {
      sent.push({ kind: action.kind, what: action.what as never, name: action.name })
      const reasons = await shift(session, job.desired, state.version as string, { atOnce })
      if (reasons.length > 0) return reasons
      continue
    }
    await send(run, [action])
    if (action.what !== 'provisioned concurrency' || action.kind === 'keep') continue
    const problem = await untilWarm(session, name, state.version as string, state.deadline)
    if (problem !== undefined) return [`version ${state.version} cannot be warmed up: ${problem}`]
  }
  return []
}

/** What a run that has come to its end has made of the function. */
const reached = (sent: Outcome['actions']): Outcome['outcome'] => {
  if (sent.length === 0) return 'unchanged'
  return sent.some(({ what, kind }) => (what as string) === 'alias' && kind === 'create')
    ? 'created'
    : 'updated'
}

/** AWS refuses what was planned though nobody is at work: so often, it is no coincidence. */
const MOST_REFUSALS = 3

const LONGEST_PAUSE_MS = 10_000

export const deployFunction = async (session: LambdaSession, job: FunctionJob): Promise<FunctionOutcome> => {
  const { clock, output } = session
  const { name, hash, digest } = job.desired
  const deadline = clock.now() + job.timeoutMs
  const state: State = { name, arn: '', hash, digest, version: undefined, deadline }
  const run: Run = { session, job, sent: [], isChecked: false, state }
  for (let refusals = 0; ; ) {
    try {
      return await converge(run)
    } catch (error) {
      if (session.signal.aborted) throw interrupted()
      if (!(error instanceof Overtaken)) throw explained(error)
      refusals = error.isBusy ? 0 : refusals + 1
      if (refusals > MOST_REFUSALS || clock.now() > deadline) throw error
      output.step(`${error.message}. Planning again …`)
      await pause(session, Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** refusals))
    }
  }
}

/** Unlike an endpoint's update, nothing goes on without us. */
const interrupted = (): CommandError =>
  new CommandError('Interrupted. What was done stays, and requests go where they go now.', {
    exitCode: EXIT.interrupted,
    fix: 'run the same command again to take it up; rollback ends it',
  })

/** AWS's words, with the probable cause. */
const explained = (error: unknown): unknown => {
  if (error instanceof CommandError || !('$metadata' in (error as object))) return error
  const cause = probableCause(messageOf(error))
  return new CommandError(
    messageOf(error),
    cause === undefined ? {} : { fix: `${cause.cause}: ${cause.fix}` },
  )
}
