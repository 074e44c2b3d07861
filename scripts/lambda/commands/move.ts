/** Commands that move the alias: traffic, promote, rollback. */

import { TagResourceCommand } from '@aws-sdk/client-lambda'
import { messageOf } from '../../aws/errors.ts'
import { CommandError, type Context, EXIT } from '../../cli/command.ts'
import { table } from '../../cli/output.ts'
import { throwIfInterrupted } from '../../deploy/session.ts'
import { parseWeights } from '../../deploy/weights.ts'
import { HISTORY_TAG, OWNER_TAG, VERIFIED_TAG } from '../../plan/desired.ts'
import { extendHistory, isGoingBack, parseHistory, previous, shortenHistory } from '../../plan/history.ts'
import { attempt } from '../apply.ts'
import { type LiveFunction, readLiveFunction, sharesOf } from '../live.ts'
import { ALIAS, type LambdaSession, openTarget } from '../session.ts'
import { setAlias } from '../shift.ts'
import { percent } from '../status.ts'
import { untilWarm } from '../wait.ts'

type Ours = LiveFunction & { alias: NonNullable<LiveFunction['alias']>; arn: string; serving: string }

const readOurs = async (session: LambdaSession, name: string): Promise<Ours> => {
  const live = await readLiveFunction(session, name, [])
  const { alias, function: found, tags } = live
  if (found === undefined || alias?.FunctionVersion === undefined)
    throw new CommandError(`there is no function ${name} that serves`, { fix: 'deploy it first' })
  if (tags[OWNER_TAG] !== name)
    throw new CommandError(`the function ${name} was not made by this tool (it has no tag ${OWNER_TAG})`)
  const arn = found.Configuration?.FunctionArn as string
  return { ...live, alias, arn, serving: alias.FunctionVersion }
}

const mustExist = ({ versions }: LiveFunction, version: string): void => {
  if (versions.some(({ Version }) => Version === version)) return
  const there = versions.map(({ Version }) => Version).join(', ')
  throw new CommandError(`there is no version ${version}`, { fix: `name one of ${there}` })
}

const WHOLE = 1

type Shares = ReadonlyMap<string, number>

const formatShares = (before: Shares, after: Shares): string =>
  table(
    [
      { title: 'VERSION', value: (version: string) => version },
      { title: 'BEFORE', value: (version) => percent(before.get(version) ?? 0), align: 'right' },
      { title: 'NOW', value: (version) => percent(after.get(version) ?? 0), align: 'right' },
    ],
    [...new Set([...before.keys(), ...after.keys()])],
  )

/** Weights of one or two versions, as parts of 1. */
const sharesFrom = (words: readonly string[]): Shares => {
  const wishes = parseWeights(words)
  const total = wishes.reduce((sum, { weight = 0 }) => sum + weight, 0)
  const given = wishes.filter(({ weight = 0 }) => weight > 0)
  if (given.length === 0 || given.length > 2)
    throw new CommandError('an alias has one version or two', {
      exitCode: EXIT.usage,
      fix: 'give one or two a weight above 0, such as 3=90 4=10',
    })
  return new Map(given.map(({ name, weight = 0 }) => [name, weight / total]))
}

const json = (shares: Shares) => Object.fromEntries(shares)

/** `3=90 4=10`: versions take the place of variants. */
export const traffic = async (context: Context, words: string[]): Promise<void> => {
  const wanted = words.length === 0 ? undefined : sharesFrom(words)
  const { session, name } = await openTarget(context)
  const live = await readOurs(session, name)
  const before = sharesOf(live.alias)
  if (wanted === undefined) {
    session.output.result(
      { function: name, before: json(before), after: json(before), changed: false },
      formatShares(before, before),
    )
    return
  }
  for (const version of wanted.keys()) mustExist(live, version)
  const { dryRun } = context.options()
  const [[version, share] = ['', WHOLE], other] = [...wanted].sort(([, a], [, b]) => b - a)
  if (!dryRun)
    await setAlias(session, name, {
      version,
      ...(other !== undefined && { other: { version: other[0], share: Number((WHOLE - share).toFixed(4)) } }),
      ...(live.alias.RevisionId !== undefined && { revision: live.alias.RevisionId }),
    })
  session.output.result(
    { function: name, before: json(before), after: json(wanted), changed: !dryRun },
    `${formatShares(before, wanted)}\nThe next deploy gives all requests to the version that the file describes.`,
  )
}

/** Keeps as many environments warm for the version as the one that serves has. */
const warmUp = async (
  session: LambdaSession,
  name: string,
  { provisioned, serving, arn }: Ours,
  version: string,
): Promise<void> => {
  const count = provisioned.find(
    ({ qualifier }) => qualifier === serving,
  )?.RequestedProvisionedConcurrentExecutions
  if (count === undefined || provisioned.some(({ qualifier }) => qualifier === version)) return
  const deadline = session.clock.now() + 3_600_000
  const state = { name, arn, hash: '', digest: '', version, deadline }
  const what = 'provisioned concurrency' as const
  await attempt(session, { what, kind: 'update', name: version, request: count, changes: [] }, state)
  const problem = await untilWarm(session, name, version, deadline)
  if (problem !== undefined) throw new CommandError(`version ${version} cannot be warmed up: ${problem}`)
}

const coolDown = async (
  session: LambdaSession,
  name: string,
  { provisioned, arn }: Ours,
  version: string,
): Promise<void> => {
  const state = { name, arn, hash: '', digest: '', version, deadline: session.clock.now() }
  for (const { qualifier } of provisioned.filter((each) => each.qualifier !== version))
    await attempt(
      session,
      { what: 'provisioned concurrency', kind: 'delete', name: qualifier, request: undefined, changes: [] },
      state,
    )
}

const moveAlias = async (
  session: LambdaSession,
  name: string,
  live: Ours,
  version: string,
  history: string,
): Promise<void> => {
  await session.lambda.send(new TagResourceCommand({ Resource: live.arn, Tags: { [HISTORY_TAG]: history } }))
  await setAlias(session, name, {
    version,
    ...(live.alias.RevisionId !== undefined && { revision: live.alias.RevisionId }),
  })
  await session.lambda.send(new TagResourceCommand({ Resource: live.arn, Tags: { [VERIFIED_TAG]: version } }))
}

/** Callers come first: what is reserved may all be kept warm for the other version, and warming up takes minutes or fails. */
const moveAtOnce = async (
  session: LambdaSession,
  name: string,
  live: Ours,
  version: string,
  history: string,
): Promise<void> => {
  await moveAlias(session, name, live, version, history)
  session.output.step(`~ alias ${ALIAS}: all requests to version ${version}`)
  try {
    await coolDown(session, name, live, version)
    await warmUp(session, name, live, version)
  } catch (error) {
    throwIfInterrupted(session)
    session.output.warn(`version ${version} serves, but is not kept warm: ${messageOf(error)}`)
  }
}

/** All requests to a version that has a part of them, or any other that is there. */
export const promote = async (context: Context, version: string): Promise<void> => {
  const { session, name } = await openTarget(context)
  const live = await readOurs(session, name)
  mustExist(live, version)
  const { dryRun } = context.options()
  const { serving, tags } = live
  const history = parseHistory(tags[HISTORY_TAG])
  if (!dryRun) {
    await warmUp(session, name, live, version)
    await moveAlias(session, name, live, version, extendHistory(history, serving, version))
    await coolDown(session, name, live, version)
  }
  session.output.result(
    { function: name, from: serving, to: version, changed: !dryRun },
    dryRun
      ? `${name} would go from version ${serving} to ${version}`
      : `${name} runs version ${version}; before it was ${serving}.\nThe next deploy goes to what the file describes.`,
  )
}

/** The version that ran before, at once: it is there, and a step costs a moment. */
export const rollback = async (context: Context, { to }: { to?: string }): Promise<void> => {
  const { session, name } = await openTarget(context)
  const live = await readOurs(session, name)
  const { serving, tags, alias } = live
  const history = parseHistory(tags[HISTORY_TAG])
  const between = Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0
  // Between two versions, the one that served before still does.
  const goal =
    to ??
    (between || isGoingBack(history, serving, tags[VERIFIED_TAG]) ? serving : previous(history, serving)[0])
  if (goal === undefined)
    throw new CommandError(`no version is known that ran before ${serving}`, {
      fix: 'deploy the version that you want, or name one: rollback --to VERSION',
    })
  mustExist(live, goal)
  const { dryRun } = context.options()
  const from = between ? [...sharesOf(alias).keys()].join(' and ') : serving
  const result = {
    function: name,
    from,
    to: goal,
    outcome: goal === serving && !between ? 'unchanged' : 'updated',
  }
  if (!dryRun && result.outcome === 'updated')
    await moveAtOnce(session, name, live, goal, shortenHistory(history, serving, goal))
  session.output.result(
    result,
    dryRun
      ? `${name} would go from version ${from} to ${goal}`
      : result.outcome === 'unchanged'
        ? `${name} already runs version ${goal}.`
        : `${name} runs version ${goal}; before it was ${from}\nThe file still describes the other version: the next deploy goes there.`,
  )
}
