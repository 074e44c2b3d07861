import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
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

t.test('deploy prints what runs; then that there is nothing to do', async (t) => {
  const here = await stage(t)
  const file = here.file('one')
  const first = await here.command(registerDeploy, ['deploy', '-f', file])
  t.equal(first.error, undefined)
  t.match(first.text, /^digits is in service\.\nconfiguration digits-/)
  t.match(first.text, /primary +1 +100 % +1 × ml\.m7i\.large +000000000000 +[0-9a-f]{12}\n/)
  t.notMatch(first.text, /console|billed/, 'the rehearsal has neither')
  t.match(first.value, { outcome: 'created', variants: [{ name: 'primary', share: 1 }] })
  const second = await here.command(registerDeploy, ['deploy', '-f', file])
  t.match(second.text, /^digits is already up to date\./)
  const planned = await here.command(registerPlan, ['plan', '-f', file])
  t.match(planned.text, /^digits: nothing to do\n/)
  t.match(planned.value, { changes: false })
})

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

t.test('what is knowable is refused before the first request: alarms, quota, the role', async (t) => {
  const here = await stage(t)
  await here.command(registerDeploy, ['deploy', '--file', here.file('one')])
  const from = here.rehearsal.calls().length
  const rollout = { rollbackOn: [{ alarm: 'typo' }] }
  const file = here.file('two', { rollout })
  const problem = /alarms: there is no alarm typo in us-east-1\n +→ correct alarm under rollout\.rollbackOn/
  t.match(
    (await here.command(registerPlan, ['plan', '--file', file])).text,
    /would fail: alarms: there is no/,
  )
  const refused = await here.command(registerDeploy, ['deploy', '--file', file])
  t.match(refused.error, { exitCode: 1, message: problem })
  const free = here.rehearsal.fault({ kind: 'quota', instanceType: 'ml.m7i.large', limit: 0 })
  const poor = await here.command(registerDeploy, ['deploy', '--file', here.file('two')])
  t.match(poor.error, { message: /quota: the account may have 0 × ml\.m7i\.large.*needs 1/ })
  free()
  here.rehearsal.fault({
    kind: 'error',
    action: 'iam:GetRole',
    status: 404,
    code: 'NoSuchEntity',
    times: 1,
  })
  const unknown = await here.command(registerDeploy, ['deploy', '--file', here.file('two')])
  t.match(unknown.error, { message: /execution role: there is no role sagemaker/ })
  t.strictSame(here.changes(from), [])
  const allow = here.rehearsal.fault({ kind: 'deny', action: 'sagemaker:CreateModel' })
  const lacking = await here.command(registerDeploy, ['deploy', '--file', here.file('two')])
  const denied = /permissions: not allowed: sagemaker:CreateModel\n +→ .*deployer\.json/
  t.match(lacking.error, { exitCode: 1, message: denied })
  t.strictSame(here.changes(from), [])
  allow()
  here.rehearsal.fault({ kind: 'deny', action: 'sagemaker:DeleteModel' })
  here.rehearsal.fault({ kind: 'deny', action: 's3:PutObject' })
  const unneeded = await here.command(registerDeploy, ['deploy', '--dry-run', '--file', here.file('two')])
  const warned = /permissions: not allowed: s3:PutObject, sagemaker:DeleteModel/
  t.match(
    unneeded.output.warnings,
    [warned],
    'what this plan does not call, or a bucket may allow, is a warning',
  )
  t.equal(unneeded.error, undefined)
})

t.test('an alarm of the user’s own that has gone off is said before the update', async (t) => {
  const here = await stage(t)
  await here.clients.cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'mine',
      Namespace: 'N',
      MetricName: 'M',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  )
  const file = here.file('one', { rollout: { rollbackOn: [{ alarm: 'mine' }] } })
  t.strictSame((await here.command(registerPlan, ['plan', '--file', file])).output.warnings, [])
  await here.clients.cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: 'mine', StateValue: 'ALARM', StateReason: 'x' }),
  )
  const { output } = await here.command(registerPlan, ['plan', '--file', file])
  t.match(output.warnings, [/alarms: mine is in ALARM now: SageMaker would roll the update back/])
})
