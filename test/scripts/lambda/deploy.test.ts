/** The life of a function, by the commands as they are typed. */

import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { EXIT } from '../../../scripts/cli/command.ts'
import { registerDelete } from '../../../scripts/commands/delete.ts'
import { registerDeploy } from '../../../scripts/commands/deploy.ts'
import { registerExport } from '../../../scripts/commands/export.ts'
import { registerGc } from '../../../scripts/commands/gc.ts'
import { registerInvoke } from '../../../scripts/commands/invoke.ts'
import { registerLogs } from '../../../scripts/commands/logs.ts'
import { registerPlan } from '../../../scripts/commands/plan.ts'
import { registerPromote } from '../../../scripts/commands/promote.ts'
import { registerRollback } from '../../../scripts/commands/rollback.ts'
import { registerScale } from '../../../scripts/commands/scale.ts'
import { registerStatus } from '../../../scripts/commands/status.ts'
import { registerTraffic } from '../../../scripts/commands/traffic.ts'
import { CANARY, type FunctionStage, functionStage, OPEN } from './a-function.ts'

const functionOf = ({ rehearsal }: FunctionStage) => rehearsal.store.functions.get('digits')

const aliasOf = (here: FunctionStage) => functionOf(here)?.aliases.get('live')

const deploy = (here: FunctionStage, kind: string, more: object = {}, signal?: AbortSignal) =>
  here.command(registerDeploy, ['deploy', '--file', here.config(kind, more)], signal)

const smokeOf = (here: FunctionStage) => {
  const file = join(dirname(here.config('good')), 'body.json')
  writeFileSync(file, '[1]')
  return [{ file, expect: [{ path: '$.kind', equals: 'good' }] }]
}

/** So many requests whenever the alarms are looked at, which is every five seconds of the rehearsal's clock. */
const AT_EACH_LOOK = 6

/** Callers who ask while a canary is watched; the statuses that they get. */
const callers = (here: FunctionStage, ask: () => Promise<Response>): number[] => {
  const statuses: number[] = []
  here.rehearsal.onCall(async (_, action) => {
    if (action !== 'DescribeAlarms') return
    const answers = await Promise.all(Array.from({ length: AT_EACH_LOOK }, ask))
    statuses.push(...answers.map(({ status }) => status))
  })
  return statuses
}

t.test('plan, deploy, invoke, status, logs, and nothing left of it', async (t) => {
  const here = await functionStage(t)
  const more = { lambda: OPEN, smoke: smokeOf(here), tags: { team: 'ml' } }
  const file = here.config('good', more)
  const planned = await here.command(registerPlan, ['plan', '--file', file])
  t.match(planned.text, /\+ function digits\n.*\+ version next.*\+ alias live\n.*\+ url of live/s)
  t.match(planned.text, /cost: by use/)
  t.strictSame(here.changes(), [], 'a plan changes nothing')

  const deployed = await deploy(here, 'good', more)
  t.equal(deployed.error, undefined)
  t.match(deployed.value, { outcome: 'created', runs: '1', smoke: [{ problems: [] }] })
  t.match(deployed.text, /is in service.*VERSION.*1 +100 %.*url http.*smoke tests passed: 1/s)
  t.match(functionOf(here)?.latest.environment, {
    MODEL_S3_URI: /^s3:\/\/.*\/digits\/function\/[0-9a-f]{12}\/model.tar.gz$/,
  })
  t.strictSame(Object.fromEntries(here.rehearsal.store.tags.get(functionOf(here)?.arn ?? '') ?? []), {
    'onnx-serving:endpoint': 'digits',
    team: 'ml',
    'onnx-serving:history': '1',
    'onnx-serving:verified': '1',
  })

  const before = here.rehearsal.calls().length
  t.match((await deploy(here, 'good', more)).value, { outcome: 'unchanged' })
  t.strictSame(here.changes(before), [], 'deploying twice is deploying once')
  const looks = here.rehearsal
    .calls()
    .slice(before)
    .filter(({ action }) => action === 'GetPolicy')
  t.equal(looks.length, 2, 'what is live is read once before, and once for what is printed')
  t.match((await here.command(registerPlan, ['plan', '--file', file])).text, /nothing to do/)

  const body = join(dirname(file), 'body.json')
  const asked = await here.command(registerInvoke, ['invoke', body, '--file', file])
  t.match(JSON.parse(asked.bytes.toString()), { kind: 'good', version: '1', body: '[1]' })
  const status = await here.command(registerStatus, ['status', '--file', file])
  t.match(status.text, /digits {2}Active\nurl http.*for everybody.*\n.*VERSION.*\n1 +100 %/s)
  t.match(status.value, {
    verified: '1',
    versions: [{ version: '1', share: 1, traffic: { invocations: 1 } }],
  })
  const logs = await here.command(registerLogs, ['logs', '--file', file])
  t.match(logs.bytes.toString(), /1\/\w{8} version 1 is up\n/)

  const deleted = await here.command(registerDelete, ['delete', '--yes', '--file', file])
  t.match(deleted.value, { deleted: true })
  const { functions, tags, alarms, buckets } = here.rehearsal.store
  t.equal(functions.size + tags.size + alarms.size, 0)
  t.strictSame(
    [...buckets.values()].flatMap(({ objects }) => [...objects.keys()]),
    [],
  )
  t.match((await here.command(registerDelete, ['delete', '--yes', '--file', file])).text, /Nothing to delete/)
})

t.test('a version that fails its test never gets a request', async (t) => {
  const here = await functionStage(t)
  const more = { lambda: OPEN, smoke: smokeOf(here) }
  await deploy(here, 'good', more)
  const bad = await deploy(here, 'bad', more)
  t.match(bad.value, { outcome: 'rolled-back', runs: '1', reasons: [/\$\.kind is "bad", not "good"/] })
  t.match(bad.error, { exitCode: EXIT.rolledBack, message: /was rolled back/ })
  t.match(aliasOf(here), { version: '1' })
  t.equal(aliasOf(here)?.other, undefined)
  t.match((await deploy(here, 'failing', more)).value, {
    outcome: 'rolled-back',
    reasons: [/the function failed: Error: the model cannot be run/],
  })
  t.match((await deploy(here, 'good', more)).value, { outcome: 'unchanged' }, 'what the file says runs still')
})

t.test('the first version fails its test: there is nothing to go back to', async (t) => {
  const here = await functionStage(t)
  const bad = await deploy(here, 'bad', { smoke: smokeOf(here) })
  t.match(bad.value, { outcome: 'failed' })
  t.match(bad.error, { exitCode: EXIT.failed })
  t.equal(aliasOf(here), undefined)
  t.match((await deploy(here, 'good', { smoke: smokeOf(here) })).value, { outcome: 'created', runs: '2' })
})

t.test('a canary whose answers are errors is rolled back by its alarm', async (t) => {
  const here = await functionStage(t)
  await deploy(here, 'good', { lambda: OPEN })
  const { id } = functionOf(here)?.urls.get('live') ?? {}
  const url = `${here.rehearsal.url}/_function-url/${id}/invocations`
  const statuses = callers(here, () => fetch(url, { method: 'POST', body: '[1]' }))
  const bad = await deploy(here, 'broken', { lambda: OPEN, rollout: CANARY })
  t.match(bad.value, { outcome: 'rolled-back', runs: '1', reasons: [/alarm digits-2-5xx-rate-1: /] })
  t.match(bad.error, { exitCode: EXIT.rolledBack })
  t.ok(statuses.includes(500) && statuses.includes(200), 'both versions were asked')
  t.match(aliasOf(here), { version: '1' })
  t.equal(aliasOf(here)?.other, undefined)
  t.equal(here.rehearsal.store.alarms.size, 0, 'the alarm is gone')
})

t.test('a function that fails is rolled back by error-rate, without a URL', async (t) => {
  const here = await functionStage(t)
  await deploy(here, 'good')
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/lambda/aws4_request'
  const url = `${here.rehearsal.url}/2015-03-31/functions/digits/invocations?Qualifier=live`
  callers(here, () => fetch(url, { method: 'POST', body: '{}', headers: { authorization } }))
  const rollout = {
    ...CANARY,
    strategy: 'linear',
    step: '40%',
    rollbackOn: [{ metric: 'error-rate', above: '5%' }],
  }
  const bad = await deploy(here, 'failing', { rollout })
  t.match(bad.value, { outcome: 'rolled-back', reasons: [/alarm digits-2-error-rate-1/] })
})

t.test('a good canary gets all; a rollback goes back, and again further', async (t) => {
  const here = await functionStage(t)
  await deploy(here, 'good', { lambda: OPEN })
  const shares: number[] = []
  here.rehearsal.onCall((_, action) => {
    if (action === 'GetAlias') shares.push(aliasOf(here)?.other?.weight ?? 0)
  })
  const rollout = { ...CANARY, strategy: 'linear', step: '30%', bake: '10s', rollbackOn: [] }
  const better = await deploy(here, 'better', { lambda: OPEN, rollout })
  t.match(better.value, { outcome: 'updated', runs: '2' })
  t.strictSame([...new Set(shares)], [0, 0.3, 0.6, 0.9])
  t.match((await deploy(here, 'best', { lambda: OPEN })).value, { outcome: 'updated', runs: '3' })
  const file = here.config('best', { lambda: OPEN })
  const back = async (...more: string[]) =>
    (await here.command(registerRollback, ['rollback', '--file', file, ...more])).value
  t.match(await back('--dry-run'), { from: '3', to: '2' })
  t.match(await back(), { outcome: 'updated', from: '3', to: '2' })
  t.match(await back(), { outcome: 'updated', from: '2', to: '1' })
  t.match((await here.command(registerRollback, ['rollback', '--file', file])).error, {
    message: /no version is known that ran before 1/,
  })
  t.match(
    (await deploy(here, 'best', { lambda: OPEN })).value,
    { runs: '3', actions: [{}, {}, {}] },
    'it is there still',
  )
})

t.test('a rollback while a canary is watched ends it, and Ctrl-C leaves it for the next', async (t) => {
  const here = await functionStage(t)
  const more = { lambda: OPEN, rollout: { ...CANARY, bake: '30s', rollbackOn: [] } }
  await deploy(here, 'good', more)
  const file = here.config('better', more)
  let looks = 0
  here.rehearsal.onCall(async (_, action) => {
    if (action !== 'GetFunction' || aliasOf(here)?.other === undefined) return
    looks += 1
    if (looks === 3) await here.command(registerRollback, ['rollback', '--file', file])
  })
  const overruled = await deploy(here, 'better', more)
  t.match(overruled.error, { exitCode: EXIT.failed, message: /someone else has changed the alias/ })
  t.match(aliasOf(here), { version: '1' })
  t.equal(aliasOf(here)?.other, undefined)
  const ended = new AbortController()
  here.rehearsal.onCall((_, action) => {
    if (action === 'GetFunction' && aliasOf(here)?.other !== undefined) ended.abort()
  })
  const stopped = await deploy(here, 'better', more, ended.signal)
  t.match(stopped.error, { exitCode: EXIT.interrupted, message: /requests go where they go now/ })
  t.match(aliasOf(here), { version: '1', other: { version: '2', weight: 0.5 } })
  here.rehearsal.onCall(() => {})
  t.match((await deploy(here, 'better', more)).value, { outcome: 'updated', runs: '2' })
})

t.test('traffic by hand, and promote', async (t) => {
  const here = await functionStage(t)
  await deploy(here, 'good')
  await deploy(here, 'better')
  const file = here.config('better')
  const traffic = (...words: string[]) => here.command(registerTraffic, ['traffic', ...words, '--file', file])
  t.match((await traffic()).text, /2 +100 % +100 %/)
  t.match((await traffic('1=30', '2=10')).value, { before: { 2: 1 }, after: { 1: 0.75, 2: 0.25 } })
  t.match(aliasOf(here), { version: '1', other: { version: '2', weight: 0.25 } })
  t.match((await traffic('7=1')).error, { message: 'there is no version 7', fix: 'name one of 2, 1' })
  t.match((await traffic('1=1', '2=1', '3=1')).error, { message: /one version or two/ })
  const promoted = await here.command(registerPromote, ['promote', '2', '--file', file])
  t.match(promoted.value, { from: '1', to: '2', changed: true })
  t.match(aliasOf(here), { version: '2' })
  t.equal(aliasOf(here)?.other, undefined)
  t.match((await here.command(registerScale, ['scale', '2', '--file', file])).error, {
    message: /has target: lambda, and this command is for SageMaker/,
  })
})

t.test(
  'provisioned concurrency is warm before callers come, and the old version’s is given up',
  async (t) => {
    const here = await functionStage(t)
    const lambda = { ...OPEN, provisionedConcurrency: 2 }
    await deploy(here, 'good', { lambda })
    t.strictSame(
      [...(functionOf(here)?.provisioned ?? [])].map(([of, { status }]) => [of, status]),
      [['1', 'READY']],
    )
    const warm: boolean[] = []
    here.rehearsal.onCall((_, action) => {
      if (action === 'UpdateAlias') warm.push(functionOf(here)?.provisioned.get('2')?.status === 'READY')
    })
    await deploy(here, 'better', { lambda })
    t.strictSame(warm, [true])
    t.strictSame([...(functionOf(here)?.provisioned.keys() ?? [])], ['2'])
    await deploy(here, 'better', { lambda: OPEN })
    t.equal(functionOf(here)?.provisioned.size, 0)
    t.equal(functionOf(here)?.versions.length, 2, 'no version for that')
  },
)

t.test('a rollback moves callers first, and only warns where the version cannot be warmed up', async (t) => {
  const here = await functionStage(t)
  const lambda = { provisionedConcurrency: 2, reservedConcurrency: 5 }
  await deploy(here, 'good', { lambda })
  t.match((await deploy(here, 'better', { lambda })).value, { outcome: 'updated', runs: '2' })
  const file = here.config('better', { lambda })
  const before = here.rehearsal.calls().length
  t.match((await here.command(registerRollback, ['rollback', '--file', file])).value, { to: '1' })
  t.strictSame(
    here.changes(before).filter((call) => !call.endsWith('TagResource')),
    [
      'lambda:UpdateAlias',
      'lambda:DeleteProvisionedConcurrencyConfig',
      'lambda:PutProvisionedConcurrencyConfig',
    ],
  )
  t.strictSame([...(functionOf(here)?.provisioned.keys() ?? [])], ['1'])
  here.rehearsal.fault({
    kind: 'error',
    action: 'lambda:PutProvisionedConcurrencyConfig',
    code: 'InvalidParameterValueException',
    status: 400,
  })
  const back = await here.command(registerRollback, ['rollback', '--to', '2', '--file', file])
  t.equal(back.error, undefined)
  t.match(back.output.warnings, [/^version 2 serves, but is not kept warm: InvalidParameterValue/])
  t.equal(aliasOf(here)?.version, '2')
})

t.test('what the file does not want any more goes: the URL, who may call it, the reservation', async (t) => {
  const here = await functionStage(t)
  await deploy(here, 'good', { lambda: OPEN })
  t.match(
    [functionOf(here)?.urls.size, functionOf(here)?.policies.size, functionOf(here)?.reserved],
    [1, 1, 100],
  )
  await deploy(here, 'good', { lambda: { url: { auth: 'iam' } } })
  t.match(functionOf(here)?.urls.get('live'), { auth: 'AWS_IAM' })
  t.equal(functionOf(here)?.policies.size, 0)
  await deploy(here, 'good')
  t.strictSame([functionOf(here)?.urls.size, functionOf(here)?.reserved], [0, undefined])
})

t.test('tags stay as the file says them, also where they say next', async (t) => {
  const here = await functionStage(t)
  await deploy(here, 'good')
  const tags = { site: 'nextjs-shop', when: 'next' }
  t.match((await deploy(here, 'good', { tags })).value, { outcome: 'updated' })
  t.match(Object.fromEntries(here.rehearsal.store.tags.get(functionOf(here)?.arn ?? '') ?? []), {
    ...tags,
    'onnx-serving:history': '1',
  })
  t.match((await deploy(here, 'good', { tags })).value, { outcome: 'unchanged' })
  t.match((await deploy(here, 'better', { tags })).value, { outcome: 'updated', runs: '2' })
  t.match(Object.fromEntries(here.rehearsal.store.tags.get(functionOf(here)?.arn ?? '') ?? []), tags)
})

t.test('old versions and archives are collected, those in use are not', async (t) => {
  const here = await functionStage(t)
  for (const kind of ['a1', 'a2', 'a3', 'a4']) await deploy(here, kind)
  const file = here.config('a4')
  const gc = async () => (await here.command(registerGc, ['gc', '--keep', '2', '--file', file])).value
  t.match(await gc(), { kept: ['4', '3'], young: ['2', '1'], versions: [] })
  await here.session.clock.sleep(3 * 3_600_000, here.session.signal)
  t.match(await gc(), { kept: ['4', '3'], versions: ['2', '1'] })
  t.strictSame(
    functionOf(here)?.versions.map(({ version }) => version),
    ['3', '4'],
  )
})

t.test('what would be refused is told before anything is sent', async (t) => {
  const here = await functionStage(t)
  const alarm = { rollout: { strategy: 'canary', rollbackOn: [{ alarm: 'mine' }] } }
  const before = here.rehearsal.calls().length
  const planned = await here.command(registerPlan, ['plan', '--file', here.config('good', alarm)])
  t.match(planned.text, /would fail: alarms: there is no alarm mine/)
  t.match((await deploy(here, 'good', alarm)).error, { message: /nothing was sent:\n.*no alarm mine/ })
  t.strictSame(here.changes(before), [])
  const takeBack = here.rehearsal.fault({ kind: 'deny', action: 'lambda:CreateFunction' })
  const denied = await deploy(here, 'good')
  t.match(denied.output.warnings, [
    /permissions: lambda may not|permissions: you may not lambda:CreateFunction/,
  ])
  t.match(denied.error, { message: /AccessDenied.*lambda:CreateFunction/ })
  takeBack()
  t.match((await deploy(here, 'good')).value, { outcome: 'created' })
})

t.test('as a template of CloudFormation, and of nothing else', async (t) => {
  const here = await functionStage(t)
  const file = here.config('good', { lambda: { ...OPEN, provisionedConcurrency: 2 }, tags: { team: 'ml' } })
  const exported = await here.command(registerExport, ['export', 'cloudformation', '--file', file])
  t.match(exported.text, /^# Written by .*\nAWSTemplateFormatVersion: "?2010-09-09/s)
  const { Resources } = exported.value as { Resources: Record<string, { Type: string; Properties: object }> }
  t.strictSame(
    Object.values(Resources).map(({ Type }) => Type.replace('AWS::Lambda::', '')),
    ['Function', 'Version', 'Alias', 'Url', 'Permission', 'Permission'],
  )
  t.match(Resources.Function?.Properties, {
    FunctionName: 'digits',
    PackageType: 'Image',
    ReservedConcurrentExecutions: 100,
    Tags: [{ Key: 'team', Value: 'ml' }],
  })
  const terraform = await here.command(registerExport, ['export', 'terraform', '--file', file])
  t.match(terraform.error, { exitCode: EXIT.usage, message: /not as terraform/ })
})

t.test('a function of the same name that is not ours is left alone', async (t) => {
  const here = await functionStage(t)
  await deploy(here, 'good')
  here.rehearsal.store.tags.get(functionOf(here)?.arn ?? '')?.delete('onnx-serving:endpoint')
  const before = here.rehearsal.calls().length
  for (const [register, name] of [
    [registerDeploy, 'deploy'],
    [registerDelete, 'delete'],
    [registerRollback, 'rollback'],
  ] as const) {
    const { error } = await here.command(register, [name, '--file', here.config('other')])
    t.match(error, { message: /was not made by this tool/ }, name)
  }
  t.strictSame(here.changes(before), [])
})
