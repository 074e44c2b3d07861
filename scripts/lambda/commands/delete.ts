/** delete, and gc. */

import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs'
import {
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  DeleteProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda'
import { timeOf } from '../../aws/clients.ts'
import { orMissing } from '../../aws/errors.ts'
import type { Context } from '../../cli/command.ts'
import { confirmed } from '../../cli/confirm.ts'
import { bucketsOf } from '../../commands/buckets.ts'
import { PACKING_MS, parseKeep } from '../../commands/keep.ts'
import { functionOwner } from '../../config/deployment.ts'
import { deleteAlarms } from '../../deploy/apply.ts'
import { abortUploads, deleteArchive } from '../../deploy/archives.ts'
import { throwIfInterrupted } from '../../deploy/session.ts'
import {
  type FunctionInventory,
  findFunctionGarbage,
  listFunctionInventory,
  takeFunctionInventory,
} from '../inventory.ts'
import { functionLogGroup } from '../logs.ts'
import { ALIAS, type LambdaSession, openTarget } from '../session.ts'

const step = async (session: LambdaSession, text: string, act: () => Promise<unknown>): Promise<void> => {
  throwIfInterrupted(session)
  session.output.step(`- ${text}`)
  await act()
}

/** The function goes last but for its log: it has the tag, and knows where its archives are. */
const remove = async (session: LambdaSession, name: string, inventory: FunctionInventory): Promise<void> => {
  const { clients, lambda } = session
  const { live, archives, buckets } = inventory
  const FunctionName = name
  if (live.alarms.length > 0)
    await step(session, 'alarms', () =>
      deleteAlarms(
        session,
        live.alarms.map(({ AlarmName }) => AlarmName as string),
      ),
    )
  if (live.url !== undefined)
    await step(session, `url ${live.url.FunctionUrl}`, () =>
      orMissing(lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName, Qualifier: ALIAS }))),
    )
  for (const { qualifier: Qualifier } of live.provisioned)
    await step(session, `provisioned concurrency of version ${Qualifier}`, () =>
      orMissing(lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }))),
    )
  for (const archive of archives)
    await step(session, `archive s3://${archive.bucket}/${archive.key}`, () =>
      deleteArchive(clients, archive),
    )
  for (const bucket of buckets) await abortUploads(clients, functionOwner(name), bucket)
  if (live.function === undefined) return
  // Its aliases, versions and policies go with it. Once it is gone, nothing tells that the log is ours.
  const dropLog = () =>
    orMissing(clients.logs.send(new DeleteLogGroupCommand({ logGroupName: functionLogGroup(name) })))
  if (inventory.logGroup !== undefined) await step(session, `log group ${inventory.logGroup}`, dropLog)
  await step(session, `function ${name}`, () =>
    orMissing(lambda.send(new DeleteFunctionCommand({ FunctionName }))),
  )
  // An environment that was still running may have written again.
  await dropLog()
}

export const deleteFunction = async (context: Context, { yes }: { yes: boolean }): Promise<void> => {
  const target = await openTarget(context)
  const { session, name } = target
  const { output } = session
  const inventory = await takeFunctionInventory(session, name, await bucketsOf(target))
  const found = listFunctionInventory(inventory)
  if (found.length === 0) {
    output.result({ function: name, found: [], deleted: false }, `Nothing to delete for ${name}.`)
    return
  }
  if (context.options().dryRun) {
    output.result(
      { function: name, found, deleted: false },
      `delete would remove:\n${found.map((line) => `  ${line}`).join('\n')}`,
    )
    return
  }
  await confirmed(context, output, found, yes)
  await remove(session, name, inventory)
  output.result(
    { function: name, found, deleted: true },
    `${name} is deleted. Buckets and repositories are left.`,
  )
}

export const gc = async (context: Context, { keep }: { keep?: string }): Promise<void> => {
  const wanted = parseKeep(keep)
  const target = await openTarget(context)
  const { session, name, deployment } = target
  const inventory = await takeFunctionInventory(session, name, await bucketsOf(target))
  const { dryRun } = context.options()
  const garbage = findFunctionGarbage(inventory, {
    keep: wanted ?? deployment.keepVersions,
    youngSince: timeOf(session.clients) - 1_000 * deployment.rollout.timeoutSeconds - PACKING_MS,
  })
  const { kept, young, versions, archives } = garbage
  const addresses = archives.map(({ bucket, key }) => `s3://${bucket}/${key}`)
  if (!dryRun) {
    for (const Qualifier of versions)
      await step(session, `version ${Qualifier}`, () =>
        orMissing(session.lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier }))),
      )
    for (const archive of archives)
      await step(session, `archive s3://${archive.bucket}/${archive.key}`, () =>
        deleteArchive(session.clients, archive),
      )
  }
  const count = versions.length + archives.length
  session.output.result(
    { function: name, kept, young, versions, archives: addresses, deleted: !dryRun },
    [
      count === 0 ? 'Nothing to delete.' : dryRun ? 'gc would delete:' : 'Deleted:',
      ...versions.map((version) => `  version ${version}`),
      ...addresses.map((address) => `  archive ${address}`),
      `kept: ${kept.join(' ') || 'none'}`,
      ...(young.length === 0
        ? []
        : [`kept for now, because a deployment may be using them: ${young.join(' ')}`]),
    ].join('\n'),
  )
}
