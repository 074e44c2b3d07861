/** Service Quotas: how many instances of each type SageMaker lets an endpoint have. The codes are the rehearsal's own. */

import { createHash } from 'node:crypto'
import { ProductionVariantInstanceType } from '@aws-sdk/client-sagemaker'
import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import type { Faults } from '../faults.ts'
import { action, arn, type Caller, page, type Service } from '../service.ts'

const SERVICE = 'sagemaker'

const codeOf = (type: string): string =>
  `L-${createHash('sha256').update(type).digest('hex').slice(0, 8).toUpperCase()}`

const TYPES = Object.values(ProductionVariantInstanceType)

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
    actions: {
      GetServiceQuota: action(
        z.looseObject({ ServiceCode: z.string(), QuotaCode: z.string() }),
        ({ ServiceCode, QuotaCode }, caller) => {
          const type = TYPES.find((one) => codeOf(one) === QuotaCode)
          if (ServiceCode !== SERVICE || type === undefined) throw notFound(`${ServiceCode} ${QuotaCode}`)
          return { Quota: describe(type, caller) }
        },
      ),
      ListServiceQuotas: action(
        z.looseObject({
          ServiceCode: z.string(),
          MaxResults: z.int().min(1).max(100).default(100),
          NextToken: z.string().optional(),
        }),
        ({ ServiceCode, MaxResults, NextToken }, caller) => {
          if (ServiceCode !== SERVICE) throw notFound(ServiceCode)
          const { items, next } = page(TYPES, MaxResults, NextToken)
          return { Quotas: items.map((type) => describe(type, caller)), NextToken: next }
        },
      ),
    },
  }
}
