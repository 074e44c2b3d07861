/** A function as it is: its versions that serve, with how much of the requests, and how well. */

import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { timeOf } from '../aws/clients.ts'
import { type Column, type Output, table } from '../cli/output.ts'
import { HISTORY_TAG, VERIFIED_TAG } from '../plan/desired.ts'
import { parseHistory, previous } from '../plan/history.ts'
import { WINDOW_MINUTES } from '../status/metrics.ts'
import { dimensionsOf } from './alarms.ts'
import { describedHash } from './desire.ts'
import { type LiveFunction, readLiveFunction, sharesOf } from './live.ts'
import type { LambdaSession } from './session.ts'

export type VersionStatus = {
  version: string
  /** Of the requests, from 0 to 1. */
  share: number
  hash?: string
  memoryMb: number
  provisioned?: { count: number; status: string }
  /** `sha256:…`. */
  image?: string
  /** The archive's hash where we named it, else its address, else `in the image`. */
  model: string
  traffic?: { invocations: number; errors: number; p50Ms?: number; p99Ms?: number }
}

export type FunctionStatus = {
  function: string
  arn: string
  state: string
  url?: { address: string; auth: 'iam' | 'none' }
  reserved?: number
  versions: VersionStatus[]
  /** Versions that ran, newest first, and the one that was verified last. */
  history: string[]
  verified?: string
}

export const modelOf = ({ Environment }: FunctionConfiguration): string => {
  const address = Environment?.Variables?.MODEL_S3_URI
  return address?.match(/\/([0-9a-f]{12})\/model\.tar\.gz$/)?.[1] ?? address ?? 'in the image'
}

const MEASURES = {
  invocations: ['Invocations', 'Sum'],
  errors: ['Errors', 'Sum'],
  p50: ['Duration', 'p50'],
  p99: ['Duration', 'p99'],
} as const

const readTraffic = async (
  { clients }: LambdaSession,
  name: string,
  versions: readonly string[],
): Promise<VersionStatus['traffic'][]> => {
  if (versions.length === 0) return []
  const minute = 60_000
  const end = Math.ceil(timeOf(clients) / minute) * minute
  const { MetricDataResults = [] } = await clients.cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(end - WINDOW_MINUTES * minute),
      EndTime: new Date(end),
      MetricDataQueries: versions.flatMap((version, at) =>
        Object.entries(MEASURES).map(
          ([id, [MetricName, Stat]]): MetricDataQuery => ({
            Id: `${id}_${at}`,
            MetricStat: {
              Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions: dimensionsOf(name, version) },
              Period: WINDOW_MINUTES * 60,
              Stat,
            },
          }),
        ),
      ),
    }),
  )
  return versions.map((_, at) => {
    const of = (id: string) => MetricDataResults.find(({ Id }) => Id === `${id}_${at}`)?.Values ?? []
    const sum = (id: string) => of(id).reduce((total, value) => total + value, 0)
    const worst = (id: string) => (of(id).length === 0 ? undefined : Math.max(...of(id)))
    const [p50Ms, p99Ms] = [worst('p50'), worst('p99')]
    return {
      invocations: sum('invocations'),
      errors: sum('errors'),
      ...(p50Ms !== undefined && { p50Ms }),
      ...(p99Ms !== undefined && { p99Ms }),
    }
  })
}

const versionsOf = ({ alias, versions, provisioned }: LiveFunction): VersionStatus[] => {
  const shares = alias === undefined ? new Map<string, number>() : sharesOf(alias)
  return versions
    .filter(({ Version = '' }) => shares.has(Version))
    .map((config) => {
      const version = config.Version as string
      const warm = provisioned.find(({ qualifier }) => qualifier === version)
      const hash = describedHash(config.Description)
      return {
        version,
        share: shares.get(version) ?? 0,
        ...(hash !== undefined && { hash }),
        memoryMb: config.MemorySize as number,
        ...(warm && {
          provisioned: {
            count: warm.RequestedProvisionedConcurrentExecutions ?? 0,
            status: warm.Status as string,
          },
        }),
        ...(config.CodeSha256 !== undefined && { image: `sha256:${config.CodeSha256}` }),
        model: modelOf(config),
      }
    })
}

/** Undefined if there is no such function. */
export const readFunctionStatus = async (
  session: LambdaSession,
  name: string,
): Promise<FunctionStatus | undefined> => {
  const live = await readLiveFunction(session, name, [])
  const config = live.function?.Configuration
  if (config === undefined) return undefined
  const versions = versionsOf(live)
  const traffic = await readTraffic(
    session,
    name,
    versions.map(({ version }) => version),
  )
  const reserved = live.function?.Concurrency?.ReservedConcurrentExecutions
  const verified = live.tags[VERIFIED_TAG]
  return {
    function: name,
    arn: config.FunctionArn as string,
    state: config.State as string,
    ...(live.url?.FunctionUrl !== undefined && {
      url: { address: live.url.FunctionUrl, auth: live.url.AuthType === 'NONE' ? 'none' : 'iam' },
    }),
    ...(reserved !== undefined && { reserved }),
    versions: versions.map((version, at) => ({ ...version, ...(traffic[at] && { traffic: traffic[at] }) })),
    history: parseHistory(live.tags[HISTORY_TAG]),
    ...(verified !== undefined && { verified }),
  }
}

export const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`

const DIGEST_CHARACTERS = 12

const milliseconds = (value: number | undefined): string =>
  value === undefined ? '–' : value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`

const COLUMNS: Column<VersionStatus>[] = [
  { title: 'VERSION', value: ({ version }) => version },
  { title: 'SHARE', value: ({ share }) => percent(share), align: 'right' },
  { title: 'MEMORY', value: ({ memoryMb }) => `${memoryMb} MB`, align: 'right' },
  {
    title: 'WARM',
    value: ({ provisioned }) =>
      provisioned === undefined
        ? '–'
        : `${provisioned.count}${provisioned.status === 'READY' ? '' : ` (${provisioned.status})`}`,
    align: 'right',
  },
  { title: 'IMAGE', value: ({ image }) => image?.replace('sha256:', '').slice(0, DIGEST_CHARACTERS) ?? '?' },
  { title: 'MODEL', value: ({ model }) => model },
]

const TRAFFIC: Column<VersionStatus>[] = [
  {
    title: `REQUESTS/${WINDOW_MINUTES}m`,
    value: ({ traffic }) => String(traffic?.invocations ?? 0),
    align: 'right',
  },
  { title: 'ERRORS', value: ({ traffic }) => String(traffic?.errors ?? 0), align: 'right' },
  { title: 'P50', value: ({ traffic }) => milliseconds(traffic?.p50Ms), align: 'right' },
  { title: 'P99', value: ({ traffic }) => milliseconds(traffic?.p99Ms), align: 'right' },
]

export const formatVersions = (versions: readonly VersionStatus[], withTraffic = false): string =>
  table(withTraffic ? [...COLUMNS, ...TRAFFIC] : COLUMNS, versions)

export const formatFunction = (status: FunctionStatus, colours: Output['colours']): string => {
  const { versions, history, verified, url, reserved } = status
  const [serving] = versions
  const before = serving === undefined ? history : previous(history, serving.version)
  const isVerified = versions.length === 1 && serving?.version === verified
  return [
    `${colours.bold(status.function)}  ${status.state}${isVerified ? '' : colours.yellow('  (between two versions, or not verified)')}`,
    ...(url === undefined ? [] : [`url ${url.address} (${url.auth === 'none' ? 'for everybody' : 'IAM'})`]),
    ...(reserved === undefined ? [] : [`at most ${reserved} requests at once`]),
    '',
    formatVersions(versions, true),
    '',
    `before: ${before.join(' ') || 'none'}`,
  ].join('\n')
}
