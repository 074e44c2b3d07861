/** A status as text. */

import { type Column, type Output, table } from '../cli/output.ts'
import { previous } from '../plan/history.ts'
import { WINDOW_MINUTES } from './metrics.ts'
import type { Status, VariantStatus } from './status.ts'

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`

const capacity = ({ instances, serverless }: VariantStatus): string => {
  if (serverless !== undefined)
    return `serverless ${serverless.memoryMb} MB, up to ${serverless.maxConcurrency} at once`
  if (instances === undefined) return ''
  const { current, desired, type, min, max } = instances
  const count = current === desired ? String(current) : `${current} → ${desired}`
  const range = min === undefined ? '' : ` (${min}–${max})`
  return `${count}${type === undefined ? '' : ` × ${type}`}${range}`
}

const DIGEST_CHARACTERS = 12

const FLEET: Column<VariantStatus>[] = [
  { title: 'VARIANT', value: ({ name, shadow }) => (shadow ? `${name} (shadow)` : name) },
  { title: 'WEIGHT', value: ({ weight }) => String(weight), align: 'right' },
  { title: 'SHARE', value: ({ share }) => percent(share), align: 'right' },
  { title: 'INSTANCES', value: capacity },
  { title: 'IMAGE', value: ({ image }) => image?.replace('sha256:', '').slice(0, DIGEST_CHARACTERS) ?? '?' },
  { title: 'MODEL', value: ({ model }) => model },
]

const milliseconds = (value: number | undefined): string =>
  value === undefined ? '–' : value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`

const TRAFFIC: Column<VariantStatus>[] = [
  {
    title: `REQUESTS/${WINDOW_MINUTES}m`,
    value: ({ traffic }) => String(traffic?.invocations ?? 0),
    align: 'right',
  },
  { title: '4XX', value: ({ traffic }) => String(traffic?.errors4xx ?? 0), align: 'right' },
  { title: '5XX', value: ({ traffic }) => String(traffic?.errors5xx ?? 0), align: 'right' },
  { title: 'P50', value: ({ traffic }) => milliseconds(traffic?.p50Ms), align: 'right' },
  { title: 'P99', value: ({ traffic }) => milliseconds(traffic?.p99Ms), align: 'right' },
]

/** Variants, without traffic: right after a deployment there is none. */
export const formatVariants = ({ variants }: Pick<Status, 'variants'>): string => table(FLEET, variants)

export const formatStatus = (status: Status, colours: Output['colours']): string => {
  const { endpoint, failureReason, configuration, pending, changedAt, history, verified } = status
  const colour =
    status.status === 'InService'
      ? colours.green
      : status.status.endsWith('ailed')
        ? colours.red
        : colours.yellow
  const columns: Column<VariantStatus>[] = [
    ...FLEET,
    ...(status.variants.some(({ activity }) => activity !== undefined)
      ? [{ title: 'ACTIVITY', value: ({ activity }: VariantStatus) => activity ?? '' }]
      : []),
    ...TRAFFIC,
  ]
  const hash = configuration?.slice(endpoint.length + 1)
  const before = hash === undefined ? history : previous(history, hash)
  return [
    `${endpoint}  ${colour(status.status)}${changedAt === undefined ? '' : ` since ${changedAt}`}`,
    ...(configuration === undefined
      ? []
      : [`configuration ${configuration}${hash === verified ? ' (verified)' : ''}`]),
    ...(pending === undefined
      ? []
      : [
          `on its way    ${pending.configuration}: ${pending.variants
            .map(({ name, activity, instances }) =>
              [name, instances === undefined ? undefined : `${instances} instances`, activity]
                .filter(Boolean)
                .join(' '),
            )
            .join(', ')}`,
        ]),
    ...(before.length > 0 ? [`before it     ${before.join(' ')}`] : []),
    ...(failureReason === undefined ? [] : [colours.red(`AWS says: ${failureReason}`)]),
    ...(status.variants.length === 0 ? [] : ['', table(columns, status.variants)]),
  ].join('\n')
}
