import fc from 'fast-check'
import t from 'tap'
import type { RowMode } from '../../../src/model/signature.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { type Job, planRuns } from '../../../src/worker/engine/plan.ts'
import { type JobResult, runJobs } from '../../../src/worker/engine/runs.ts'
import type { Session } from '../../../src/worker/engine/session.ts'

const rowsOf = (values: readonly number[], width = 1): Tensor => ({
  type: 'float32',
  dims: [values.length, width],
  data: Float32Array.from(values.flatMap((value) => Array<number>(width).fill(value))),
})

const jobOf = (values: readonly number[], width = 1): Job => ({
  inputs: new Map([['x', rowsOf(values, width)]]),
  rows: values.length,
})

/** Doubles every value; fails if any is negative; records the rows of every run. */
const fakeSession = (answer: (x: Tensor) => Tensor = doubled): Session & { runs: number[][] } => {
  const runs: number[][] = []
  return {
    runs,
    signature: { inputs: [], outputs: [], rows: 'dynamic' },
    run: async (inputs) => {
      const x = inputs.get('x')
      if (x === undefined) throw new Error('no x')
      const values = [...(x.data as Float32Array)]
      runs.push(values)
      if (values.some((value) => value < 0)) throw new Error('negative')
      return new Map([['y', answer(x)]])
    },
    release: async () => {},
  }
}

const doubled = (x: Tensor): Tensor => ({ ...x, data: (x.data as Float32Array).map((value) => value * 2) })

const valuesOf = (result: JobResult | undefined): number[] | string =>
  result?.ok ? [...((result.outputs.get('y')?.data ?? []) as Float32Array)] : 'failed'

/** The result of each job, whenever it was finished; undefined for one that was not run. */
const runAll = async (session: Session, jobs: readonly Job[], rows: RowMode, maxRows: number) => {
  const results: (JobResult | undefined)[] = jobs.map(() => undefined)
  const note = (finished: readonly [number, JobResult][]) => {
    for (const [job, result] of finished) {
      if (results[job] !== undefined) throw new Error(`job ${job} was finished twice`)
      results[job] = result
    }
  }
  const { last, timings } = await runJobs(session, jobs, { rows, maxRows }, async (finished) =>
    note(finished),
  )
  note(last)
  return { results, timings }
}

t.test('jobs share runs of at most so many rows, and get their own rows back', async (t) => {
  const session = fakeSession()
  const { results, timings } = await runAll(session, [jobOf([1, 2]), jobOf([3]), jobOf([4, 5])], 'dynamic', 4)
  t.strictSame(session.runs, [
    [1, 2, 3],
    [4, 5],
  ])
  t.strictSame(results.map(valuesOf), [[2, 4], [6], [8, 10]])
  t.strictSame(
    timings.map(({ rows }) => rows),
    [3, 2],
  )
})

t.test('a job larger than a run is cut, and put together again', async (t) => {
  const session = fakeSession()
  const { results } = await runAll(session, [jobOf([1, 2, 3, 4, 5])], 'dynamic', 2)
  t.strictSame(session.runs, [[1, 2], [3, 4], [5]])
  t.match(results[0], { ok: true, byRow: true })
  t.strictSame(valuesOf(results[0]), [2, 4, 6, 8, 10])
})

t.test('a model of one row is run once for each', async (t) => {
  const session = fakeSession()
  const { results } = await runAll(session, [jobOf([1, 2]), jobOf([3])], 'single', 1)
  t.strictSame(session.runs, [[1], [2], [3]])
  t.strictSame(results.map(valuesOf), [[2, 4], [6]])
})

t.test('a job without rows is answered without rows', async (t) => {
  const { results } = await runAll(fakeSession(), [jobOf([]), jobOf([1])], 'dynamic', 4)
  t.strictSame(results.map(valuesOf), [[], [2]])
})

t.test('requests of different shapes do not share a run', async (t) => {
  const session = fakeSession()
  const { results } = await runAll(session, [jobOf([1], 2), jobOf([2], 3), jobOf([3], 2)], 'dynamic', 8)
  t.equal(session.runs.length, 2)
  t.strictSame(results.map(valuesOf), [
    [2, 2],
    [4, 4, 4],
    [6, 6],
  ])
})

t.test('a failing job is found by halving, and fails alone', async (t) => {
  const session = fakeSession()
  const values = [1, 2, 3, -4, 5, 6, 7, 8]
  const jobs = values.map((value) => jobOf([value]))
  const { results } = await runAll(session, jobs, 'dynamic', 8)
  t.strictSame(results.map(valuesOf), [[2], [4], [6], 'failed', [10], [12], [14], [16]])
  t.equal(session.runs.length, 7, 'two for each halving, not one for each job')
})

t.test('where the model has no rows, each job is a run of its own', async (t) => {
  const session = fakeSession()
  const { results } = await runAll(session, [jobOf([1, 2]), jobOf([3])], 'none', 8)
  t.strictSame(session.runs, [[1, 2], [3]])
  t.match(results, [
    { ok: true, byRow: false },
    { ok: true, byRow: false },
  ])
})

t.test('a model that answers with other rows than it was given is run for each job alone', async (t) => {
  const twice = (x: Tensor): Tensor => rowsOf([...(x.data as Float32Array), ...(x.data as Float32Array)])
  const { results } = await runAll(fakeSession(twice), [jobOf([1]), jobOf([2, 3])], 'dynamic', 8)
  t.match(results, [
    { ok: true, byRow: false },
    { ok: true, byRow: false },
  ])
  t.strictSame(results.map(valuesOf), [
    [1, 1],
    [2, 3, 2, 3],
  ])
  const cut = await runAll(fakeSession(twice), [jobOf([1, 2, 3])], 'dynamic', 2)
  t.match(cut.results, [{ ok: false }], 'what was cut cannot be put together')
})

t.test('no plan has a run with too many rows, and every row is in one run once', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 20 }), fc.integer({ min: 1, max: 8 }), (sizes, maxRows) => {
      const jobs = sizes.map((size) => jobOf(Array<number>(size).fill(1)))
      const plan = planRuns(jobs, { rows: 'dynamic', maxRows })
      const seen = sizes.map(() => 0)
      for (const run of plan) {
        const rows = run.reduce((sum, { start, end }) => sum + end - start, 0)
        if (rows > maxRows) return false
        for (const { job, start, end } of run) {
          if (start !== seen[job]) return false
          seen[job] = end
        }
      }
      return seen.every((end, job) => end === sizes[job])
    }),
  )
  t.end()
})

t.test('together or alone, each job gets the same', async (t) => {
  const job = fc.record({
    values: fc.array(fc.integer({ min: -1, max: 50 }), { maxLength: 6 }),
    width: fc.integer({ min: 1, max: 2 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(job, { maxLength: 12 }),
      fc.integer({ min: 1, max: 8 }),
      async (specs, maxRows) => {
        const jobs = specs.map(({ values, width }) => jobOf(values, width))
        const together = await runAll(fakeSession(), jobs, 'dynamic', maxRows)
        for (const [index, single] of jobs.entries()) {
          const alone = await runAll(fakeSession(), [single], 'dynamic', maxRows)
          t.strictSame(valuesOf(together.results[index]), valuesOf(alone.results[0]))
        }
      },
    ),
    { numRuns: 60 },
  )
})

t.test('a cut job that has failed is not run to its end, and others beside it are', async (t) => {
  const session = fakeSession()
  const values = Array.from({ length: 100 }, (_, index) => (index === 3 ? -1 : 1))
  const { results } = await runAll(session, [jobOf(values), jobOf([5])], 'dynamic', 2)
  t.strictSame(results.map(valuesOf), ['failed', [10]])
  t.ok(session.runs.length <= 5, `${session.runs.length} runs`)
})

t.test('rows of text that take several runs are put together', async (t) => {
  const session: Session = {
    ...fakeSession(),
    run: async (inputs) => {
      const data = Array.from((inputs.get('x') as Tensor).data as Float32Array, String)
      return new Map([['y', { type: 'string', dims: [data.length, 1], data }]])
    },
  }
  const { results } = await runAll(session, [jobOf([1, 2, 3])], 'dynamic', 2)
  t.match(results, [{ ok: true, outputs: new Map([['y', { dims: [3, 1], data: ['1', '2', '3'] }]]) }])
})

t.test('runs whose rows differ in shape cannot be put together', async (t) => {
  const widening = (x: Tensor): Tensor =>
    rowsOf([...(x.data as Float32Array)], (x.data[0] as number) > 2 ? 2 : 1)
  const { results } = await runAll(fakeSession(widening), [jobOf([1, 2, 3])], 'dynamic', 2)
  t.match(results, [{ ok: false }])
})

t.test('thousands of rows are planned and put together without a copy for each run', async (t) => {
  const session = fakeSession()
  session.run = async (inputs) => new Map([['y', inputs.get('x') as Tensor]])
  const { results, timings } = await runAll(session, [jobOf(Array(30_000).fill(1))], 'single', 1)
  t.equal(valuesOf(results[0]).length, 30_000)
  t.equal(timings.length, 1000, 'what most of the runs took is not sent')
})

t.test('jobs that a run has finished are told before the next run begins', async (t) => {
  const session = fakeSession()
  const told: [number, number[] | string][][] = []
  const runsBefore: number[] = []
  const jobs = [jobOf([1, 2]), jobOf([-1]), jobOf([3, 4, 5]), jobOf([6])]
  const { last } = await runJobs(session, jobs, { rows: 'dynamic', maxRows: 2 }, async (finished) => {
    told.push(finished.map(([job, result]) => [job, valuesOf(result)]))
    runsBefore.push(session.runs.length)
  })
  t.strictSame(session.runs, [[1, 2], [-1], [3, 4], [5, 6]])
  t.strictSame(told, [[[0, [2, 4]]], [[1, 'failed']]])
  t.strictSame(runsBefore, [1, 2])
  t.strictSame(
    last.map(([job, result]) => [job, valuesOf(result)]),
    [
      [2, [6, 8, 10]],
      [3, [12]],
    ],
  )
})

t.test('a job that nobody wants any more is not run, or not to its end', async (t) => {
  const session = fakeSession()
  const unwanted = { ...jobOf([1]), isWanted: () => false }
  const given = { ...jobOf([2, 3, 4, 5]), isWanted: () => session.runs.length < 1 }
  const { results } = await runAll(session, [unwanted, given, jobOf([6])], 'single', 1)
  t.strictSame(session.runs, [[2], [6]])
  t.strictSame(results.map(valuesOf), ['failed', 'failed', [12]])
  t.strictSame(results.slice(0, 2), [undefined, undefined])
})

t.test('what comes in while a run is made is heard of before the next', async (t) => {
  const session = fakeSession()
  let wanted = true
  session.run = async (inputs) => {
    session.runs.push([...((inputs.get('x') as Tensor).data as Float32Array)])
    setImmediate(() => {
      wanted = false
    })
    return inputs
  }
  const second = { ...jobOf([2]), isWanted: () => wanted }
  await runAll(session, [jobOf([1]), second], 'single', 1)
  t.strictSame(session.runs, [[1]])
})
