/** What must be sent so that the function is what is wanted, in the order in which it is sent. Pure. */

import type { Plan } from '../plan/action.ts'
import { HISTORY_TAG, OWNER_TAG, VERIFIED_TAG } from '../plan/desired.ts'
import { extendHistory, parseHistory } from '../plan/history.ts'
import { archiveActions } from '../plan/made-once.ts'
import {
  aliasAction,
  functionActions,
  keep,
  type LambdaAction,
  NEXT,
  provisionedActions,
  reservedActions,
  tagAction,
  urlActions,
} from './actions.ts'
import { type DesiredFunction, isVersionOf } from './desire.ts'
import type { LiveFunction } from './live.ts'

export type FunctionPlan = Omit<Plan, 'actions'> & {
  /** What is made before the version can be tested, what moves callers to it, and what is left to do then. */
  before: LambdaAction[]
  move: LambdaAction[]
  after: LambdaAction[]
  actions: LambdaAction[]
  /** Of the version wanted, where it is there already. */
  version?: string
  /** The version wanted has not passed its tests yet. */
  isUntested: boolean
  /** Two versions of different roles cannot share an alias. */
  atOnce: boolean
}

/** Not by this tool. */
const foreign = ({ name }: DesiredFunction, live: LiveFunction): Plan['blocked'] =>
  live.function === undefined || live.tags[OWNER_TAG] === name
    ? undefined
    : {
        message: `the function ${name} was not made by this tool: it has no tag ${OWNER_TAG} = ${name}`,
        fix: 'choose another name, or delete it where it was made',
      }

const warningsOf = (
  { create }: DesiredFunction,
  { alias, versions }: LiveFunction,
  version: string,
  rollout: DesiredFunction['rollout'],
): { warnings: string[]; atOnce: boolean } => {
  const serving = versions.find(({ Version }) => Version === alias?.FunctionVersion)
  const atOnce = serving !== undefined && serving.Role !== create.Role
  const others = Object.keys(alias?.RoutingConfig?.AdditionalVersionWeights ?? {})
  return {
    atOnce,
    warnings: [
      ...(atOnce && rollout.strategy !== 'all-at-once'
        ? [
            'the role changes, and Lambda splits requests between versions of one role only: all of them move at once',
          ]
        : []),
      ...others
        .filter((other) => other !== version)
        .map(
          (other) =>
            `part of the requests goes to version ${other}, by traffic or by a deployment that was cut short: this ends that`,
        ),
    ],
  }
}

/** Compares. @param live read when Lambda was not at work on the function, or the plan will change */
export const planFunction = (
  desired: DesiredFunction,
  live: LiveFunction,
  { region }: { region: string },
): FunctionPlan => {
  const { name, hash, rollout, tags } = desired
  const made = live.versions.find((each) => isVersionOf(each, desired))?.Version
  const version = made ?? NEXT
  const { warm, cool } = provisionedActions(desired, live, version)
  const { warnings, atOnce } = warningsOf(desired, live, version, rollout)
  const alias = aliasAction(desired, live, version, atOnce)
  const serving = live.alias?.FunctionVersion
  const history = extendHistory(parseHistory(live.tags[HISTORY_TAG]), serving, version)
  const isUntested = live.tags[VERIFIED_TAG] !== version
  const blocked = foreign(desired, live)
  const before: LambdaAction[] = [
    ...archiveActions(desired, live, region),
    ...functionActions(desired, live, made !== undefined),
    ...(live.function === undefined ? [] : tagAction(live, tags, 'as the file says')),
    ...reservedActions(desired, live),
    made === undefined
      ? {
          what: 'version',
          kind: 'create',
          name: NEXT,
          request: undefined,
          changes: [],
          note: `of ${hash}, then the tests`,
        }
      : keep('version', version),
  ]
  const move: LambdaAction[] = [
    ...warm,
    ...(alias.kind === 'keep' ? [] : tagAction(live, { [HISTORY_TAG]: history }, 'before the alias moves')),
    alias,
  ]
  const after: LambdaAction[] = [
    ...urlActions(desired, live),
    ...(isUntested ? tagAction(live, { [VERIFIED_TAG]: version }, 'when the tests have passed') : []),
    ...cool,
    ...live.alarms.map(
      ({ AlarmName = '' }): LambdaAction => ({
        what: 'alarm',
        kind: 'delete',
        name: AlarmName,
        request: undefined,
        changes: [],
        note: 'left behind',
      }),
    ),
  ]
  return {
    endpoint: name,
    before,
    move,
    after,
    actions: [...before, ...move, ...after],
    warnings,
    ...(made !== undefined && { version: made }),
    isUntested,
    atOnce,
    ...(blocked !== undefined && { blocked }),
  }
}
