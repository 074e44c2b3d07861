import t from 'tap'
import { findGarbage } from '../../../scripts/plan/garbage.ts'

const config = (hash: string, ...models: string[]) => ({
  EndpointConfigName: `digits-${hash}`,
  ProductionVariants: models.map((ModelName, at) => ({ VariantName: `v${at}`, ModelName })),
})

const CONFIGS = [config('d', 'four'), config('c', 'three'), config('b', 'two'), config('a', 'one', 'shared')]
const MODELS = ['one', 'two', 'three', 'four', 'shared', 'alone'].map((ModelName) => ({ ModelName }))

t.test('as many versions stay as are asked for, by the history', async (t) => {
  t.strictSame(findGarbage('digits', CONFIGS, MODELS, ['digits-c'], ['c', 'a'], 2), {
    kept: ['c', 'a'],
    configs: ['digits-d', 'digits-b'],
    models: ['two', 'four', 'alone'],
  })
})

t.test('what is in use stays, whatever is asked for', async (t) => {
  const { kept, models } = findGarbage('digits', CONFIGS, MODELS, ['digits-a', 'digits-d'], ['d', 'a'], 1)
  t.strictSame(kept, ['a', 'd'])
  t.strictSame(models, ['two', 'three', 'alone'])
})

t.test('a version that serves is counted first, though it is not the newest in the history', async (t) => {
  t.strictSame(findGarbage('digits', CONFIGS, MODELS, ['digits-a'], ['d', 'c', 'b', 'a'], 2).kept, ['a', 'd'])
})

t.test('without an endpoint the newest stay', async (t) => {
  t.strictSame(findGarbage('digits', CONFIGS, MODELS, [], [], 3), {
    kept: ['d', 'c', 'b'],
    configs: ['digits-a'],
    models: ['one', 'shared', 'alone'],
  })
})
