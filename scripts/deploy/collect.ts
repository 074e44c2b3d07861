/** Deletes the versions that nobody needs any more. */

import type { DescribeModelOutput } from '@aws-sdk/client-sagemaker'
import type { Clients } from '../aws/clients.ts'
import { describeEndpoint, readTags } from '../aws/live.ts'
import { HISTORY_TAG } from '../plan/desired.ts'
import { findGarbage, type Garbage } from '../plan/garbage.ts'
import { parseHistory } from '../plan/history.ts'
import { abortUploads, archiveOfModel, deleteArchive, type StoredArchive } from './archives.ts'
import { takeInventory } from './inventory.ts'
import { deleteConfig, deleteModel } from './remove.ts'
import { type Session, throwIfInterrupted } from './session.ts'

export type Collection = Garbage & { archives: StoredArchive[]; buckets: string[] }

const address = ({ bucket, key }: StoredArchive): string => `s3://${bucket}/${key}`

/** What `gc` would delete. */
export const planCollection = async (
  clients: Clients,
  name: string,
  buckets: readonly string[],
  keep: number,
): Promise<Collection> => {
  const inventory = await takeInventory(clients, name, buckets)
  const endpoint = await describeEndpoint(clients, name)
  const tags = endpoint === undefined ? {} : await readTags(clients, endpoint.EndpointArn as string)
  const inUse = [endpoint?.EndpointConfigName, endpoint?.PendingDeploymentSummary?.EndpointConfigName].filter(
    (config) => config !== undefined,
  )
  const garbage = findGarbage(
    name,
    inventory.configs,
    inventory.models,
    inUse,
    parseHistory(tags[HISTORY_TAG]),
    keep,
  )
  const needed = new Set(
    inventory.models
      .filter(({ ModelName }) => !garbage.models.includes(ModelName as string))
      .map((model: DescribeModelOutput) => archiveOfModel(name, model))
      .flatMap((archive) => (archive === undefined ? [] : [address(archive)])),
  )
  return {
    ...garbage,
    archives: inventory.archives.filter((archive) => !needed.has(address(archive))),
    buckets: inventory.buckets,
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
  for (const archive of collection.archives) {
    await step(`archive ${address(archive)}`, () => deleteArchive(clients, archive))
  }
  for (const bucket of collection.buckets) await abortUploads(clients, name, bucket)
  for (const model of collection.models) await step(`model ${model}`, () => deleteModel(clients, model))
}
