import t from 'tap'
import type { Outcome } from '../../../scripts/deploy/judge.ts'
import { formatOutcome, linksTo } from '../../../scripts/deploy/summary.ts'

const OUTCOME: Outcome = {
  outcome: 'created',
  endpoint: 'digits',
  configuration: 'digits-1',
  runs: 'digits-1',
  actions: [],
  smoke: [],
  reasons: [],
  log: [],
}

t.test('a new endpoint has a console, a log and a bill', async (t) => {
  const text = formatOutcome(OUTCOME, '', linksTo('digits', { partition: 'aws', region: 'eu-west-1' }))
  t.match(text, /^digits is in service\.\nconfiguration digits-1\n/)
  t.match(
    text,
    /\nconsole {2}https:\/\/console\.aws\.amazon\.com\/sagemaker\/home\?region=eu-west-1#\/endpoints\/digits\n/,
  )
  t.match(text, /\nlogs {5}https:.*\$252Faws\$252Fsagemaker\$252FEndpoints\$252Fdigits\n/)
  t.match(text, /billed by the second.*endpoint delete/)
})

t.test('what was not updated says what serves', async (t) => {
  t.match(
    formatOutcome({ ...OUTCOME, outcome: 'rolled-back' }, '', undefined),
    /^digits was rolled back; the previous version is still serving\.\n/,
  )
})
