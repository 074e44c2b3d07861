import fc from 'fast-check'
import t from 'tap'
import type { NamedTensors, Tensor } from '../../../src/tensor/tensor.ts'
import { tryFilling } from '../../../src/worker/engine/filling-trial.ts'
import type { Job } from '../../../src/worker/engine/plan.ts'
import { type JobResult, runJobs } from '../../../src/worker/engine/runs.ts'
import type { Session } from '../../../src/worker/engine/session.ts'

const row = (ids: readonly number[]): NamedTensors =>
  new Map([
    ['ids', { type: 'int64', dims: [1, ids.length], data: BigInt64Array.from(ids, BigInt) }],
    ['mask', { type: 'int64', dims: [1, ids.length], data: new BigInt64Array(ids.length).fill(1n) }],
  ])

const values = new Map([
  ['ids', 7],
  ['mask', 0],
])

const float = (dims: number[], data: number[]): Tensor => ({
  type: 'float32',
  dims,
  data: Float32Array.from(data),
})

type Texts = { ids: number[]; mask: number[] }[]

/** `mean`: of each row; `each`: for each token; `all`: [rows, tokens, tokens], as attentions are. */
const fakeSession = (
  mean: (texts: Texts) => number[],
  each = ({ ids, mask }: Texts[number]) => ids.map((id, at) => id * (mask[at] as number)),
): Session & { shapes: number[][] } => {
  const shapes: number[][] = []
  return {
    shapes,
    signature: { inputs: [], outputs: [], rows: 'dynamic' },
    run: async (inputs) => {
      const { dims, data } = inputs.get('ids') as Tensor
      const [rows = 0, length = 0] = dims
      shapes.push([rows, length])
      const numbers = (all: Tensor['data'], index: number) =>
        Array.from(all.slice(index * length, (index + 1) * length), Number)
      const texts = Array.from({ length: rows }, (_, index) => ({
        ids: numbers(data, index),
        mask: numbers((inputs.get('mask') as Tensor).data, index),
      }))
      if (texts.some(({ ids }) => ids.includes(13))) throw new Error('13')
      const tokens = texts.map(each)
      const means = mean(texts)
      return new Map([
        ['mean', float([means.length], means)],
        ['tokens', float([rows, length, 1], tokens.flat())],
        [
          'pairs',
          float(
            [rows, length, length],
            tokens.flatMap((own) => own.flatMap((a) => own.map((b) => a * b))),
          ),
        ],
      ])
    },
    release: async () => {},
  }
}

const sum = (all: readonly number[]) => all.reduce((total, value) => total + value, 0)

const underMask = (texts: Texts) =>
  texts.map(({ ids, mask }) => sum(ids.map((id, at) => id * (mask[at] as number))) / sum(mask))

const verdict = (session: Session, ids = [3, 1, 4, 1, 5]) => tryFilling(session, row(ids), values, 'cpu')

t.test('a model that goes by its mask may be filled up', async (t) => {
  const session = fakeSession(underMask)
  t.equal(await verdict(session), undefined)
  t.strictSame(session.shapes, [
    [1, 3],
    [2, 5],
  ])
})

t.test('one that does not may not, and the output is named', async (t) => {
  t.match(
    await verdict(fakeSession((texts) => texts.map(({ ids }) => sum(ids) / ids.length))),
    /other values of output "mean"/,
  )
  const last = fakeSession((texts) => texts.map(({ ids }) => ids.at(-1) as number))
  t.match(await verdict(last), /other values of output "mean"/, 'it reads the last token')
  const fromEnd = fakeSession(underMask, ({ ids }) => ids.map((id, at) => id * (ids.length - at)))
  t.match(await verdict(fromEnd), /other values of output "tokens"/, 'it counts from the end')
  t.match(await verdict(fakeSession((texts) => [...underMask(texts), 1])), /output "mean" the shape \[3\]/)
})

t.test('what cannot be tried may not', async (t) => {
  t.match(await verdict(fakeSession(underMask), [3]), /one token/)
  await t.rejects(verdict(fakeSession(underMask), [13, 1]), { message: '13' })
})

const runAll = async (session: Session, jobs: readonly Job[], mostTokens: number) => {
  const results: JobResult[] = []
  const note = (finished: readonly [number, JobResult][]) => {
    for (const [job, result] of finished) results[job] = result
  }
  const filling = { values, unequal: true, mostTokens, runTokens: 3 }
  const limits = { rows: 'dynamic' as const, maxRows: 8, filling }
  const { last } = await runJobs(session, jobs, limits, async (finished) => note(finished))
  note(last)
  return results
}

t.test(
  'texts of any lengths in any order get what each gets alone; one that fails does so alone',
  async () => {
    const anyText = fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyText, { maxLength: 12 }),
        fc.integer({ min: 1, max: 60 }),
        async (all, most) => {
          const jobs = all.map((ids): Job => ({ inputs: row(ids), rows: 1 }))
          const session = fakeSession(underMask)
          const results = await runAll(session, jobs, most)
          for (const [index, ids] of all.entries()) {
            const result = results[index]
            if (result?.ok === ids.includes(13)) return false
            if (!result?.ok) continue
            const [mean, tokens] = [result.outputs.get('mean'), result.outputs.get('tokens')]
            const expected = underMask([{ ids, mask: ids.map(() => 1) }])[0] as number
            if (Math.abs((mean?.data[0] as number) - expected) > 1e-5) return false
            if (ids.some((id, at) => tokens?.data[at] !== id)) return false
          }
          return results.length === all.length
        },
      ),
    )
  },
)
