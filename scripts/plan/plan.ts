/** What must be sent so that what is wanted becomes what is there, in the order in which it is sent. Pure. */

import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker'
import type { Live } from '../aws/live.ts'
import type { Action, Plan } from './action.ts'
import { type Desired, HISTORY_TAG, VERIFIED_TAG } from './desired.ts'
import { configHash, extendHistory, parseHistory } from './history.ts'
import { isForeign, legalUpdate, list, mustDeregister, mustRecreate } from './legal-update.ts'
import { archiveActions, configAction, modelActions } from './made-once.ts'
import { deregister, dropAlarms, scalingActions } from './scaling-actions.ts'
import { fileTags, tagAction, toTags } from './tag-actions.ts'

/** What AWS is busy with; only waiting helps. */
const BUSY = new Set(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting'])

export const isBusy = (endpoint: Pick<DescribeEndpointOutput, 'EndpointStatus'> | undefined): boolean =>
  endpoint?.EndpointStatus !== undefined && BUSY.has(endpoint.EndpointStatus)

/** What both know that the kinds of plan below are made of. */
type Comparison = {
  desired: Desired
  live: Live
  /** Of the configuration wanted. */
  hash: string
  /** What comes before the endpoint in any case. */
  base: Action[]
  warnings: string[]
}

const verified = ({ hash }: Comparison, live: Live): Action[] =>
  tagAction(live, { [VERIFIED_TAG]: hash }, 'when the tests have passed')

/** Where there is no endpoint, or one that must go first. */
const planNew = (comparison: Comparison, isReplaced: boolean): Action[] => {
  const { desired, live, hash, base } = comparison
  const history = isReplaced ? extendHistory(parseHistory(live.tags[HISTORY_TAG]), undefined, hash) : hash
  const left = new Set(live.scaling.targets.map(({ ResourceId = '' }) => ResourceId))
  return [
    ...base,
    ...[...left].flatMap((name) => deregister(live, name, 'its endpoint is gone')),
    {
      what: 'endpoint',
      kind: isReplaced ? 'replace' : 'create',
      name: desired.endpoint,
      request: { ...desired.create, Tags: toTags({ ...fileTags(desired), [HISTORY_TAG]: history }) },
      changes: [],
    },
    ...verified(comparison, { ...live, tags: {} }),
    ...scalingActions(desired, live, left),
  ]
}

/** Where the endpoint runs what is wanted: an earlier run may have left some of the rest. */
const planSame = (comparison: Comparison): Action[] => {
  const { desired, live, base } = comparison
  return [
    ...base,
    ...tagAction(live, fileTags(desired), 'as the file says'),
    { what: 'endpoint', kind: 'keep', name: desired.endpoint, request: undefined, changes: [] },
    ...verified(comparison, live),
    ...scalingActions(desired, live, new Set()),
  ]
}

const planUpdate = (comparison: Comparison): Action[] => {
  const { desired, live, hash, base, warnings } = comparison
  const now = live.endpoint?.EndpointConfigName
  const liveHash = configHash(desired.endpoint, now)
  if (liveHash === undefined) {
    warnings.push(`the endpoint runs ${now}, which was not made here: rollback will not know of it`)
  }
  if (live.endpoint?.EndpointStatus === 'UpdateRollbackFailed') {
    warnings.push(
      'an earlier update and its rollback have both failed: the endpoint runs a mix of two configurations',
    )
  }
  const { request, guarded, warnings: lost } = legalUpdate(desired.update, live.config, desired.config)
  warnings.push(...lost)
  const removed = new Set(mustDeregister(live, desired.config))
  if (removed.size > 0) {
    warnings.push(
      `autoscaling of ${list(removed)} is taken off before the update and put back after it: SageMaker changes no instance type and removes no variant that is registered`,
    )
  }
  const alarms = guarded ? desired.alarms : []
  const history = extendHistory(parseHistory(live.tags[HISTORY_TAG]), liveHash, hash)
  return [
    ...base,
    ...alarms.map(
      (alarm): Action => ({
        what: 'alarm',
        kind: 'create',
        name: alarm.AlarmName as string,
        request: alarm,
        changes: [],
        note: 'while the update runs',
      }),
    ),
    ...[...removed].flatMap((name) => deregister(live, name, 'for the update')),
    ...tagAction(live, { ...fileTags(desired), [HISTORY_TAG]: history }, 'before the update'),
    {
      what: 'endpoint',
      kind: 'update',
      name: desired.endpoint,
      request,
      changes: [{ path: 'EndpointConfigName', from: now, to: desired.config.EndpointConfigName }],
    },
    ...verified(comparison, live),
    ...scalingActions(desired, live, removed),
    ...dropAlarms(
      alarms.map(({ AlarmName }) => AlarmName as string),
      'when the update is over',
    ),
  ]
}

export type PlanOptions = {
  region: string
  /** Deletes an endpoint that cannot be updated, and creates it anew. */
  recreate?: boolean
}

/** Compares. @param live read when the endpoint was not busy, or the plan says that it will change */
export const plan = (desired: Desired, live: Live, { region, recreate = false }: PlanOptions): Plan => {
  const { endpoint } = desired
  const wanted = desired.config.EndpointConfigName as string
  const comparison: Comparison = {
    desired,
    live,
    hash: configHash(endpoint, wanted) ?? wanted,
    base: [
      ...archiveActions(desired, live, region),
      ...modelActions(desired, live),
      configAction(desired, live),
      ...dropAlarms(
        live.alarms.map(({ AlarmName }) => AlarmName as string),
        'left behind',
      ),
    ],
    warnings: [],
  }
  if (isBusy(live.endpoint)) {
    comparison.warnings.push(
      `the endpoint is ${live.endpoint?.EndpointStatus}: deploy waits until that is over and plans again; what follows may change`,
    )
  }
  const isNew = live.endpoint === undefined || live.endpoint.EndpointStatus === 'Deleting'
  const obstacle = isNew ? undefined : mustRecreate(desired, live)
  const foreign = isNew ? undefined : isForeign(desired, live)
  const actions =
    isNew || obstacle !== undefined
      ? planNew(comparison, !isNew)
      : live.endpoint?.EndpointConfigName === wanted
        ? planSame(comparison)
        : planUpdate(comparison)
  const blocked = foreign ?? (recreate ? undefined : obstacle)
  return { endpoint, actions, warnings: comparison.warnings, ...(blocked !== undefined && { blocked }) }
}
