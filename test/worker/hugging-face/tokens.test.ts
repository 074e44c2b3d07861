import t from 'tap'
import type { Allowance } from '../../../src/worker/allowance.ts'
import { readTokens, WHOLE_AT_ONCE } from '../../../src/worker/hugging-face/tokens.ts'

const request = (): Allowance => ({ signal: new AbortController().signal }) as Allowance

t.test('once a request has too many tokens, no more of its texts are begun', async (t) => {
  let begun = 0
  const read = async () => {
    begun += 1
    return { tokens: 200_000 }
  }
  await t.rejects(readTokens(Array(64).fill(0), read, request(), WHOLE_AT_ONCE), {
    message: /more than 1048576 tokens/,
  })
  t.equal(begun, WHOLE_AT_ONCE)
})

t.test('lines of a request count together, and requests do not', async (t) => {
  const read = async () => ({ tokens: 600_000 })
  const one = request()
  await readTokens([0], read, one)
  await readTokens([0], read, request())
  await t.rejects(readTokens([0], read, one), { message: /more than 1048576 tokens/ })
})

t.test('texts that are filled up to a fixed length count with what fills them', async (t) => {
  const ids = { type: 'int64' as const, dims: [1, 512], data: new BigInt64Array(512) }
  const read = async () => ({ inputs: new Map([['input_ids', ids]]), rows: 1, tokens: 3 })
  await t.rejects(readTokens(Array(2049).fill(0), read, request()), { message: /more than 1048576 tokens/ })
})
