import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { CreateBucketCommand, CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateModelCommand } from '@aws-sdk/client-sagemaker'
import t from 'tap'
import type { Upload } from '../../../packages/sagemaker-rehearsal/src/store.ts'
import { registerDelete } from '../../../scripts/commands/delete.ts'
import { registerGc } from '../../../scripts/commands/gc.ts'
import { AUTOSCALING } from '../a-deployment.ts'
import { stage } from '../with-rehearsal.ts'

const BUCKET = 'sagemaker-us-east-1-123456789012'

t.test('delete removes all that was made for the endpoint, and nothing else', async (t) => {
  const here = await stage(t)
  const { clients, rehearsal } = here
  // What looks like ours and is not: another endpoint's, or nobody's.
  await here.deploy({ ...here.deployment(['one']), endpoint: 'digits-staging' })
  await here.deploy(here.deployment(['one'], { autoscaling: AUTOSCALING }))
  await here.deploy(here.deployment(['two'], { autoscaling: AUTOSCALING }))
  const ExecutionRoleArn = 'arn:aws:iam::123456789012:role/sagemaker'
  const Image = `123456789012.dkr.ecr.us-east-1.amazonaws.com/digits@sha256:${'0'.repeat(64)}`
  await clients.sagemaker.send(
    new CreateModelCommand({ ModelName: 'digits-by-hand', ExecutionRoleArn, PrimaryContainer: { Image } }),
  )
  await clients.cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'digits-of-the-user',
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocations',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  )
  for (const Key of ['digits/notes.txt', 'digits/0123456789ab/model.tar.gz.bak']) {
    await clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }))
  }
  await clients.s3.send(
    new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'digits/0123456789ab/model.tar.gz' }),
  )
  const { value, error } = await here.command(registerDelete, ['delete', '--yes', '--endpoint', 'digits'])
  t.equal(error, undefined)
  t.match(value, { deleted: true })
  t.strictSame(
    (value as { found: string[] }).found.map((line) =>
      line.replaceAll(/(?<=digits[-/])[0-9a-f]{10,12}/g, '…'),
    ),
    [
      'endpoint digits (InService)',
      'autoscaling endpoint/digits/variant/primary',
      'log group /aws/sagemaker/Endpoints/digits',
      `archive s3://${BUCKET}/digits/…/model.tar.gz`,
      `archive s3://${BUCKET}/digits/…/model.tar.gz`,
      'configuration digits-…',
      'configuration digits-…',
      'model digits-…',
      'model digits-…',
    ],
  )
  const { store } = rehearsal
  t.strictSame([...store.endpoints.keys()], ['digits-staging'])
  t.match([...store.models.keys()].sort(), ['digits-by-hand', /^digits-staging-/])
  t.match([...store.endpointConfigs.keys()], [/^digits-staging-/])
  const bucket = store.buckets.get(BUCKET)
  t.match([...(bucket?.objects.keys() ?? [])].sort(), [
    /^digits-staging\//,
    'digits/0123456789ab/model.tar.gz.bak',
    'digits/notes.txt',
  ])
  t.equal(bucket?.uploads.size, 0)
  t.equal(here.fakes.running.length, 2)
  const again = await here.command(registerDelete, ['delete', '--yes', '--endpoint', 'digits'])
  t.match(again.text, 'Nothing to delete for digits.')
})

t.test('delete asks first, and --dry-run only lists', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  const from = here.rehearsal.calls().length
  const asked = await here.command(registerDelete, ['delete', '--endpoint', 'digits'])
  t.match(asked.error, { message: /no terminal to ask on/, fix: /--yes/, exitCode: 2 })
  t.match(
    (await here.command(registerDelete, ['delete', '--dry-run', '--endpoint', 'digits'])).text,
    /would remove:\n {2}endpoint/,
  )
  t.strictSame(here.changes(from), [])
})

t.test('an archive that a killed run has left alone is found', async (t) => {
  const here = await stage(t)
  await here.clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
  await here.clients.s3.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: 'digits/0123456789ab/model.tar.gz', Body: 'x' }),
  )
  await here.command(registerDelete, ['delete', '--yes', '--endpoint', 'digits'])
  t.equal(here.rehearsal.store.buckets.get(BUCKET)?.objects.size, 0)
})

t.test('an endpoint that was made by someone else is left alone', async (t) => {
  const here = await stage(t)
  await here.deploy(here.deployment(['one']))
  here.rehearsal.store.tags
    .get(here.rehearsal.store.endpoints.get('digits')?.arn ?? '')
    ?.delete('onnx-serving:endpoint')
  const from = here.rehearsal.calls().length
  const { error } = await here.command(registerDelete, ['delete', '--yes', '--endpoint', 'digits'])
  t.match(error, { message: /not made by this tool/ })
  t.strictSame(here.changes(from), [])
})

t.test('gc keeps as many versions as it is told, and what is in use', async (t) => {
  const here = await stage(t)
  for (const version of ['one', 'two', 'three', 'four']) await here.deploy(here.deployment([version]))
  const { store } = here.rehearsal
  const live = store.endpoints.get('digits')?.blue.configName
  const soon = await here.command(registerGc, ['gc', '--keep', '2', '--endpoint', 'digits'])
  t.match(soon.value, { kept: [/./, /./], young: [/./, /./], configs: [], models: [], archives: [] })
  t.match(soon.text, /^Nothing to delete\.\nkept: .*\nkept for now, because a deployment may be using them: /)
  await here.session.clock.sleep(3 * 3_600_000, here.session.signal)
  const dry = await here.command(registerGc, ['gc', '--keep', '2', '--dry-run', '--endpoint', 'digits'])
  t.match(dry.text, /^gc would delete:/)
  t.equal(store.endpointConfigs.size, 4)
  const { value } = await here.command(registerGc, ['gc', '--keep', '2', '--endpoint', 'digits'])
  t.match(value, { kept: [live?.slice('digits-'.length), /./], deleted: true })
  t.equal(store.endpointConfigs.size, 2)
  t.equal(store.models.size, 2)
  t.equal(store.buckets.get(BUCKET)?.objects.size, 2)
  t.match(
    (await here.command(registerGc, ['gc', '--keep', '2', '--endpoint', 'digits'])).text,
    /^Nothing to delete\./,
  )
  t.match((await here.command(registerGc, ['gc', '--keep', '0', '--endpoint', 'digits'])).error, {
    exitCode: 2,
  })
})

t.test(
  'gc leaves alone what a deployment has made that is under way, and ends uploads that are old',
  async (t) => {
    const here = await stage(t)
    for (const version of ['one', 'two']) await here.deploy(here.deployment([version]))
    const { store } = here.rehearsal
    const begin = (Key: string) =>
      here.clients.s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }))
    await begin('digits/0123456789ab/model.tar.gz')
    // S3 lists a thousand at a time, by key; these are first, and not ours.
    const uploads = store.buckets.get(BUCKET)?.uploads
    const [old] = uploads?.values() ?? []
    for (let at = 0; at < 1_000; at++)
      uploads?.set(`theirs-${at}`, { ...(old as Upload), key: 'digits/0/theirs', id: `theirs-${at}` })
    await here.session.clock.sleep(3 * 3_600_000, here.session.signal)
    await begin('digits/ba9876543210/model.tar.gz')
    let isFirst = true
    here.rehearsal.onCall(async (_, action) => {
      if (action !== 'UpdateEndpoint' || !isFirst) return
      isFirst = false
      await here.command(registerGc, ['gc', '--keep', '1', '--endpoint', 'digits'])
    })
    const outcome = await here.deploy(here.deployment(['three']))
    t.match(outcome, { outcome: 'updated', reasons: [] })
    t.notOk(isFirst)
    t.equal(store.endpointConfigs.size, 2, 'the first version is gone, and the new one is not')
    const left = [...(uploads?.values() ?? [])].map(({ key }) => key)
    t.equal(left.filter((key) => key === 'digits/0/theirs').length, 1_000)
    t.strictSame(
      left.filter((key) => key !== 'digits/0/theirs'),
      ['digits/ba9876543210/model.tar.gz'],
    )
  },
)
