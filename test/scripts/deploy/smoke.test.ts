import t from 'tap'
import { judge } from '../../../scripts/deploy/smoke.ts'

const answer = (body: unknown, more: { status?: number; ms?: number } = {}) => ({
  status: 200,
  ms: 10,
  ...more,
  body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
})

t.test('an answer that is as expected has no problems', async (t) => {
  const expect = [
    { path: '$.label', equals: 'seven' },
    { path: '$.scores' },
    { path: '$.box', equals: [1, 2] },
  ]
  t.strictSame(
    judge({ status: 200, expect, maxMs: 20 }, answer({ label: 'seven', scores: [1], box: [1, 2] })),
    [],
  )
  t.strictSame(judge({ status: 400, expect: [] }, answer('no', { status: 400 })), [])
})

t.test('what is not as expected is said in a sentence', async (t) => {
  const expect = [{ path: '$.label', equals: 'seven' }, { path: '$.scores' }]
  t.strictSame(judge({ status: 200, expect, maxMs: 5 }, answer({ label: 'one' })), [
    '$.label is "one", not "seven"',
    'there is no $.scores in {"label":"one"}',
    'the answer took 10 ms, more than 5 ms',
  ])
  t.strictSame(judge({ status: 200, expect }, answer('oh\u001b[31m no', { status: 500 })), [
    'the status is 500, not 200: oh[31m no',
  ])
  t.strictSame(judge({ status: 200, expect }, answer('seven')), ['the answer is not JSON: seven'])
})
