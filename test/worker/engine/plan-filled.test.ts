import fc from 'fast-check'
import t from 'tap'
import { allocate } from '../../../src/tensor/data-type.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { type Job, planRuns, type Segment } from '../../../src/worker/engine/plan.ts'
import type { Filling } from '../../../src/worker/engine/plan-filled.ts'

const zeros = (dims: number[]): Tensor => ({
  type: 'int64',
  dims,
  data: allocate('int64', (dims[0] ?? 0) * (dims[1] ?? 0)),
})

/** A text of so many tokens, or several of them in one tensor. */
const text = (length: number, { rows = 1, siblings = 1 } = {}): Job => ({
  inputs: new Map([
    ['input_ids', zeros([rows, length])],
    ['attention_mask', zeros([rows, length])],
  ]),
  rows,
  siblings,
})

const values = new Map([
  ['input_ids', 0],
  ['attention_mask', 0],
])
const filling = (mostTokens: number, runTokens: number): Filling => ({
  values,
  unequal: true,
  mostTokens,
  runTokens,
})

const lengthOf = (job: Job | undefined): number => job?.inputs.get('input_ids')?.dims[1] ?? 0

const measure = (jobs: readonly Job[], run: readonly Segment[]) => {
  const rows = run.reduce((sum, { start, end }) => sum + end - start, 0)
  const longest = Math.max(...run.map(({ job }) => lengthOf(jobs[job])))
  return { rows, tokens: rows * longest }
}

const cost = (jobs: readonly Job[], plan: readonly Segment[][], runTokens: number): number =>
  plan.reduce((sum, run) => sum + runTokens + measure(jobs, run).tokens, 0)

const plan = (jobs: readonly Job[], maxRows = 32, { mostTokens = 512, runTokens = 10 } = {}) =>
  planRuns(jobs, { rows: 'dynamic', maxRows, filling: filling(mostTokens, runTokens) })

const lengths = (jobs: readonly Job[], runs: readonly Segment[][]) =>
  runs.map((run) => run.map(({ job }) => lengthOf(jobs[job])))

t.test('texts of similar length share a run, a much longer one has its own', (t) => {
  const jobs = [11, 200, 9, 10, 12, 190].map((length) => text(length))
  t.strictSame(
    lengths(jobs, plan(jobs)).map((run) => run.sort((a, b) => a - b)),
    [
      [190, 200],
      [9, 10, 11, 12],
    ],
  )
  t.end()
})

t.test('a short text joins a run where it costs less than a run of its own, and not otherwise', (t) => {
  const jobs = [text(20), text(11)]
  t.equal(plan(jobs).length, 1, '9 tokens in vain are less than a run')
  const others = [text(20), text(9)]
  t.equal(plan(others).length, 2, '11 are more')
  t.end()
})

t.test('a text longer than a run goes alone', (t) => {
  const jobs = [text(600), text(600), text(512), text(4)]
  t.strictSame(
    lengths(jobs, plan(jobs)).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
    [[4], [512], [600], [600]],
  )
  t.end()
})

t.test('a request of one text is run before the rest of a request of thousands', (t) => {
  const many = Array.from({ length: 3000 }, (_, index) => text(8 + (index % 400), { siblings: 3000 }))
  const jobs = [...many, text(200), text(300)]
  const runs = plan(jobs)
  const first = new Set(runs.slice(0, 2).flatMap((run) => run.map(({ job }) => job)))
  t.ok(first.has(3000) && first.has(3001))
  t.end()
})

t.test('what is larger than a run is cut as ever, and not filled up', (t) => {
  const jobs = [text(100, { rows: 9 }), text(90), text(100, { rows: 2 })]
  const runs = plan(jobs, 4)
  t.strictSame(
    runs.flat().filter(({ job }) => job === 0),
    [
      { job: 0, start: 0, end: 4 },
      { job: 0, start: 4, end: 8 },
      { job: 0, start: 8, end: 9 },
    ],
  )
  for (const run of runs) if (run.some(({ job }) => job === 0)) t.equal(run.length, 1)
  t.end()
})

const anyJobs = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 4 })), { maxLength: 40 })
  .map((all) => all.map(([length, rows]) => text(length, { rows, siblings: length })))

t.test('every row is in one run once, within the bounds; only what is alone may have more tokens', (t) => {
  const bounds = fc.record({
    maxRows: fc.integer({ min: 1, max: 12 }),
    mostTokens: fc.integer({ min: 1, max: 200 }),
    runTokens: fc.integer({ min: 0, max: 50 }),
  })
  fc.assert(
    fc.property(anyJobs, bounds, (jobs, { maxRows, mostTokens, runTokens }) => {
      const runs = plan(jobs, maxRows, { mostTokens, runTokens })
      const seen = jobs.map(() => 0)
      for (const run of runs) {
        const { rows, tokens } = measure(jobs, run)
        if (rows === 0 || rows > maxRows) return false
        const isUneven = new Set(run.map(({ job }) => lengthOf(jobs[job]))).size > 1
        if (isUneven && tokens > mostTokens) return false
        for (const { job, start, end } of run) {
          if (start !== seen[job]) return false
          seen[job] = end
        }
      }
      return seen.every((rows, job) => rows === jobs[job]?.rows)
    }),
  )
  t.end()
})

t.test(
  'no plan of neighbours costs less, and each alone or equal lengths only cost as much at least',
  (t) => {
    /** The least cost of all ways to cut the texts, sorted by length, into runs. */
    const cheapest = (
      sorted: readonly number[],
      most: number,
      runTokens: number,
      maxRows: number,
    ): number => {
      if (sorted.length === 0) return 0
      let least = Number.POSITIVE_INFINITY
      for (let size = 1; size <= Math.min(sorted.length, maxRows); size++) {
        const tokens = size * (sorted[size - 1] as number)
        if (size > 1 && tokens > most) break
        least = Math.min(least, runTokens + tokens + cheapest(sorted.slice(size), most, runTokens, maxRows))
      }
      return least
    }
    const anyLengths = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 10 })
    fc.assert(
      fc.property(anyLengths, fc.nat(30), fc.integer({ min: 1, max: 6 }), (all, runTokens, maxRows) => {
        const jobs = all.map((length) => text(length))
        const runs = plan(jobs, maxRows, { mostTokens: 100, runTokens })
        const least = cheapest(
          all.toSorted((a, b) => a - b),
          100,
          runTokens,
          maxRows,
        )
        return cost(jobs, runs, runTokens) === least
      }),
    )
    t.end()
  },
)

t.test('ten thousand texts are planned in little time', (t) => {
  const jobs = Array.from({ length: 10_000 }, (_, index) =>
    text(8 + ((index * 7919) % 505), { siblings: 10_000 }),
  )
  const before = process.cpuUsage()
  const runs = plan(jobs)
  const { user } = process.cpuUsage(before)
  t.equal(runs.flat().length, 10_000)
  t.ok(user < 1e6, `${user / 1000} ms`)
  t.comment(`${user / 1000} ms`)
  t.end()
})
