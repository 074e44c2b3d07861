import t from 'tap'
import { figuresOf, measure } from '../../../scripts/deploy/figures.ts'

const TEST = {
  file: 'a.png',
  contentType: 'image/png',
  status: 200,
  expect: [],
  body: new Uint8Array(),
}

const took = (ms: number, problems: string[] = []) => ({ file: 'a.png', variant: 'primary', ms, problems })

t.test('the times are those of good answers, and every problem is told once', async (t) => {
  const results = [
    ...Array.from({ length: 100 }, (_, at) => took(at + 1)),
    took(900, ['the status is 500']),
    took(900, ['the status is 500']),
  ]
  t.strictSame(figuresOf(results, [TEST]), {
    requests: 102,
    errors: 2,
    p50Ms: 50,
    p99Ms: 99,
    maxMs: 100,
    problems: ['a.png (primary): the status is 500'],
  })
  t.strictSame(figuresOf([took(5, ['no'])], [TEST]), {
    requests: 1,
    errors: 1,
    problems: ['a.png (primary): no'],
  })
})

t.test('of maxMs the best answer counts', async (t) => {
  t.strictSame(figuresOf([took(90), took(20)], [{ ...TEST, maxMs: 30 }]).problems, [])
  t.strictSame(figuresOf([took(90), took(40.4)], [{ ...TEST, maxMs: 30 }]).problems, [
    'a.png: no answer took less than 40 ms, and maxMs is 30',
  ])
})

t.test('each test is sent as often as asked, and none a second time because it was slow', async (t) => {
  const sent: (number | undefined)[] = []
  const { requests } = await measure([{ ...TEST, maxMs: 1 }], 3, async ([test]) => {
    sent.push(test?.maxMs)
    return [took(5)]
  })
  t.equal(requests, 3)
  t.strictSame(sent, [undefined, undefined, undefined])
})
