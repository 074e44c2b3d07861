import t from 'tap'
import { findGarbage } from '../../../scripts/plan/garbage.ts'

const config = (hash: string, ...models: string[]) => ({
  EndpointConfigName: `digits-${hash}`,
  ProductionVariants: models.map((ModelName, at) => ({ VariantName: `v${at}`, ModelName })),
})

const CONFIGS = [config('d', 'four'), config('c', 'three'), config('b', 'two'), config('a', 'one', 'shared')]
const MODELS = ['one', 'two', 'three', 'four', 'shared', 'alone'].map((ModelName) => ({ ModelName }))

const find = (inUse: string[], history: string[], keep: number) =>
  findGarbage({ endpoint: 'digits', configs: CONFIGS, models: MODELS, inUse, history, keep, youngSince: 0 })

t.test('as many versions stay as are asked for, by the history', async (t) => {
  t.strictSame(find(['digits-c'], ['c', 'a'], 2), {
    kept: ['c', 'a'],
    young: [],
    configs: ['digits-d', 'digits-b'],
    models: ['two', 'four', 'alone'],
  })
})

t.test('what is in use stays, whatever is asked for', async (t) => {
  const { kept, models } = find(['digits-a', 'digits-d'], ['d', 'a'], 1)
  t.strictSame(kept, ['a', 'd'])
  t.strictSame(models, ['two', 'three', 'alone'])
})

t.test('a version that serves is counted first, though it is not the newest in the history', async (t) => {
  t.strictSame(find(['digits-a'], ['d', 'c', 'b', 'a'], 2).kept, ['a', 'd'])
})

t.test('without an endpoint the newest stay', async (t) => {
  t.strictSame(find([], [], 3), {
    kept: ['d', 'c', 'b'],
    young: [],
    configs: ['digits-a'],
    models: ['one', 'shared', 'alone'],
  })
})

t.test(
  'what was made a moment ago stays, with its models: a deployment may be about to use it',
  async (t) => {
    const at = (time: number) => ({ CreationTime: new Date(time) })
    const found = findGarbage({
      endpoint: 'digits',
      configs: CONFIGS.map((each, index) => ({ ...each, ...at(index === 0 ? 2_000 : 500) })),
      models: MODELS.map((each) => ({ ...each, ...at(each.ModelName === 'alone' ? 2_000 : 500) })),
      inUse: ['digits-b'],
      history: ['b'],
      keep: 1,
      youngSince: 1_000,
    })
    t.strictSame(found, {
      kept: ['b'],
      young: ['d'],
      configs: ['digits-c', 'digits-a'],
      models: ['one', 'three', 'shared'],
    })
  },
)
