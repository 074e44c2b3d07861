/** All that belongs to a function, wherever it lies, and what of it nobody needs any more. */

import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { orMissing } from '../aws/errors.ts'
import { CommandError } from '../cli/command.ts'
import { functionOwner } from '../config/deployment.ts'
import { listArchives, type StoredArchive } from '../deploy/archives.ts'
import { HISTORY_TAG, OWNER_TAG } from '../plan/desired.ts'
import { isYoung } from '../plan/garbage.ts'
import { parseHistory } from '../plan/history.ts'
import { type LiveFunction, readLiveFunction, sharesOf } from './live.ts'
import { functionLogGroup } from './logs.ts'
import type { LambdaSession } from './session.ts'

export type FunctionInventory = {
  live: LiveFunction
  archives: StoredArchive[]
  logGroup: string | undefined
  /** Buckets in which its archives are or may be. */
  buckets: string[]
}

/** The address of the model's archive, `s3://…`. */
export const modelUri = ({ Environment }: FunctionConfiguration): string | undefined =>
  Environment?.Variables?.MODEL_S3_URI

const findLogGroup = async ({ clients }: LambdaSession, name: string): Promise<string | undefined> => {
  const group = functionLogGroup(name)
  const answer = await orMissing(
    clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: group })),
  )
  return answer?.logGroups?.some(({ logGroupName }) => logGroupName === group) === true ? group : undefined
}

/**
 * @param buckets where else to look for archives: an upload may have been all that a run came to
 * @throws CommandError if there is such a function, but it is not ours
 */
export const takeFunctionInventory = async (
  session: LambdaSession,
  name: string,
  buckets: readonly string[],
): Promise<FunctionInventory> => {
  const live = await readLiveFunction(session, name, [])
  const isThere = live.function !== undefined
  if (isThere && live.tags[OWNER_TAG] !== name)
    throw new CommandError(
      `the function ${name} was not made by this tool: it has no tag ${OWNER_TAG} = ${name}`,
      { fix: 'delete it where it was made' },
    )
  const ofVersions = live.versions.flatMap((version) => modelUri(version)?.split('/')[2] ?? [])
  const places = [...new Set([...ofVersions, ...buckets])]
  const archives = await Promise.all(
    places.map((bucket) => listArchives(session.clients, functionOwner(name), bucket)),
  )
  return {
    live,
    archives: archives.flat(),
    // It has no tag of ours: it counts while the function is there, or nothing else can be.
    logGroup: isThere ? await findLogGroup(session, name) : undefined,
    buckets: places,
  }
}

export const listFunctionInventory = ({ live, archives, logGroup }: FunctionInventory): string[] => [
  ...live.alarms.map(({ AlarmName }) => `alarm ${AlarmName}`),
  ...(live.url === undefined ? [] : [`url ${live.url.FunctionUrl}`]),
  ...(logGroup === undefined ? [] : [`log group ${logGroup}`]),
  ...archives.map(({ bucket, key }) => `archive s3://${bucket}/${key}`),
  ...(live.function === undefined
    ? []
    : [`function ${live.function.Configuration?.FunctionName} with ${live.versions.length} versions`]),
]

export type FunctionGarbage = {
  kept: string[]
  young: string[]
  versions: string[]
  archives: StoredArchive[]
}

const madeAt = ({ LastModified }: FunctionConfiguration): Date | undefined =>
  LastModified === undefined ? undefined : new Date(LastModified)

/** What `gc` would delete. @param youngSince what was made after this may be a deployment's that is under way; in epoch ms */
export const findFunctionGarbage = (
  { live, archives }: FunctionInventory,
  { keep, youngSince }: { keep: number; youngSince: number },
): FunctionGarbage => {
  const there = live.versions.map(({ Version }) => Version as string)
  const inUse = live.alias === undefined ? [] : [...sharesOf(live.alias).keys()]
  const ran = parseHistory(live.tags[HISTORY_TAG]).filter((version) => there.includes(version))
  const wanted = [...new Set([...inUse, ...ran, ...(ran.length === 0 ? there : [])])]
  const kept = wanted.slice(0, Math.max(keep, inUse.length))
  const young = live.versions
    .filter((version) => isYoung(madeAt(version), youngSince))
    .map(({ Version }) => Version as string)
    .filter((version) => !kept.includes(version))
  const stays = new Set([...kept, ...young])
  const needed = new Set(
    [...live.versions, ...(live.function?.Configuration ? [live.function.Configuration] : [])]
      .filter(({ Version = '' }) => Version === '$LATEST' || stays.has(Version))
      .map(modelUri),
  )
  return {
    kept,
    young,
    versions: there.filter((version) => !stays.has(version)),
    archives: archives.filter(
      ({ bucket, key, modified }) => !needed.has(`s3://${bucket}/${key}`) && !isYoung(modified, youngSince),
    ),
  }
}
