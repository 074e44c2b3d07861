import t from 'tap'
import { registerDeploy } from '../../../scripts/commands/deploy.ts'
import { registerPlan } from '../../../scripts/commands/plan.ts'
import { isOf, stage } from '../with-rehearsal.ts'

t.test('plan and deploy --dry-run show what deploy would send, and send nothing', async (t) => {
  const here = await stage(t)
  const file = here.file('one')
  const planned = await here.command(registerPlan, ['plan', '--file', file])
  t.match(planned.text, /^digits:\n {2}\+ bucket sagemaker-us-east-1-123456789012\n {2}\+ archive s3:\/\//)
  t.match(planned.value, { endpoint: 'digits', changes: true, actions: [{ what: 'bucket', kind: 'create' }] })
  const dry = await here.command(registerDeploy, ['deploy', '--dry-run', '-f', file])
  t.equal(dry.text, planned.text)
  t.strictSame(here.changes(), [])
})

t.test(
  'deploy prints what runs, where its log is, and that it costs; then that there is nothing to do',
  async (t) => {
    const here = await stage(t)
    const file = here.file('one')
    const first = await here.command(registerDeploy, ['deploy', '-f', file])
    t.equal(first.error, undefined)
    t.match(first.text, /^digits is in service, as asked\nconfiguration digits-/)
    t.match(first.text, /primary +1 +100 % +1 × ml\.m7i\.large +000000000000 +[0-9a-f]{12}\n/)
    t.match(
      first.text,
      /logs +https:\/\/console\.aws\.amazon\.com\/.*\$252Faws\$252Fsagemaker\$252FEndpoints\$252Fdigits\n/,
    )
    t.match(first.text, /billed by the second/)
    t.match(first.value, {
      outcome: 'created',
      variants: [{ name: 'primary', share: 1 }],
      links: { logs: /^https/ },
    })
    const second = await here.command(registerDeploy, ['deploy', '-f', file])
    t.match(second.text, /^digits is as asked already: nothing to do/)
    const planned = await here.command(registerPlan, ['plan', '-f', file])
    t.match(planned.text, /^digits: nothing to do\n/)
    t.match(planned.value, { changes: false })
  },
)

t.test('what does not come to be is printed and is an error with its own exit code', async (t) => {
  const here = await stage(t, { behaviour: { ping: (spec) => (isOf('bad')(spec) ? 503 : 200) } })
  await here.command(registerDeploy, ['deploy', '-f', here.file('good')])
  const bad = await here.command(registerDeploy, ['deploy', '-f', here.file('bad')])
  t.match(bad.value, { outcome: 'rolled-back', log: [/started digits-/] })
  t.match(bad.error, {
    exitCode: 3,
    message: /rolled back\n.*ping health check[\s\S]*the last lines of the container:\n.*started/,
  })
})

t.test('the file guards against the credentials of another account', async (t) => {
  const here = await stage(t)
  const file = here.file('one', { account: '999999999999', role: 'arn:aws:iam::999999999999:role/sagemaker' })
  const { error } = await here.command(registerDeploy, ['deploy', '-f', file])
  t.match(error, { message: /account/, exitCode: /[12]/ })
  t.strictSame(here.changes(), [])
})

t.test('a smoke test whose file is not there is refused before AWS is asked anything', async (t) => {
  const here = await stage(t)
  const contentType = 'text/plain'
  const smoke = ['nope.txt', 'one/version.txt', 'one'].map((file) => ({ file, contentType }))
  const file = here.file('one', { smoke })
  for (const [register, argv] of [
    [registerDeploy, ['deploy']],
    [registerPlan, ['plan']],
  ] as const) {
    const { error } = await here.command(register, [...argv, '--file', file])
    t.match(error, {
      exitCode: 2,
      message: /nope\.txt cannot be read: ENOENT.*\n.*\/one cannot be read: EISDIR/,
    })
  }
  t.strictSame(here.rehearsal.calls(), [])
})
