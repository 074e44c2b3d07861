import t from 'tap'
import { costOf, costOfStatus, formatCost, machinesOf } from '../../../scripts/price/cost.ts'
import { readOffer } from '../../../scripts/price/price-list.ts'
import { AUTOSCALING, aDeployment, aVariant, desiredFor } from '../a-deployment.ts'
import { offerOf } from './offer.ts'

const prices = readOffer(
  offerOf([
    { usagetype: 'EUW1-Host:ml.c6i.large', dollars: '0.25' },
    { usagetype: 'EUW1-Host:ml.g6.xlarge', dollars: '2' },
    { usagetype: 'EUW1-AsyncInf:ml.c6i.large', dollars: '0.75' },
  ]),
  'eu-west-1',
)

const lineOf = (more: Parameters<typeof aDeployment>[0], asynchronous = false) => {
  const { config, endpoint, scaling } = desiredFor(aDeployment(more))
  return formatCost(costOf(machinesOf(config, endpoint, scaling), 'eu-west-1', { asynchronous, prices }))
}

const BY = "by AWS's price list for eu-west-1 of 2026-11-20, without volumes and traffic"

t.test('instances times their price, all variants together', async (t) => {
  t.equal(lineOf({}), `cost: $0.5000 an hour for 2 × ml.c6i.large, ${BY}`)
  t.equal(lineOf({}, true), `cost: $1.50 an hour for 2 × ml.c6i.large, ${BY}`)
  const gpu = aVariant({ name: 'b', compute: { kind: 'instances', type: 'ml.g6.xlarge', count: 3 } })
  t.equal(
    lineOf({ variants: [aVariant(), gpu] }),
    `cost: $6.50 an hour for 2 × ml.c6i.large, 3 × ml.g6.xlarge, ${BY}`,
  )
})

t.test('autoscaling and pools make a range of it', async (t) => {
  t.equal(
    lineOf({ autoscaling: AUTOSCALING }),
    `cost: $0.5000 to $1.00 an hour for 2 to 4 × ml.c6i.large, ${BY}`,
  )
  const pools = ['ml.g6.xlarge', 'ml.c6i.large']
  const pooled = aVariant({ compute: { kind: 'instances', type: 'ml.g6.xlarge', pools, count: 2 } })
  t.equal(
    lineOf({ variants: [pooled] }),
    `cost: $0.5000 to $4.00 an hour for 2 × ml.g6.xlarge or ml.c6i.large, ${BY}`,
  )
})

t.test('a price that is not known is said, and none is made up', async (t) => {
  const other = aVariant({ compute: { kind: 'instances', type: 'ml.p5.48xlarge', count: 1 } })
  t.equal(
    lineOf({ variants: [other] }),
    "cost: unknown for 1 × ml.p5.48xlarge (AWS's price list for eu-west-1 of 2026-11-20 has no ml.p5.48xlarge)",
  )
  const machines = [{ types: ['ml.c6i.large'], fewest: 1, most: 1 }]
  const nowhere = costOf(machines, 'xx-nowhere-1', { asynchronous: false })
  t.strictSame(nowhere, { region: 'xx-nowhere-1', unknown: ['ml.c6i.large'], machines: '1 × ml.c6i.large' })
  t.match(
    formatCost(nowhere),
    /no price list for xx-nowhere-1 is bundled; npx tsx .*write-prices\.ts xx-nowhere-1/,
  )
})

t.test('what serverless costs is not known before it is used', async (t) => {
  const serverless = aVariant({ compute: { kind: 'serverless', memoryMb: 2048, maxConcurrency: 5 } })
  t.match(lineOf({ variants: [serverless] }), /^cost: unknown, since serverless is billed by use/)
})

t.test('what runs costs what runs, of each pool', async (t) => {
  const status = {
    endpoint: 'digits',
    arn: 'arn',
    status: 'InService',
    history: [],
    variants: [
      {
        name: 'primary',
        shadow: false,
        weight: 1,
        share: 1,
        model: 'm',
        instances: {
          current: 3,
          desired: 3,
          type: 'ml.g6.xlarge/ml.c6i.large',
          pools: [
            { type: 'ml.g6.xlarge', count: 0 },
            { type: 'ml.c6i.large', count: 3 },
          ],
        },
      },
    ],
  }
  t.equal(costOfStatus(status, 'eu-west-1').machines, '3 × ml.c6i.large')
  const [primary] = status.variants
  const instances = {
    current: 0,
    desired: 0,
    type: 'ml.g6.xlarge/ml.c6i.large',
    pools: [
      { type: 'ml.g6.xlarge', count: 0 },
      { type: 'ml.c6i.large', count: 0 },
    ],
  }
  const asleep = { ...status, variants: [{ ...(primary as (typeof status.variants)[number]), instances }] }
  t.equal(costOfStatus(asleep, 'eu-west-1').machines, '0 × ml.g6.xlarge')
})
