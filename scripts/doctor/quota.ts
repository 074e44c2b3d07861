/** Is there room for the instances? New accounts have a quota of 0 for most types. */

import {
  paginateListAWSDefaultServiceQuotas,
  paginateListServiceQuotas,
  type ServiceQuota,
} from '@aws-sdk/client-service-quotas'
import type { Clients } from '../aws/clients.ts'
import type { Deployment } from '../config/deployment.ts'
import { fleetsOf } from '../config/fleets.ts'
import { combine, type Finding, failed, notChecked, ok, warning } from './finding.ts'
import { withBoth } from './subject.ts'

/** Of an instance type: as many as start, and as many as scaling may add up to, or as stand in for the first of the pools. */
export type Count = { start: number; most: number }

export const instancesOf = (deployment: Deployment): Map<string, Count> => {
  const counts = new Map<string, Count>()
  for (const { compute } of fleetsOf(deployment)) {
    if (compute.kind !== 'instances') continue
    const limit = Math.max(compute.count, deployment.autoscaling?.max ?? 0, compute.managedScaling?.max ?? 0)
    for (const type of compute.pools ?? [compute.type]) {
      const { start, most } = counts.get(type) ?? { start: 0, most: 0 }
      counts.set(type, { start: start + (type === compute.type ? compute.count : 0), most: most + limit })
    }
  }
  return counts
}

/** Quotas by name. One that was never changed may be missing among the account's own, and is then the default. */
const readQuotas = async (
  { quotas: client }: Pick<Clients, 'quotas'>,
  names: ReadonlySet<string>,
): Promise<Map<string, ServiceQuota>> => {
  const found = new Map<string, ServiceQuota>()
  for (const paginate of [paginateListServiceQuotas, paginateListAWSDefaultServiceQuotas]) {
    for await (const { Quotas = [] } of paginate({ client }, { ServiceCode: 'sagemaker' })) {
      for (const quota of Quotas) {
        const { QuotaName = '' } = quota
        if (names.has(QuotaName) && !found.has(QuotaName)) found.set(QuotaName, quota)
      }
      if (found.size === names.size) return found
    }
  }
  return found
}

const judge = (
  type: string,
  { start, most }: Count,
  doubled: boolean,
  quota: ServiceQuota | undefined,
): Finding => {
  if (quota?.Value === undefined) return notChecked(`Service Quotas has no quota for ${type}`)
  const desired = doubled ? 2 * most : most
  const needed = [
    ...(start === 0 ? [`up to ${most} in place of another type`] : [String(start)]),
    ...(most > start && start > 0 ? [`up to ${most} by autoscaling`] : []),
    ...(doubled ? [`${desired} during an update`] : []),
  ]
  const detail = `the account may have ${quota.Value} × ${type} in all its endpoints; this one needs ${needed.join(', and ')}`
  const fix = `aws service-quotas request-service-quota-increase --service-code sagemaker --quota-code ${quota.QuotaCode} --desired-value ${desired}`
  if (quota.Value < start) return failed(detail, fix)
  return quota.Value < desired ? warning(detail, fix) : ok(detail)
}

const nameOf = (type: string): string => `${type} for endpoint usage`

export const checkQuota = withBoth(async (deployment, { clients }) => {
  const counts = [...instancesOf(deployment)]
  if (counts.length === 0) return notChecked('a serverless endpoint has no instances')
  const quotas = await readQuotas(clients, new Set(counts.map(([type]) => nameOf(type))))
  // Blue/green updates have both fleets at once; a rolling one has not.
  const doubled = deployment.rollout.strategy !== 'rolling'
  return combine(counts.map(([type, count]) => judge(type, count, doubled, quotas.get(nameOf(type)))))
})
