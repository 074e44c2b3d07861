import t from 'tap'
import { CostModel } from '../../../src/server/scheduling/cost-model.ts'

const SIZES = [1, 2, 4, 8, 16, 32]

/** Has seen each size five times. */
const learnt = (cost: (requests: number) => number, sizes = SIZES): CostModel => {
  const model = new CostModel()
  for (let i = 0; i < 5; i += 1) for (const size of sizes) model.observe(size, cost(size), size * 100)
  return model
}

/** Serves a deep queue: takes what is best and observes what it cost. Returns the sizes of the batches. */
const serve = (model: CostModel, cost: (requests: number) => number, batches: number, most = 32): number[] =>
  Array.from({ length: batches }, () => {
    const size = model.best(most)
    model.observe(size, cost(size), size * 100)
    return size
  })

/** Repeats itself from 0 to 1. */
const noise = () => {
  let state = 1
  return () => {
    state = (state * 16_807) % 2_147_483_647
    return state / 2_147_483_647
  }
}

t.test('Nothing is known before the first observation', async (t) => {
  const model = new CostModel()
  t.equal(model.known, false)
  t.equal(model.each, 0)
  t.equal(model.expected(3, 100), 0)
  t.equal(model.best(32), 32, 'all that there are')
})

t.test('A model whose cost is all in the rows, as a ResNet on a CPU, is not worth batching', async (t) => {
  t.equal(learnt((n) => 30 * n).best(32), 1)
})

t.test('A small fixed cost beside a large one of each is worth a few', async (t) => {
  const best = learnt((n) => 2 + 20 * n).best(32)
  t.ok(best >= 4 && best <= 16, `${best}`)
})

t.test('A fixed cost as large as that of many requests is worth the largest batch', async (t) => {
  t.equal(learnt((n) => 8 + 0.1 * n).best(32), 32)
  t.equal(learnt(() => 5).best(32), 32)
})

t.test('A batch is as large as what waits allows, between sizes too', async (t) => {
  const model = learnt((n) => 8 + 0.1 * n)
  t.same(
    [1, 2, 3, 5, 6, 9, 31].map((most) => model.best(most)),
    [1, 2, 3, 5, 6, 9, 31],
  )
})

t.test('Where batches are padded, a batch stops below a size that it would hardly fill', async (t) => {
  // As on CUDA: twice the rows, twice the time.
  const padded = (n: number) => 2 ** Math.ceil(Math.log2(n))
  const model = learnt((n) => 3 + padded(n))
  model.padded = true
  t.equal(model.best(5), 4, 'four cost 7, five 11')
  t.equal(model.best(7), 7, 'seven cost 11')
  t.equal(model.best(9), 8)
  t.equal(model.of(5), 11)
  t.equal(model.of(8), 11)
})

t.test('Sizes are learnt from above, until a smaller one would be slower', async (t) => {
  const heavy = serve(new CostModel(), (n) => 30 * n, 50)
  t.equal(heavy.slice(0, 19).join(' '), '32 32 32 16 16 16 8 8 8 4 4 4 2 2 2 1 1 1 1')
  t.ok(heavy.slice(19).every((size) => size === 1))
  const light = serve(new CostModel(), () => 5, 50)
  t.equal(light.slice(0, 8).join(' '), '32 32 32 16 16 16 32 32')
})

t.test(
  'The sizes beside the best are tried now and then, and found if the machine has changed',
  async (t) => {
    const model = new CostModel()
    serve(model, (n) => 30 * n, 100)
    const changed = serve(model, (n) => 30 + n, 4000)
    t.ok(changed.slice(-100).filter((size) => size === 32).length > 90, `${changed.slice(-5)}`)
    const unchanged = serve(
      learnt((n) => 30 * n),
      (n) => 30 * n,
      4000,
    )
    const others = unchanged.filter((size) => size !== 1).length
    t.ok(others > 0 && others <= 16, `${others} of 4000 are spent on trying`)
  },
)

t.test('A slow first run stops nothing', async (t) => {
  let runs = 0
  const sizes = serve(
    new CostModel(),
    (n) => {
      runs += 1
      return runs === 1 || runs === 4 ? 300 : 8 + 0.1 * n
    },
    3000,
  )
  t.equal(sizes.at(-1), 32)
})

t.test('Noise is hardly taken for a gain, and does not hide one', async (t) => {
  const random = noise()
  const heavy = serve(new CostModel(), (n) => 30 * n * (0.8 + 0.4 * random()), 5000)
  const mean = heavy.reduce((sum, size) => sum + size, 0) / heavy.length
  t.ok(mean < 4, `${mean} requests a batch`)
  const light = serve(new CostModel(), (n) => (8 + 0.1 * n) * (0.8 + 0.4 * random()), 5000)
  t.ok(light.slice(-100).filter((size) => size === 32).length > 90)
})

t.test('What a batch costs is on a line between the sizes that were seen, and beyond them', async (t) => {
  const model = learnt((n) => 5 + n, [1, 2, 8])
  for (const [requests, milliseconds] of [
    [1, 6],
    [2, 7],
    [5, 10],
    [8, 13],
    [64, 69],
  ] as const)
    t.ok(Math.abs(model.of(requests) - milliseconds) < 1e-9, `${requests} take ${model.of(requests)} ms`)
  const fixed = learnt((n) => (n === 8 ? 19 : 20), [2, 8])
  t.equal(Math.round(fixed.of(1)), 20)
  t.equal(Math.round(fixed.of(30)), 20, 'chance makes no larger batch cheaper')
})

t.test('The mean cost of a request is that of the batches seen lately', async (t) => {
  const model = learnt((n) => 30 * n)
  t.ok(Math.abs(model.each - 30) < 1e-9)
  for (let i = 0; i < 500; i += 1) model.observe(2, 2, 200)
  t.ok(Math.abs(model.each - 1) < 0.1)
})

t.test('A batch is expected to take the most of what its size, its number and its bytes say', async (t) => {
  const model = learnt(() => 400, [1, 16, 16, 16])
  t.ok(Math.abs(model.of(1) - 400) < 1e-9, 'one takes what many together take')
  t.ok(Math.abs(model.expected(1, 100) - 400) < 1e-9)
  t.ok(model.expected(1, 1e6) > 10_000)
  t.ok(
    Math.abs(learnt((n) => n, [1]).of(8) - 8) < 1e-9,
    'a size that was not seen: as much as its requests one by one',
  )
})
