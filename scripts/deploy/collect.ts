/** Deletes the versions that nobody needs any more. */

import type { DescribeModelOutput } from '@aws-sdk/client-sagemaker'
import { type Clients, timeOf } from '../aws/clients.ts'
import { describeEndpoint, readTags } from '../aws/live.ts'
import { readOwned } from '../aws/owned.ts'
import { HISTORY_TAG } from '../plan/desired.ts'
import { findGarbage, type Garbage, isYoung } from '../plan/garbage.ts'
import { parseHistory } from '../plan/history.ts'
import { abortUploads, archiveOfModel, deleteArchive, type StoredArchive } from './archives.ts'
import { takeInventory } from './inventory.ts'
import { deleteConfig, deleteModel } from './remove.ts'
import { type Session, throwIfInterrupted } from './session.ts'

export type Collection = Garbage & { archives: StoredArchive[]; buckets: string[]; youngSince: number }

const address = ({ bucket, key }: StoredArchive): string => `s3://${bucket}/${key}`

export type CollectionOptions = {
  /** Where archives may be that no model names any more. */
  buckets: readonly string[]
  /** How many versions stay. */
  keep: number
  /** What is younger stays in any case: a deployment that is under way may have made it. */
  youngMs: number
}

const archivesOfModels = (name: string, models: readonly DescribeModelOutput[]): Set<string> =>
  new Set(
    models
      .map((model) => archiveOfModel(name, model))
      .flatMap((archive) => (archive === undefined ? [] : [address(archive)])),
  )

/** What `gc` would delete. */
export const planCollection = async (
  clients: Clients,
  name: string,
  { buckets, keep, youngMs }: CollectionOptions,
): Promise<Collection> => {
  const inventory = await takeInventory(clients, name, buckets)
  const endpoint = await describeEndpoint(clients, name)
  const tags = endpoint === undefined ? {} : await readTags(clients, endpoint.EndpointArn as string)
  const youngSince = timeOf(clients) - youngMs
  const garbage = findGarbage({
    endpoint: name,
    configs: inventory.configs,
    models: inventory.models,
    inUse: [endpoint?.EndpointConfigName, endpoint?.PendingDeploymentSummary?.EndpointConfigName].filter(
      (config) => config !== undefined,
    ),
    history: parseHistory(tags[HISTORY_TAG]),
    keep,
    youngSince,
  })
  const needed = archivesOfModels(
    name,
    inventory.models.filter(({ ModelName }) => !garbage.models.includes(ModelName as string)),
  )
  return {
    ...garbage,
    archives: inventory.archives.filter(
      (archive) => !needed.has(address(archive)) && !isYoung(archive.modified, youngSince),
    ),
    buckets: inventory.buckets,
    youngSince,
  }
}

/** Configurations first, so that nothing can go back to one whose model is gone; models, which carry the tag, last. */
export const collect = async (session: Session, name: string, collection: Collection): Promise<void> => {
  const { clients, output } = session
  const step = async (text: string, act: () => Promise<void>) => {
    throwIfInterrupted(session)
    output.step(`- ${text}`)
    await act()
  }
  for (const config of collection.configs)
    await step(`configuration ${config}`, () => deleteConfig(clients, config))
  // A deployment may have made a model of an old archive meanwhile.
  const { models } = await readOwned(clients, name)
  const needed = archivesOfModels(
    name,
    models.filter(({ ModelName }) => !collection.models.includes(ModelName as string)),
  )
  for (const archive of collection.archives) {
    if (needed.has(address(archive))) continue
    await step(`archive ${address(archive)}`, () => deleteArchive(clients, archive))
  }
  for (const bucket of collection.buckets) {
    await abortUploads(clients, name, bucket, collection.youngSince)
  }
  for (const model of collection.models) await step(`model ${model}`, () => deleteModel(clients, model))
}
