import t from 'tap'
import { fleetsOf, imagesOf, withTag } from '../../../scripts/config/fleets.ts'
import { BUILT, deploymentOf } from '../doctor/fake.ts'

const base = deploymentOf()
const [primary] = base.variants
if (primary === undefined) throw new Error('there is one')
const { weight: _, ...shadow } = { ...primary, name: 'shadow', percent: 10 }
const THERE = { uri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers:v0' }
const deployment = deploymentOf({
  variants: [primary, { ...primary, name: 'b' }, { ...primary, name: 'c', image: THERE }],
  shadow,
})

t.test('all that has an image is found, and each image once', async (t) => {
  t.strictSame(
    fleetsOf(deployment).map(({ name }) => name),
    ['primary', 'b', 'c', 'shadow'],
  )
  t.strictSame(imagesOf(deployment), [BUILT, THERE])
})

t.test('a tag is for the images that are built', async (t) => {
  t.strictSame(imagesOf(withTag(deployment, 'v7')), [{ ...BUILT, tag: 'v7' }, THERE])
  t.equal(withTag(deployment, undefined), deployment)
  t.notOk('shadow' in withTag(base, 'v7'))
})
