import t from 'tap'
import type { Deployment } from '../../../scripts/config/deployment.ts'
import { checkQuota, instancesOf } from '../../../scripts/doctor/quota.ts'
import { deploymentOf, fakeAws, subjectOf } from './fake.ts'

const [primary] = deploymentOf().variants
if (primary === undefined) throw new Error('there is one')

const quota = (Value: number, type = 'ml.m7i.large') => ({
  QuotaName: `${type} for endpoint usage`,
  QuotaCode: 'L-1',
  Value,
})

const of = (
  own: unknown[],
  { defaults = [], changes = {} }: { defaults?: unknown[]; changes?: Partial<Deployment> } = {},
) =>
  checkQuota(
    subjectOf({
      deployment: deploymentOf(changes),
      aws: fakeAws({
        ListServiceQuotas: ({ NextToken }: { NextToken?: string }) =>
          NextToken === undefined ? { Quotas: [], NextToken: 'next' } : { Quotas: own },
        ListAWSDefaultServiceQuotas: () => ({ Quotas: defaults }),
      }),
    }),
  )

t.test('the quota must do for the fleet, and for two of them while it is replaced', async (t) => {
  t.match(await of([quota(4)]), {
    status: 'ok',
    detail: /4 × ml\.m7i\.large.*needs 2, and 4 during an update/,
  })
  t.match(await of([quota(3)]), { status: 'warning', fix: /--quota-code L-1 --desired-value 4/ })
  t.match(await of([quota(0)]), { status: 'failed', detail: /may have 0/ })
  const rolling = { rollout: { ...deploymentOf().rollout, strategy: 'rolling' as const } }
  t.match(await of([quota(2)], { changes: rolling }), { status: 'ok', detail: /needs 2$/ })
})

t.test('the account’s own quota goes before the default, which stands in for it', async (t) => {
  t.match(await of([quota(0)], { defaults: [quota(10)] }), { status: 'failed' })
  t.match(await of([quota(9, 'ml.m7i.xlarge')], { defaults: [quota(10)] }), { status: 'ok', detail: /10 ×/ })
  t.match(await of([]), { status: 'not checked', detail: /no quota for ml\.m7i\.large/ })
})

t.test('the further pools may get all of the fleet, and a quota of 0 of theirs stops nothing', async (t) => {
  const pools = ['ml.m7i.large', 'ml.c7i.large']
  const variants = [
    { ...primary, compute: { kind: 'instances' as const, type: 'ml.m7i.large', pools, count: 2 } },
  ]
  t.strictSame(
    [...instancesOf(deploymentOf({ variants }))],
    [
      ['ml.m7i.large', { start: 2, most: 2 }],
      ['ml.c7i.large', { start: 0, most: 2 }],
    ],
  )
  t.match(await of([quota(4), quota(0, 'ml.c7i.large')], { changes: { variants } }), {
    status: 'warning',
    detail: /0 × ml\.c7i\.large.*needs up to 2 in place of another type, and 4 during an update/,
  })
})

t.test('variants of one type are added up, and autoscaling counts as far as it may go', async (t) => {
  const deployment = deploymentOf({
    variants: [primary, { ...primary, name: 'b' }],
    shadow: {
      name: 'shadow',
      percent: 10,
      model: primary.model,
      image: primary.image,
      compute: { kind: 'instances', type: 'ml.g5.xlarge', count: 1 },
    },
  })
  t.strictSame(
    [...instancesOf(deployment)],
    [
      ['ml.m7i.large', { start: 4, most: 4 }],
      ['ml.g5.xlarge', { start: 1, most: 1 }],
    ],
  )
  const autoscaling = {
    min: 1,
    max: 8,
    metric: 'cpu' as const,
    value: 60,
    scaleInSeconds: 300,
    scaleOutSeconds: 60,
  }
  t.strictSame([...instancesOf(deploymentOf({ autoscaling }))], [['ml.m7i.large', { start: 2, most: 8 }]])
  t.match(await of([quota(2)], { changes: { autoscaling } }), {
    status: 'warning',
    detail: /needs 2, and up to 8 by autoscaling, and 16 during an update/,
    fix: /--desired-value 16/,
  })
  const compute = { kind: 'serverless' as const, memoryMb: 2048, maxConcurrency: 5 }
  t.match(await of([], { changes: { variants: [{ ...primary, compute }] } }), {
    status: 'not checked',
    detail: /serverless/,
  })
})
