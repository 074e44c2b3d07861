import { readFileSync } from 'node:fs'
import t from 'tap'
import { StartupError } from '../../../src/errors.ts'
import type { Json } from '../../../src/model/layouts/hugging-face.ts'
import { readPooling } from '../../../src/worker/hugging-face/sentence/pooling.ts'
import { ROOT } from '../../fixtures/index.ts'

type Made = {
  width: number
  prompt: number
  lengths: number[]
  vectors: number[][]
  cases: { config: Json; rows: number[]; pooled: number[][] }[]
}

const { width, prompt, lengths, vectors, cases }: Made = JSON.parse(
  readFileSync(`${ROOT}test/fixtures/hugging-face/pooling.json`, 'utf8'),
)

const pool = (config: Json, row: number): Float32Array => {
  const pooling = readPooling(config)
  return pooling.pool({
    data: Float32Array.from(vectors[row] as number[]),
    first: pooling.includePrompt ? 0 : prompt,
    tokens: lengths[row] as number,
    width,
  })
}

/** Of the numbers of two vectors. */
const furthest = (a: ArrayLike<number>, b: readonly number[]): number =>
  a.length === b.length
    ? Math.max(...b.map((value, i) => Math.abs(value - (a[i] as number))))
    : Number.POSITIVE_INFINITY

t.test(
  'each mode pools as sentence-transformers does, what is filled up and a prompt left out',
  async (t) => {
    t.equal(cases.length, 16)
    for (const { config, rows, pooled } of cases)
      for (const [place, row] of rows.entries())
        t.ok(
          furthest(pool(config, row), pooled[place] as number[]) < 1e-6,
          `${JSON.stringify(config)} ${row}`,
        )
  },
)

t.test('flags of older versions are modes, in their own order; none of them is the mean', async (t) => {
  const flags = { pooling_mode_mean_tokens: true, pooling_mode_cls_token: true, word_embedding_dimension: 3 }
  t.strictSame(pool(flags, 0), pool({ pooling_mode: ['cls', 'mean'] }, 0))
  t.strictSame(pool({ pooling_mode_mean_tokens: false }, 0), pool({ pooling_mode: 'mean' }, 0))
})

t.test('a mode that sentence-transformers does not have stops the start', async (t) => {
  t.throws(
    () => readPooling({ pooling_mode: 'median' }),
    new StartupError(
      '1_Pooling/config.json: pooling_mode: expected cls, max, mean, mean_sqrt_len_tokens, weightedmean, lasttoken, found "median"',
    ),
  )
})
