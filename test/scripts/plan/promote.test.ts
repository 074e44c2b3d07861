import t from 'tap'
import { promote } from '../../../scripts/plan/promote.ts'
import { aDeployment, aVariant, desiredFor } from '../a-deployment.ts'

const experiment = aDeployment({
  variants: [
    aVariant({ weight: 90 }),
    aVariant({ name: 'challenger', weight: 10, model: { path: '/models/two' } }),
  ],
})

t.test('the first variant gets the model of the other and all the traffic; no name changes', async (t) => {
  const { deployment, edits } = promote(experiment, 'challenger')
  t.strictSame(
    deployment.variants.map(({ name, weight, model }) => ({ name, weight, model })),
    [
      { name: 'primary', weight: 90, model: { path: '/models/two' } },
      { name: 'challenger', weight: 0, model: { path: '/models/two' } },
    ],
  )
  t.strictSame(edits, [
    { variant: 'primary', key: 'model', value: { path: '/models/two' } },
    { variant: 'challenger', key: 'weight', value: 0 },
  ])
})

t.test('a file that says so asks for the very same configuration', async (t) => {
  const edited = aDeployment({
    variants: [
      aVariant({ weight: 90, model: { path: '/models/two' } }),
      aVariant({ name: 'challenger', weight: 0, model: { path: '/models/two' } }),
    ],
  })
  t.strictSame(desiredFor(promote(experiment, 'challenger').deployment), desiredFor(edited))
})

t.test('the first variant cannot be promoted, nor one that is not there', async (t) => {
  t.throws(() => promote(experiment, 'primary'), {
    message: /first variant already/,
    fix: /challenger/,
    exitCode: 2,
  })
  t.throws(() => promote(experiment, 'other'), { message: /no variant other/, exitCode: 2 })
  t.throws(() => promote(aDeployment(), 'other'), { message: /no variant other/, fix: /several variants/ })
})
