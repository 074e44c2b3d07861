import t from 'tap'
import { CostModel } from '../../../src/server/scheduling/cost-model.ts'
import { randomNumbers } from '../../fixtures/models.ts'

/** A model that was told what hand-overs of these sizes cost. */
const learnt = (cost: (requests: number) => number, sizes: readonly number[]): CostModel => {
  const model = new CostModel()
  for (const size of sizes) model.observe(size, cost(size))
  return model
}

const MIXED = Array.from({ length: 60 }, (_, index) => 1 + (index % 8))

t.test('Nothing is known before the first observation', async (t) => {
  const model = new CostModel()
  t.equal(model.eachOnAverage, 0)
  t.equal(model.worthwhile, Number.POSITIVE_INFINITY)
})

t.test('A model whose cost is all in the rows, as a ResNet on a CPU, is not worth batching', async (t) => {
  t.equal(learnt((n) => 30 * n, MIXED).worthwhile, 1)
})

t.test('A small fixed cost beside a large one of each is worth a few', async (t) => {
  t.equal(learnt((n) => 2 + 20 * n, MIXED).worthwhile, 5)
})

t.test('A fixed cost as large as that of many requests, as on a GPU, is worth a large batch', async (t) => {
  const { worthwhile } = learnt((n) => 8 + 0.1 * n, MIXED)
  t.ok(worthwhile > 1000, `${worthwhile}`)
})

t.test(
  'A tabular model, where all requests cost next to nothing beside the hand-over, is worth hundreds',
  async (t) => {
    const { worthwhile } = learnt((n) => 0.15 + 0.01 * n, MIXED)
    // 0.15 × 0.98 / (0.01 × 0.02), and rounding of the fit.
    t.ok(worthwhile === 735 || worthwhile === 736, `${worthwhile}`)
  },
)

t.test('A cost that does not grow with the size has no limit', async (t) => {
  t.ok(learnt(() => 5, MIXED).worthwhile > 1e9)
})

t.test('A cost that falls with the size is taken as one that does not grow', async (t) => {
  t.equal(learnt((n) => 50 - n, MIXED).worthwhile, Number.POSITIVE_INFINITY)
})

t.test('Observations of one size say nothing about where the cost lies', async (t) => {
  const model = learnt(() => 7, [3, 3, 3, 3, 3])
  t.equal(model.worthwhile, Number.POSITIVE_INFINITY)
  t.ok(Math.abs(model.eachOnAverage - 7 / 3) < 1e-12)
})

t.test('The mean cost of a request is that of the hand-overs seen', async (t) => {
  t.ok(Math.abs(learnt((n) => 30 * n, MIXED).eachOnAverage - 30) < 1e-9)
})

t.test('One request may take what many together take, where the cost is fixed', async (t) => {
  const model = learnt(() => 400, [1, 16, 16, 16])
  t.ok(model.expected(1, 0) > 399, `${model.expected(1, 0)}`)
})

t.test('What was long ago is forgotten', async (t) => {
  const model = learnt((n) => 100 * n, MIXED)
  for (let i = 0; i < 500; i += 1) model.observe(1 + (i % 4), 1 + (i % 4))
  t.ok(model.eachOnAverage < 1.1, `${model.eachOnAverage}`)
})

t.test('A single outlier does not stop batching for long', async (t) => {
  const model = learnt((n) => 8 + 0.1 * n, MIXED)
  model.observe(1, 5000)
  for (const size of [...MIXED, ...MIXED]) model.observe(size, 8 + 0.1 * size)
  t.ok(model.worthwhile > 64, `${model.worthwhile}`)
})

/** The mean of the sizes that are chosen while costs are measured as noisily as beside other programs, with up to 64 waiting. */
const meanSize = (cost: (requests: number) => number): number => {
  const [seeds, handOvers] = [8, 10_000]
  let sum = 0
  for (let seed = 1; seed <= seeds; seed += 1) {
    const random = randomNumbers(seed)
    const model = new CostModel()
    for (let i = 0; i < handOvers; i += 1) {
      const waiting = 32 + Math.floor(32 * random())
      const size = Math.min(waiting, model.worthwhile + (i % 32 === 0 ? 1 : 0))
      // Evenly between 0.65 and 1.35 times the cost: a standard deviation of a fifth.
      model.observe(size, cost(size) * (0.65 + 0.7 * random()))
      sum += size
    }
  }
  return sum / seeds / handOvers
}

t.test('Noise is hardly taken for a fixed cost, and does not hide one', async (t) => {
  const convolutional = meanSize((n) => 110 * n)
  t.ok(convolutional < 1.6, `${convolutional}`)
  const gpu = meanSize((n) => 8 + 0.2 * n)
  t.ok(gpu > 40, `${gpu}`)
  const tabular = meanSize((n) => 0.3 + 0.03 * n)
  t.ok(tabular > 40, `${tabular}`)
})
