/** What belongs to an endpoint: everything that carries our tag with its name. */

import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api'
import {
  type DescribeEndpointConfigOutput,
  type DescribeModelOutput,
  paginateListEndpointConfigs,
  paginateListModels,
} from '@aws-sdk/client-sagemaker'
import { OWNER_TAG } from '../plan/desired.ts'
import { type Clients, timeOf } from './clients.ts'
import { orMissing } from './errors.ts'
import { inTens } from './in-tens.ts'
import { describeConfig, readModels, readTags } from './live.ts'

export type Owned = {
  /** Newest first. */
  configs: DescribeEndpointConfigOutput[]
  models: DescribeModelOutput[]
}

/** Tags are found by an index that lags behind: what is younger is asked one by one. */
const INDEXED_AFTER_MS = 3_600_000

type Kind = 'model' | 'endpoint-config'

/** Names by kind. ARNs have them in lower case, and ours begin with the endpoint's name as it is written. */
const readIndexed = async ({ tagging: client }: Clients, endpoint: string) => {
  const found: Record<Kind, Set<string>> = { model: new Set(), 'endpoint-config': new Set() }
  const pages = paginateGetResources(
    { client },
    {
      TagFilters: [{ Key: OWNER_TAG, Values: [endpoint] }],
      ResourceTypeFilters: ['sagemaker:model', 'sagemaker:endpoint-config'],
      ResourcesPerPage: 100,
    },
  )
  for await (const { ResourceTagMappingList = [] } of pages) {
    for (const { ResourceARN = '' } of ResourceTagMappingList) {
      const [, kind, name = ''] = ResourceARN.match(/:(model|endpoint-config)\/(.+)$/) ?? []
      found[kind as Kind]?.add(endpoint + name.slice(endpoint.length))
    }
  }
  return found
}

type Recent = { kind: Kind; name: string; arn: string }

/** What was made lately, by its name; whose it is, the tag says. */
const listRecent = async (clients: Clients, endpoint: string): Promise<Recent[]> => {
  const client = clients.sagemaker
  const query = {
    NameContains: `${endpoint}-`,
    CreationTimeAfter: new Date(timeOf(clients) - INDEXED_AFTER_MS),
    MaxResults: 100,
  }
  const found: Recent[] = []
  for await (const { Models = [] } of paginateListModels({ client }, query)) {
    for (const { ModelName: name = '', ModelArn: arn = '' } of Models) {
      found.push({ kind: 'model', name, arn })
    }
  }
  for await (const { EndpointConfigs = [] } of paginateListEndpointConfigs({ client }, query)) {
    for (const { EndpointConfigName: name = '', EndpointConfigArn: arn = '' } of EndpointConfigs) {
      found.push({ kind: 'endpoint-config', name, arn })
    }
  }
  return found
}

/** Every configuration and model of this endpoint. */
export const readOwned = async (clients: Clients, endpoint: string): Promise<Owned> => {
  const names = await readIndexed(clients, endpoint)
  const unknown = (await listRecent(clients, endpoint)).filter(
    ({ kind, name }) => name.startsWith(`${endpoint}-`) && !names[kind].has(name),
  )
  await inTens(unknown, async ({ kind, name, arn }) => {
    const tags = await orMissing(readTags(clients, arn))
    if (tags?.[OWNER_TAG] === endpoint) names[kind].add(name)
  })
  const configs = await inTens([...names['endpoint-config']].sort(), (name) => describeConfig(clients, name))
  return {
    configs: configs
      .filter((config) => config !== undefined)
      .sort((a, b) => (b.CreationTime?.getTime() ?? 0) - (a.CreationTime?.getTime() ?? 0)),
    models: Object.values(await readModels(clients, names.model)),
  }
}
