/** Deletes what an inventory lists. */

import { DeregisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling'
import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DeleteEndpointConfigCommand, DeleteModelCommand } from '@aws-sdk/client-sagemaker'
import type { Clients } from '../aws/clients.ts'
import { orMissing } from '../aws/errors.ts'
import { describeEndpoint } from '../aws/live.ts'
import { isBusy } from '../plan/plan.ts'
import { deleteAlarms, deleteEndpoint } from './apply.ts'
import { abortUploads, deleteArchive } from './archives.ts'
import type { Inventory } from './inventory.ts'
import { type Session, throwIfInterrupted } from './session.ts'
import { untilSettled } from './watch.ts'

export const deleteConfig = async ({ sagemaker }: Clients, name: string): Promise<void> => {
  await orMissing(sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })))
}

export const deleteModel = async ({ sagemaker }: Clients, name: string): Promise<void> => {
  await orMissing(sagemaker.send(new DeleteModelCommand({ ModelName: name })))
}

/**
 * In an order in which a run that is cut short leaves what the next finds: models, which carry the tag and know where their
 * archives are, go last.
 */
export const remove = async (session: Session, name: string, inventory: Inventory): Promise<void> => {
  const { clients, output } = session
  const step = async (text: string, act: () => Promise<unknown>) => {
    throwIfInterrupted(session)
    output.step(`- ${text}`)
    await act()
  }
  for (const { ServiceNamespace, ResourceId, ScalableDimension } of inventory.targets) {
    await step(`autoscaling ${ResourceId}`, () =>
      orMissing(
        clients.scaling.send(
          new DeregisterScalableTargetCommand({ ServiceNamespace, ResourceId, ScalableDimension }),
        ),
      ),
    )
  }
  if (inventory.alarms.length > 0) {
    await step(`alarms ${inventory.alarms.join(', ')}`, () => deleteAlarms(session, inventory.alarms))
  }
  if (inventory.endpoint !== undefined) {
    const endpoint = await describeEndpoint(clients, name)
    if (isBusy(endpoint) && endpoint?.EndpointStatus !== 'Deleting') await untilSettled(session, name)
    await step(`endpoint ${name}`, () => deleteEndpoint(session, name))
  }
  const { logGroup } = inventory
  if (logGroup !== undefined) {
    await step(`log group ${logGroup}`, () =>
      orMissing(clients.logs.send(new DeleteLogGroupCommand({ logGroupName: logGroup }))),
    )
  }
  for (const archive of inventory.archives) {
    await step(`archive s3://${archive.bucket}/${archive.key}`, () => deleteArchive(clients, archive))
  }
  for (const bucket of inventory.buckets) await abortUploads(clients, name, bucket)
  for (const { EndpointConfigName } of inventory.configs) {
    await step(`configuration ${EndpointConfigName}`, () =>
      deleteConfig(clients, EndpointConfigName as string),
    )
  }
  for (const { ModelName } of inventory.models) {
    await step(`model ${ModelName}`, () => deleteModel(clients, ModelName as string))
  }
}
