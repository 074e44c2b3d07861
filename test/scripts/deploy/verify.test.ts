import t from 'tap'
import type { Live } from '../../../scripts/aws/live.ts'
import { discrepancies } from '../../../scripts/deploy/verify.ts'
import { aDeployment, aVariant, desiredFor, liveOf } from '../a-deployment.ts'

const desired = desiredFor(aDeployment())
const live = liveOf(desired).endpoint as NonNullable<Live['endpoint']>

t.test('what was asked for is found', async (t) => {
  t.strictSame(discrepancies(desired, live), [])
})

t.test('an update that was silently taken back is InService, and found out', async (t) => {
  const before = desiredFor(aDeployment({ variants: [aVariant({ model: { path: '/models/two' } })] }))
  t.match(discrepancies(desired, liveOf(before).endpoint), [/^the endpoint runs digits-\w+, not digits-\w+$/])
})

t.test('another image under the same configuration is found out', async (t) => {
  const [variant] = live.ProductionVariants ?? []
  const other = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/digits@sha256:${'f'.repeat(64)}`
  t.match(
    discrepancies(desired, {
      ...live,
      ProductionVariants: [
        { ...variant, VariantName: 'primary', DeployedImages: [{ ResolvedImage: other }] },
      ],
    }),
    [/^the variant primary runs the image sha256:f+, not sha256:0123/],
  )
})

t.test('variants that are missing, or were not asked for, are named', async (t) => {
  t.strictSame(discrepancies(desired, { ...live, ProductionVariants: [{ VariantName: 'other' }] }), [
    'the variant primary is not there',
    'the variant other was not asked for',
  ])
})

t.test('no endpoint, and one that does not serve, are not what was asked', async (t) => {
  t.strictSame(discrepancies(desired, undefined), ['there is no endpoint'])
  t.strictSame(discrepancies(desired, { ...live, EndpointStatus: 'UpdateRollbackFailed' }), [
    'the endpoint is UpdateRollbackFailed',
  ])
})
