/** All that belongs to an endpoint, wherever it lies. */

import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling'
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { Clients } from '../aws/clients.ts'
import { isMissing } from '../aws/errors.ts'
import { describeEndpoint, readAllAlarms, readScaling, readTags } from '../aws/live.ts'
import { type Owned, readOwned } from '../aws/owned.ts'
import { CommandError } from '../cli/command.ts'
import { logGroup } from '../logs/tail.ts'
import { OWNER_TAG } from '../plan/desired.ts'
import { archiveOfModel, listArchives, type StoredArchive } from './archives.ts'

export type Inventory = Owned & {
  endpoint: { name: string; status: string } | undefined
  targets: ScalableTarget[]
  alarms: string[]
  archives: StoredArchive[]
  logGroup: string | undefined
  /** Buckets in which its archives are or may be. */
  buckets: string[]
}

/** A log group has no tag of ours: it counts only while something with the tag is there. */
const findLogGroup = async ({ logs }: Clients, endpoint: string): Promise<string | undefined> => {
  const name = logGroup(endpoint)
  try {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }))
    return logGroups.some(({ logGroupName }) => logGroupName === name) ? name : undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/**
 * @param buckets where else to look for archives: an upload may have been all that a run came to
 * @throws CommandError if there is such an endpoint, but it is not ours
 */
export const takeInventory = async (
  clients: Clients,
  name: string,
  buckets: readonly string[],
): Promise<Inventory> => {
  const endpoint = await describeEndpoint(clients, name)
  if (endpoint !== undefined) {
    const tags = await readTags(clients, endpoint.EndpointArn as string)
    if (tags[OWNER_TAG] !== name) {
      throw new CommandError(
        `the endpoint ${name} was not made by this tool: it has no tag ${OWNER_TAG} = ${name}`,
        {
          fix: 'delete it where it was made',
        },
      )
    }
  }
  const [owned, alarms] = await Promise.all([readOwned(clients, name), readAllAlarms(clients, name)])
  const variants = [
    ...owned.configs.flatMap(({ ProductionVariants = [] }) => ProductionVariants),
    ...(endpoint?.ProductionVariants ?? []),
  ]
  const scaling = await readScaling(clients, name, variants)
  const ofModels = owned.models.flatMap((model) => archiveOfModel(name, model) ?? [])
  const places = [...new Set([...ofModels.map(({ bucket }) => bucket), ...buckets])]
  const listed = (await Promise.all(places.map((bucket) => listArchives(clients, name, bucket)))).flat()
  const isOurs = endpoint !== undefined || owned.configs.length > 0 || owned.models.length > 0
  return {
    ...owned,
    endpoint: endpoint === undefined ? undefined : { name, status: endpoint.EndpointStatus as string },
    targets: isOurs ? scaling.targets : [],
    alarms: alarms.map(({ AlarmName }) => AlarmName as string),
    archives: listed,
    logGroup: isOurs ? await findLogGroup(clients, name) : undefined,
    buckets: places,
  }
}

export const isEmpty = (inventory: Inventory): boolean =>
  inventory.endpoint === undefined &&
  inventory.logGroup === undefined &&
  [inventory.targets, inventory.alarms, inventory.archives, inventory.configs, inventory.models].every(
    (list) => list.length === 0,
  )

/** One line for each thing. */
export const listInventory = (inventory: Inventory): string[] => [
  ...(inventory.endpoint === undefined
    ? []
    : [`endpoint ${inventory.endpoint.name} (${inventory.endpoint.status})`]),
  ...inventory.targets.map(({ ResourceId }) => `autoscaling ${ResourceId}`),
  ...inventory.alarms.map((name) => `alarm ${name}`),
  ...(inventory.logGroup === undefined ? [] : [`log group ${inventory.logGroup}`]),
  ...inventory.archives.map(({ bucket, key }) => `archive s3://${bucket}/${key}`),
  ...inventory.configs.map(({ EndpointConfigName }) => `configuration ${EndpointConfigName}`),
  ...inventory.models.map(({ ModelName }) => `model ${ModelName}`),
]
