import { UpdateEndpointWeightsAndCapacitiesCommand } from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import type { InstanceSpec } from '../../../packages/sagemaker-rehearsal/src/endpoints/launcher.ts'
import { until } from '../../../packages/sagemaker-rehearsal/test/fixture.ts'
import { readAlarms, readScaling } from '../../../scripts/aws/live.ts'
import type { SmokeTest } from '../../../scripts/config/deployment.ts'
import type { Session } from '../../../scripts/deploy/session.ts'
import { OWNER_TAG } from '../../../scripts/plan/desired.ts'
import { AUTOSCALING } from '../a-deployment.ts'
import { CANARY, isOf, type Stage, stage } from '../with-rehearsal.ts'

t.test('an endpoint is created, verified and tested; deployed twice is deployed once', async (t) => {
  const { deploy, deployment, changes, rehearsal, fakes } = await stage(t)
  const one = deployment(['one'])
  const outcome = await deploy(one)
  t.match(outcome, { outcome: 'created', reasons: [] })
  t.equal(outcome.runs, outcome.configuration)
  t.equal(fakes.running.length, 2)
  t.strictSame(changes(), [
    's3:CreateBucket',
    's3:PutObject',
    'sagemaker:CreateModel',
    'sagemaker:CreateEndpointConfig',
    'sagemaker:CreateEndpoint',
    'sagemaker:AddTags',
  ])
  const from = rehearsal.calls().length
  t.match(await deploy(one), { outcome: 'unchanged' })
  t.strictSame(changes(from), [])
})

/** A session whose waits are filled with requests, 48 a minute, so that alarms have something to look at. */
const busy = ({ session, clients }: Stage): Session => {
  let last = 0
  return {
    ...session,
    clock: {
      ...session.clock,
      async sleep(ms, signal) {
        await session.clock.sleep(ms, signal)
        if (session.clock.now() - last < 10_000) return
        last = session.clock.now()
        const request = { EndpointName: 'digits', Body: 'x', ContentType: 'text/plain' }
        await Promise.all(
          Array.from({ length: 8 }, () =>
            clients.runtime.send(new InvokeEndpointCommand(request)).catch(() => undefined),
          ),
        )
      },
    },
  }
}

t.test('a canary that is good goes on; its alarms are there meanwhile, and gone after it', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  const from = here.rehearsal.calls().length
  const outcome = await here.deploy(here.deployment(['two'], { rollout: CANARY }), { session: busy(here) })
  t.match(outcome, { outcome: 'updated', reasons: [] })
  t.equal(outcome.runs, outcome.configuration)
  t.strictSame(here.changes(from), [
    's3:PutObject',
    'sagemaker:CreateModel',
    'sagemaker:CreateEndpointConfig',
    'cloudwatch:PutMetricAlarm',
    'sagemaker:AddTags',
    'sagemaker:UpdateEndpoint',
    'sagemaker:AddTags',
    'cloudwatch:DeleteAlarms',
  ])
  t.strictSame(await readAlarms(here.clients, 'digits'), [])
  t.match(here.session.output.steps.join('\n'), /Baking|ActivatingTraffic|Creating/)
})

t.test('a canary that answers errors is rolled back, and the outcome says why', async (t) => {
  const here = await stage(t, {
    behaviour: { answer: (spec) => ({ status: isOf('bad')(spec) ? 500 : 200, body: 'x' }) },
  })
  const first = await here.deploy(here.deployment(['good']))
  const outcome = await here.deploy(here.deployment(['bad'], { rollout: CANARY }), { session: busy(here) })
  t.match(outcome, {
    outcome: 'rolled-back',
    runs: first.configuration,
    cause: { cause: /alarm went off/ },
  })
  t.match(outcome.reasons.join('\n'), /the endpoint runs digits-\w+, not digits-/)
  t.match(outcome.reasons.join('\n'), /alarm digits-\w+-primary-5xx-rate-1/)
  t.strictSame(await readAlarms(here.clients, 'digits'), [], 'no alarm is left')
})

t.test('an update that AWS takes back without a word is found out', async (t) => {
  const here = await stage(t)
  const first = await here.deploy(here.deployment(['one']))
  here.rehearsal.fault({ kind: 'silent-rollback' })
  const two = here.deployment(['two'])
  t.match(await here.deploy(two), { outcome: 'rolled-back', runs: first.configuration })
  t.match(await here.deploy(two), { outcome: 'updated' }, 'the next run tries again')
})

t.test(
  'a container that never answers /ping is a failure with the cause and the last lines of its log',
  async (t) => {
    const here = await stage(t, { behaviour: { ping: (spec) => (isOf('broken')(spec) ? 503 : 200) } })
    const broken = here.deployment(['broken'])
    const outcome = await here.deploy(broken)
    t.match(outcome, { outcome: 'failed', cause: { cause: /did not answer GET \/ping/ } })
    t.match(outcome.log, [/^primary\/i-\w+ │ started digits-/])
    await t.rejects(here.deploy(broken), { message: /has failed/, fix: /--recreate/ })
    t.match(await here.deploy(here.deployment(['fine']), { recreate: true }), { outcome: 'created' })
    t.equal(here.fakes.running.length, 2)
  },
)

t.test('what every container complains of is printed once', async (t) => {
  const fatal = (time: string) => `{"level":"fatal","time":"${time}","msg":"no .onnx file"}`
  const here = await stage(t, {
    behaviour: { ping: () => 503, says: ['{"level":"info","msg":"up"}', fatal('1'), fatal('2')] },
  })
  const outcome = await here.deploy(here.deployment(['broken']))
  t.match(outcome, { outcome: 'failed', cause: { cause: 'the server cannot start: no .onnx file' } })
  const lines = (text: RegExp) => here.session.output.steps.filter((step) => text.test(step)).length
  t.equal(lines(/fatal: no \.onnx file/), 1)
  t.equal(lines(/info: up/), 2, 'what is no complaint is each instance’s own')
  t.equal(outcome.log.filter((line) => line.includes('no .onnx')).length, 1)
})

const smoke = (here: Stage, expect: SmokeTest['expect']): { smoke: SmokeTest[] } => ({
  smoke: [{ file: `${here.model('test')}/version.txt`, contentType: 'text/plain', status: 200, expect }],
})

const labelled = {
  behaviour: {
    answer: (spec: InstanceSpec) => ({ body: JSON.stringify({ label: isOf('bad')(spec) ? 'dog' : 'cat' }) }),
  },
}

t.test('a new endpoint that does not pass its tests is a failure, and is left for a look', async (t) => {
  const here = await stage(t, labelled)
  const bad = here.deployment(['bad'], smoke(here, [{ path: '$.label', equals: 'cat' }]))
  const outcome = await here.deploy(bad)
  t.match(outcome, { outcome: 'failed', reasons: [/version\.txt to primary: \$\.label is "dog", not "cat"/] })
  t.equal(outcome.runs, outcome.configuration)
  t.match(await here.deploy(bad), { outcome: 'failed' }, 'the next run does not call it done')
})

t.test('an update that does not pass its tests goes back to what ran before', async (t) => {
  const here = await stage(t, labelled)
  const tests = smoke(here, [{ path: '$.label', equals: 'cat' }])
  const first = await here.deploy(here.deployment(['good'], tests))
  t.match(first, { outcome: 'created', smoke: [{ variant: 'primary', problems: [] }] })
  const outcome = await here.deploy(here.deployment(['bad'], tests))
  t.match(outcome, { outcome: 'rolled-back', runs: first.configuration, reasons: [/"dog", not "cat"/] })
  t.match(await here.deploy(here.deployment(['good'], tests)), { outcome: 'unchanged' })
})

t.test('tests go to every variant', async (t) => {
  const here = await stage(t, labelled)
  const tests = smoke(here, [{ path: '$.label', equals: 'cat' }])
  const outcome = await here.deploy(here.deployment(['good', 'bad'], tests))
  t.match(outcome, { outcome: 'failed', reasons: [/to challenger/] })
  t.strictSame(
    outcome.smoke.map(({ variant, problems }) => [variant, problems.length]),
    [
      ['primary', 0],
      ['challenger', 1],
    ],
  )
})

t.test('Ctrl-C ends the watching; the same command takes the deployment up', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  const two = here.deployment(['two'], { rollout: CANARY })
  const interrupt = new AbortController()
  const stopped = here.deploy(two, {
    session: {
      ...here.session,
      signal: interrupt.signal,
      clock: {
        ...here.session.clock,
        async sleep(ms, signal) {
          if (here.rehearsal.store.endpoints.get('digits')?.status === 'Updating') interrupt.abort()
          await here.session.clock.sleep(ms, signal)
        },
      },
    },
  })
  await t.rejects(stopped, { exitCode: 130, message: /AWS continues/, fix: /same command/ })
  const from = here.rehearsal.calls().length
  const outcome = await here.deploy(two)
  t.match(outcome, { outcome: 'updated' })
  t.equal(outcome.runs, outcome.configuration)
  t.notOk(here.changes(from).includes('sagemaker:UpdateEndpoint'), 'nothing is begun twice')
  t.strictSame(await readAlarms(here.clients, 'digits'), [])
})

t.test('a deployment that was taken up and is then rolled back is no success either', async (t) => {
  const here = await stage(t)
  const first = await here.deploy(here.deployment(['one']))
  const two = here.deployment(['two'])
  const desired = await here.desired(two)
  here.rehearsal.fault({ kind: 'silent-rollback' })
  const interrupt = new AbortController()
  here.rehearsal.onCall((_, action) => {
    if (action === 'UpdateEndpoint') interrupt.abort()
  })
  await t.rejects(here.deploy(two, { session: { ...here.session, signal: interrupt.signal } }), {
    message: /AWS continues/,
    exitCode: 130,
  })
  t.match(await here.deploy(two), {
    outcome: 'rolled-back',
    runs: first.configuration,
    configuration: desired.config.EndpointConfigName as string,
  })
})

t.test(
  'another instance type takes autoscaling off and puts it back, also when the update fails',
  async (t) => {
    const here = await stage(t)
    const one = here.deployment(['one'], { autoscaling: AUTOSCALING })
    t.match(await here.deploy(one), { outcome: 'created' })
    const larger = {
      ...one,
      variants: one.variants.map((variant) => ({
        ...variant,
        compute: { kind: 'instances' as const, type: 'ml.c6i.xlarge', count: 2 },
      })),
    }
    const registered = async () =>
      (await readScaling(here.clients, 'digits', [{ VariantName: 'primary' }])).targets.map(
        ({ ResourceId }) => ResourceId,
      )
    here.rehearsal.fault({ kind: 'silent-rollback' })
    t.match(await here.deploy(larger), { outcome: 'rolled-back' })
    t.strictSame(await registered(), ['endpoint/digits/variant/primary'])
    t.match(await here.deploy(larger), { outcome: 'updated' })
    t.strictSame(await registered(), ['endpoint/digits/variant/primary'])
    t.match(await here.deploy(larger), { outcome: 'unchanged' })
  },
)

t.test('what AWS does not know yet is asked for again', async (t) => {
  const here = await stage(t)
  here.rehearsal.fault({ kind: 'consistency', ms: 5_000 })
  t.match(await here.deploy(here.deployment(['one'])), { outcome: 'created' })
})

t.test('what AWS refuses is an error that names the step, the words of AWS and the fix', async (t) => {
  const here = await stage(t)
  here.rehearsal.fault({ kind: 'quota', instanceType: 'ml.c6i.large', limit: 0 })
  await t.rejects(here.deploy(here.deployment(['one'])), {
    message: /^create endpoint digits: ResourceLimitExceeded: .*ml\.c6i\.large/,
    fix: /Service Quotas/,
  })
})

t.test('an answer that is lost on the way does not make the SDK’s second try a failure', async (t) => {
  const here = await stage(t)
  here.rehearsal.fault({ kind: 'drop', action: 'sagemaker:CreateEndpoint', nth: 1, when: 'after' })
  t.match(await here.deploy(here.deployment(['one'])), { outcome: 'created' })
  here.rehearsal.fault({ kind: 'drop', action: 'sagemaker:UpdateEndpoint', nth: 1, when: 'after' })
  t.match(await here.deploy(here.deployment(['two'])), { outcome: 'updated' })
})

/** What someone else does at the same time. */
const shift = (here: Stage) =>
  here.clients.sagemaker.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: 'digits',
      DesiredWeightsAndCapacities: [{ VariantName: 'primary', DesiredInstanceCount: 3 }],
    }),
  )

t.test('a change of someone else’s is waited for, and then planned on', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  await shift(here)
  const outcome = await here.deploy(here.deployment(['two']))
  t.match(outcome, { outcome: 'updated' })
  t.equal(here.fakes.running.length, 3, 'and what it changed is kept')
})

t.test(
  'a change of someone else’s between the look and the update is waited for, and planned on',
  async (t) => {
    const here = await stage(t)
    await here.deploy(here.deployment(['one']))
    let isFirst = true
    here.rehearsal.onCall(async (_, action) => {
      if (action !== 'UpdateEndpoint' || !isFirst) return
      isFirst = false
      await shift(here)
    })
    const from = here.rehearsal.calls().length
    const outcome = await here.deploy(here.deployment(['two']))
    t.match(outcome, { outcome: 'updated' })
    t.equal(outcome.runs, outcome.configuration)
    t.equal(here.changes(from).filter((call) => call === 'sagemaker:UpdateEndpoint').length, 2)
    t.equal(here.fakes.running.length, 3, 'and what it changed is kept')
    t.match(here.session.output.steps.join('\n'), /already being changed \(Updating\)\. Planning again/)
  },
)

t.test('what others change is waited for as long as the rollout may take', async (t) => {
  const here = await stage(t, { behaviour: { ping: (spec) => (isOf('slow')(spec) ? 503 : 200) } })
  const slow = here.deployment(['slow'])
  const other = here.deploy(slow)
  await until(() => here.rehearsal.store.endpoints.has('digits'))
  const rollout = { ...slow.rollout, timeoutSeconds: 30 }
  await t.rejects(here.deploy(here.deployment(['two'], { rollout })), {
    message: /digits is still Creating after .*: no longer waiting/,
    fix: /rollout\.timeout/,
  })
  await other
})

t.test('two deployments at a time: the second waits for the first, and each is told what runs', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  const two = here.deploy(here.deployment(['two'], { rollout: CANARY }), { session: busy(here) })
  await until(() => here.rehearsal.store.endpoints.get('digits')?.status === 'Updating')
  const three = here.deploy(here.deployment(['three']))
  const outcomes = await Promise.all([two, three])
  t.match(outcomes[1], { outcome: 'updated', runs: outcomes[1].configuration })
  const [first] = outcomes
  if (first.outcome !== 'updated') t.match(first.reasons, [/another deployment has replaced this one/])
  t.strictSame(await readAlarms(here.clients, 'digits'), [])
  t.equal(here.rehearsal.store.endpoints.get('digits')?.blue.configName, outcomes[1].configuration)
})

t.test('an endpoint of that name which someone else has made is left alone', async (t) => {
  const here = await stage(t)
  const one = here.deployment(['one'])
  await here.deploy(one)
  here.rehearsal.store.tags.get(here.rehearsal.store.endpoints.get('digits')?.arn ?? '')?.delete(OWNER_TAG)
  await t.rejects(here.deploy(one), { message: /not made by this tool/, fix: /another name/ })
})
