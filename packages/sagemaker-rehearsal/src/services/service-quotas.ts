/** Service Quotas: how many instances of each type SageMaker lets an endpoint have. The codes are the rehearsal's own. */

import { createHash } from 'node:crypto'
import { AwsError } from '../aws-error.ts'
import type { Faults } from '../faults.ts'
import { MODEL as SAGEMAKER } from '../models/sagemaker.ts'
import { type Actions, MODEL } from '../models/service-quotas.ts'
import { arn, type Caller, page, type Service, type Actions as Table } from '../service.ts'

const SERVICE = 'sagemaker'

const codeOf = (type: string): string =>
  `L-${createHash('sha256').update(type).digest('hex').slice(0, 8).toUpperCase()}`

const TYPES = SAGEMAKER.shapes.ProductionVariantInstanceType?.enum ?? []

export const createServiceQuotas = (faults: Faults): Service => {
  const describe = (type: string, caller: Caller) => ({
    ServiceCode: SERVICE,
    ServiceName: 'Amazon SageMaker',
    QuotaArn: arn('servicequotas', caller, `${SERVICE}/${codeOf(type)}`),
    QuotaCode: codeOf(type),
    QuotaName: `${type} for endpoint usage`,
    Value: faults.quotaOf(type),
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: false,
  })
  const notFound = (what: string) =>
    new AwsError('NoSuchResourceException', `The request failed because ${what} does not exist.`)
  return {
    name: 'servicequotas',
    target: 'ServiceQuotasV20190624',
    model: MODEL,
    invalidCode: 'IllegalArgumentException',
    actions: {
      GetServiceQuota({ ServiceCode, QuotaCode }, caller) {
        const type = TYPES.find((one) => codeOf(one) === QuotaCode)
        if (ServiceCode !== SERVICE || type === undefined) throw notFound(`${ServiceCode} ${QuotaCode}`)
        return { Quota: describe(type, caller) }
      },
      ListServiceQuotas({ ServiceCode, MaxResults = 100, NextToken }, caller) {
        if (ServiceCode !== SERVICE) throw notFound(ServiceCode)
        const { items, next } = page(TYPES, MaxResults, NextToken)
        return { Quotas: items.map((type) => describe(type, caller)), NextToken: next }
      },
    } satisfies Table<Actions>,
  }
}
