import t from 'tap'
import { planSummary, stagingSummary } from '../../pipeline/summary.ts'

const IMAGE = `sha256:${'ab'.repeat(32)}`

const SMOKE = { endpoint: 'digits-staging', requests: 100, errors: 0, p50Ms: 9.96, p99Ms: 28.4 }

const STATUS = {
  variants: [
    { image: IMAGE, model: '672135526813' },
    { image: IMAGE, model: '0123456789ab' },
  ],
}

t.test('the approver hears how staging does, and what would be approved', async (t) => {
  t.equal(
    stagingSummary(SMOKE, STATUS, { modelVersion: 'IYV3p45B', tag: '0123abcd' }),
    `digits-staging: 100 requests, 0 errors, p50 10.0 ms, p99 28 ms. Model version IYV3p45B. Model 672135526813, 0123456789ab. Commit 0123abcd. Image ${IMAGE}.`,
  )
  const { p50Ms: _, p99Ms: __, ...broken } = SMOKE
  t.match(
    stagingSummary({ ...broken, errors: 100 }, { variants: [] }, {}),
    'digits-staging: 100 requests, 100 errors, p50 unknown, p99 unknown.',
  )
})

t.test('and what it would change', async (t) => {
  const plan = { endpoint: 'digits-production', changes: true, problems: [], actions: [] }
  t.equal(planSummary({ ...plan, changes: false }), 'digits-production: nothing to do.')
  const action = (kind: string, what: string) => ({ kind, what, name: 'x' })
  t.equal(
    planSummary({
      ...plan,
      problems: ['quota: none is left'],
      actions: [
        action('keep', 'archive'),
        action('create', 'alarm'),
        action('create', 'alarm'),
        action('update', 'endpoint'),
      ],
    }),
    'digits-production: create alarm (2), update endpoint. Would fail: quota: none is left.',
  )
})

t.test("both fit into an approval's message, whatever went wrong", async (t) => {
  const long = planSummary({
    endpoint: 'x',
    changes: true,
    problems: ['y'.repeat(5_000)],
    actions: [],
  })
  const images = Array.from({ length: 20 }, (_, at) => ({ image: `${IMAGE}${at}`, model: String(at) }))
  const other = stagingSummary(SMOKE, { variants: images }, { modelVersion: 'v', tag: 't' })
  t.ok(`${other} ${long}`.length <= 1_000)
  t.match(long, /y…$/)
})
