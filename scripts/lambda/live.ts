/** What there is of a function now. Only reads; "there is none" is undefined or an empty list. */

import type { MetricAlarm } from '@aws-sdk/client-cloudwatch'
import {
  type AliasConfiguration,
  type FunctionConfiguration,
  GetAliasCommand,
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  GetFunctionUrlConfigCommand,
  type GetFunctionUrlConfigCommandOutput,
  GetPolicyCommand,
  type ProvisionedConcurrencyConfigListItem,
  paginateListProvisionedConcurrencyConfigs,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda'
import { orMissing } from '../aws/errors.ts'
import { readAlarms, readStored } from '../aws/live.ts'
import { CommandError } from '../cli/command.ts'
import { functionOwner } from '../config/deployment.ts'
import type { Archive } from '../plan/desired.ts'
import { ALIAS, type LambdaSession } from './session.ts'

export type LiveFunction = {
  function?: GetFunctionCommandOutput
  tags: Record<string, string>
  /** Published, newest first. */
  versions: FunctionConfiguration[]
  alias?: AliasConfiguration
  /** Of versions. */
  provisioned: (ProvisionedConcurrencyConfigListItem & { qualifier: string })[]
  url?: GetFunctionUrlConfigCommandOutput
  /** Ids of the statements of the alias's policy. */
  statements: string[]
  /** Ours, of updates. */
  alarms: MetricAlarm[]
  buckets: string[]
  objects: string[]
}

export const readFunction = ({ lambda }: LambdaSession, name: string) =>
  orMissing<GetFunctionCommandOutput>(lambda.send(new GetFunctionCommand({ FunctionName: name })))

export const readAlias = ({ lambda }: LambdaSession, name: string) =>
  orMissing<AliasConfiguration>(lambda.send(new GetAliasCommand({ FunctionName: name, Name: ALIAS })))

/** Published versions, newest first. */
export const readVersions = async (
  { lambda: client }: LambdaSession,
  name: string,
): Promise<FunctionConfiguration[]> => {
  const found: FunctionConfiguration[] = []
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client }, { FunctionName: name })) {
    found.push(...Versions.filter(({ Version }) => Version !== '$LATEST'))
  }
  return found.sort((a, b) => Number(b.Version) - Number(a.Version))
}

export const readProvisioned = async (
  { lambda: client }: LambdaSession,
  name: string,
): Promise<LiveFunction['provisioned']> => {
  const found: LiveFunction['provisioned'] = []
  const request = { FunctionName: name }
  for await (const page of paginateListProvisionedConcurrencyConfigs({ client }, request)) {
    for (const config of page.ProvisionedConcurrencyConfigs ?? [])
      found.push({ ...config, qualifier: config.FunctionArn?.split(':').at(-1) ?? '' })
  }
  return found
}

const readStatements = async ({ lambda }: LambdaSession, name: string): Promise<string[]> => {
  const answer = await orMissing(lambda.send(new GetPolicyCommand({ FunctionName: name, Qualifier: ALIAS })))
  const { Statement = [] } = JSON.parse(answer?.Policy ?? '{}') as { Statement?: { Sid: string }[] }
  return Statement.map(({ Sid }) => Sid)
}

/** Reads all that a plan compares with what is wanted. */
export const readLiveFunction = async (
  session: LambdaSession,
  name: string,
  archives: readonly Archive[],
): Promise<LiveFunction> => {
  const [stored, alarms, found] = await Promise.all([
    readStored(session.clients, archives),
    readAlarms(session.clients, name, functionOwner(name)),
    readFunction(session, name),
  ])
  if (found === undefined)
    return { tags: {}, versions: [], provisioned: [], statements: [], alarms, ...stored }
  if (found.TagsError !== undefined)
    throw new CommandError(`the tags of ${name} may not be read: ${found.TagsError.Message}`, {
      fix: 'allow lambda:ListTags, as docs/iam/lambda-deployer.json does: by its tags a function is known as ours',
    })
  const [versions, alias, provisioned, url, statements] = await Promise.all([
    readVersions(session, name),
    readAlias(session, name),
    readProvisioned(session, name),
    orMissing(session.lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: name, Qualifier: ALIAS }))),
    readStatements(session, name),
  ])
  return {
    function: found,
    tags: found.Tags ?? {},
    versions,
    ...(alias !== undefined && { alias }),
    provisioned,
    ...(url !== undefined && { url }),
    statements,
    alarms,
    ...stored,
  }
}

/** Part of the alias's requests, from 0 to 1, by version. */
export const sharesOf = ({ FunctionVersion, RoutingConfig }: AliasConfiguration): Map<string, number> => {
  const others = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {})
  const rest = others.reduce((sum, [, weight]) => sum - weight, 1)
  return new Map([[FunctionVersion as string, Number(rest.toFixed(6))], ...others])
}
