/** Back to a configuration that ran before. */

import { PutMetricAlarmCommand, type PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import {
  AddTagsCommand,
  type DescribeEndpointConfigOutput,
  type UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker'
import { describeConfig, readAlarms, readScaling, readTags } from '../aws/live.ts'
import { CommandError } from '../cli/command.ts'
import { HISTORY_TAG, OWNER_TAG, type Scaling, VERIFIED_TAG } from '../plan/desired.ts'
import { configHash, isGoingBack, parseHistory, previous, shortenHistory } from '../plan/history.ts'
import { legalUpdate } from '../plan/legal-update.ts'
import { deleteAlarms } from './apply.ts'
import { moveTo } from './move.ts'
import { restoreScaling, toScaling } from './scaling.ts'
import type { Session } from './session.ts'
import { readSettled } from './settle.ts'

/** From the file, where there is one: how the update is guarded, and what scales. */
export type Guards = {
  alarms: (configName: string) => PutMetricAlarmCommandInput[]
  request: (alarms: PutMetricAlarmCommandInput[]) => Pick<UpdateEndpointCommandInput, 'DeploymentConfig'>
  scaling: Scaling[]
}

export type RolledBack = {
  outcome: 'updated' | 'unchanged' | 'rolled-back' | 'failed'
  endpoint: string
  from: string
  to: string
  runs?: string
  reasons: string[]
}

/** `HASH`, its beginning, or the whole name of the configuration. */
const chooseHash = (history: readonly string[], endpoint: string, wanted: string): string => {
  const hash = wanted.startsWith(`${endpoint}-`) ? wanted.slice(endpoint.length + 1) : wanted
  const fitting = history.filter((each) => each.startsWith(hash))
  if (fitting.length > 1) throw new CommandError(`${wanted} is ambiguous: ${fitting.join(' or ')}`)
  return fitting[0] ?? hash
}

const goalOf = (
  history: readonly string[],
  live: string,
  verified: string | undefined,
  endpoint: string,
  to?: string,
): string => {
  if (to !== undefined) return chooseHash(history, endpoint, to)
  if (isGoingBack(history, live, verified)) return live
  const [before] = previous(history, live)
  if (before === undefined) {
    throw new CommandError(`no configuration is known that ran before ${endpoint}-${live}`, {
      fix: 'deploy the version that you want, or name a configuration: rollback --to HASH',
    })
  }
  return before
}

/** CANARY and LINEAR need two instances of each variant at least. */
const fewestInstances = ({ ProductionVariants = [] }: DescribeEndpointConfigOutput): number =>
  Math.min(...ProductionVariants.map(({ InitialInstanceCount = 1 }) => InitialInstanceCount))

/**
 * @param to a hash; else what ran before. A rollback that was cut short is finished.
 * @param guards without them, all at once
 */
export const rollBack = async (
  session: Session,
  name: string,
  { to, guards, dryRun = false }: { to?: string; guards?: Guards; dryRun?: boolean } = {},
): Promise<RolledBack> => {
  const { clients, output } = session
  const endpoint = await readSettled(session, name)
  const arn = endpoint.EndpointArn as string
  const tags = await readTags(clients, arn)
  if (tags[OWNER_TAG] !== name) {
    throw new CommandError(`the endpoint ${name} was not made by this tool (it has no tag ${OWNER_TAG})`)
  }
  const from = endpoint.EndpointConfigName as string
  const live = configHash(name, from) ?? from
  const history = parseHistory(tags[HISTORY_TAG])
  const hash = goalOf(history, live, tags[VERIFIED_TAG], name, to)
  const goal = `${name}-${hash}`
  const result = { endpoint: name, from, to: goal, runs: from, reasons: [] }
  if (dryRun) return { ...result, outcome: goal === from ? 'unchanged' : 'updated' }

  const verify = async () => {
    if (tags[VERIFIED_TAG] === hash) return
    await clients.sagemaker.send(
      new AddTagsCommand({ ResourceArn: arn, Tags: [{ Key: VERIFIED_TAG, Value: hash }] }),
    )
  }
  const dropAlarms = async () => {
    const left = await readAlarms(clients, name)
    await deleteAlarms(
      session,
      left.map(({ AlarmName }) => AlarmName as string),
    )
  }
  const before = toScaling(await readScaling(clients, name, endpoint.ProductionVariants ?? []))

  if (goal === from) {
    const unfinished = tags[VERIFIED_TAG] !== hash
    const config = await describeConfig(clients, from)
    await restoreScaling(session, name, config, before, guards?.scaling ?? [])
    await dropAlarms()
    await verify()
    return { ...result, outcome: unfinished ? 'updated' : 'unchanged' }
  }

  const [now, config] = await Promise.all([describeConfig(clients, from), describeConfig(clients, goal)])
  if (config === undefined) {
    throw new CommandError(`Configuration ${goal} no longer exists`, {
      fix: `versions to go back to: ${previous(history, live).join(', ') || 'none'}; keepVersions says how many gc keeps`,
    })
  }
  await dropAlarms()
  let request: Pick<UpdateEndpointCommandInput, 'DeploymentConfig'> = {}
  if (guards !== undefined) {
    const alarms = guards.alarms(goal)
    const wanted = guards.request(alarms)
    const routing = wanted.DeploymentConfig?.BlueGreenUpdatePolicy?.TrafficRoutingConfiguration?.Type
    if ((routing === 'CANARY' || routing === 'LINEAR') && fewestInstances(config) < 2) {
      output.warn(`${routing} needs two instances, and ${goal} has one: going back all at once`)
    } else if (
      legalUpdate({ EndpointName: name, EndpointConfigName: goal, ...wanted }, now, config).guarded
    ) {
      request = wanted
      for (const alarm of alarms) await clients.cloudwatch.send(new PutMetricAlarmCommand(alarm))
    }
  }
  await clients.sagemaker.send(
    new AddTagsCommand({
      ResourceArn: arn,
      Tags: [{ Key: HISTORY_TAG, Value: shortenHistory(history, live, hash) }],
    }),
  )
  const moved = await moveTo(session, endpoint, goal, request)
  const ok = moved.problems.length === 0
  const kept = ok ? config : moved.runs === from ? now : undefined
  await restoreScaling(session, name, kept, before, guards?.scaling ?? [])
  await dropAlarms()
  if (ok) await verify()
  return {
    ...result,
    ...(moved.runs !== undefined && { runs: moved.runs }),
    outcome: ok ? 'updated' : moved.runs === from ? 'rolled-back' : 'failed',
    reasons: moved.problems,
  }
}
