/** Misbehaviour, through the API of this process and through the control port. */

import { readFileSync } from 'node:fs'
import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateModelCommand,
  DescribeModelCommand,
  ListModelsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { ListServiceQuotasCommand } from '@aws-sdk/client-service-quotas'
import t from 'tap'
import { FAULT } from '../src/faults.ts'
import { IMAGE, ROLE, rehearse } from './fixture.ts'

const create = (ModelName: string) =>
  new CreateModelCommand({ ModelName, ExecutionRoleArn: ROLE, PrimaryContainer: { Image: IMAGE } })

/** Without the SDK's own attempts to make up for it. */
const onceOnly = () => new SageMakerClient({ maxAttempts: 1 })

const exists = async (client: SageMakerClient, ModelName: string): Promise<boolean> =>
  client.send(new DescribeModelCommand({ ModelName })).then(
    () => true,
    () => false,
  )

t.test('the nth call fails, before its effect or after it', async (t) => {
  const { rehearsal } = await rehearse(t)
  const client = onceOnly()
  rehearsal.fault({ kind: 'error', action: 'sagemaker:CreateModel', nth: 2 })
  await client.send(create('one'))
  await t.rejects(client.send(create('two')), { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })
  t.notOk(await exists(client, 'two'))
  await client.send(create('two'))

  rehearsal.fault({ kind: 'error', action: 'sagemaker:CreateModel', nth: 1, when: 'after', status: 503 })
  await t.rejects(client.send(create('three')), {
    name: 'InternalFailure',
    $metadata: { httpStatusCode: 503 },
  })
  t.ok(await exists(client, 'three'), 'it was made all the same')
})

t.test('a connection is dropped, before or after', async (t) => {
  const { rehearsal } = await rehearse(t)
  const client = onceOnly()
  rehearsal.fault({ kind: 'drop', action: '*', nth: 1 })
  await t.rejects(client.send(create('one')), { code: 'ECONNRESET' })
  t.notOk(await exists(client, 'one'))
  rehearsal.fault({ kind: 'drop', action: 'sagemaker:Create*', nth: 1, when: 'after' })
  await t.rejects(client.send(create('one')), { code: 'ECONNRESET' })
  t.ok(await exists(client, 'one'))
  t.equal(rehearsal.calls().find(({ action }) => action === 'CreateModel')?.status, 0)
})

t.test('throttling goes by, and the SDK makes up for it', async (t) => {
  const { rehearsal, clients } = await rehearse(t)
  rehearsal.fault({ kind: 'throttle', action: 'sagemaker:*', times: 2 })
  await clients.sagemaker.send(create('one'))
  t.strictSame(
    rehearsal.calls().map(({ action, errorCode = 'fine' }) => `${action} ${errorCode}`),
    ['CreateModel ThrottlingException', 'CreateModel ThrottlingException', 'CreateModel fine'],
  )
})

t.test('part of the calls is throttled', async (t) => {
  const { rehearsal } = await rehearse(t)
  const client = onceOnly()
  rehearsal.fault({ kind: 'throttle', percent: 50 })
  let refused = 0
  for (let call = 0; call < 60; call++)
    await client.send(new ListModelsCommand({})).catch(() => {
      refused += 1
    })
  t.ok(refused > 0 && refused < 60)
})

t.test('what was made is not found for a while, but cannot be made twice', async (t) => {
  const { rehearsal, clients, clock } = await rehearse(t)
  rehearsal.fault({ kind: 'consistency', ms: 5000 })
  await clients.sagemaker.send(create('one'))
  t.notOk(await exists(clients.sagemaker, 'one'))
  t.strictSame((await clients.sagemaker.send(new ListModelsCommand({}))).Models, [])
  await t.rejects(clients.sagemaker.send(create('one')), { message: /already existing/ })
  await clock.advance(5000)
  t.ok(await exists(clients.sagemaker, 'one'))
})

t.test('a quota and a denied action are seen by those who ask for them, too', async (t) => {
  const { rehearsal, clients } = await rehearse(t)
  rehearsal.fault({ kind: 'quota', instanceType: 'ml.g5.xlarge', limit: 0 })
  const take = rehearsal.fault({ kind: 'deny', action: 'sagemaker:CreateModel' })
  const values: Record<string, number | undefined> = {}
  let NextToken: string | undefined
  do {
    const page = await clients.quotas.send(
      new ListServiceQuotasCommand({ ServiceCode: 'sagemaker', ...(NextToken && { NextToken }) }),
    )
    for (const { QuotaName = '', Value } of page.Quotas ?? []) values[QuotaName] = Value
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  t.equal(values['ml.g5.xlarge for endpoint usage'], 0)
  t.equal(values['ml.c6i.large for endpoint usage'], 20)
  const simulate = async () => {
    const { EvaluationResults = [] } = await clients.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: 'arn:aws:iam::123456789012:user/me',
        ActionNames: ['sagemaker:CreateModel', 'sagemaker:DescribeModel'],
      }),
    )
    return EvaluationResults.map(({ EvalDecision }) => EvalDecision)
  }
  t.strictSame(await simulate(), ['implicitDeny', 'allowed'])
  await t.rejects(clients.sagemaker.send(create('one')), { name: 'AccessDeniedException' })
  take()
  t.strictSame(await simulate(), ['allowed', 'allowed'])
  await clients.sagemaker.send(create('one'))
})

t.test('a call can be seen, and held up, before it is carried out', async (t) => {
  const { rehearsal, clients } = await rehearse(t)
  const seen: string[] = []
  rehearsal.onCall(async (service, action) => {
    seen.push(`${service}:${action}`)
  })
  await clients.sagemaker.send(create('one'))
  t.strictSame(seen, ['sagemaker:CreateModel'])
})

t.test('the control port sets, lists and removes faults, and tells the calls', async (t) => {
  const { rehearsal } = await rehearse(t)
  const client = onceOnly()
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${rehearsal.url}/_rehearsal/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as never }
  }
  const { body } = await control('POST', 'faults', {
    kind: 'throttle',
    action: 'sagemaker:CreateModel',
    times: 1,
  })
  t.match(body, { id: 1 })
  await t.rejects(client.send(create('one')), { name: 'ThrottlingException' })
  t.match((await control('GET', 'faults')).body, [{ id: 1, kind: 'throttle', callsStruck: 1 }])
  t.equal((await control('DELETE', 'faults/1')).status, 200)
  t.equal((await control('DELETE', 'faults/1')).status, 404)
  await client.send(create('one'))
  t.match((await control('GET', 'calls?service=sagemaker&action=CreateModel')).body, [
    { number: 1, status: 400, errorCode: 'ThrottlingException', input: { ModelName: 'one' } },
    { number: 2, status: 200 },
  ])
  const refused = await control('POST', 'faults', { kind: 'flood' })
  t.equal(refused.status, 400)
  t.match(refused.body, { message: /kind/ })
  t.equal((await control('GET', 'nothing')).status, 404)
})

t.test('docs/rehearsal.md has each kind of fault with its members, and no other', async (t) => {
  const page = readFileSync(new URL('../../../docs/rehearsal.md', import.meta.url), 'utf8')
  const [, table = ''] = page.split('| `kind` |')
  const rows = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| `([\w-]+)` \| ([^|]*)\|/gm)]
  // Of the calls concerned, which: one paragraph tells it for all.
  const common = ['kind', 'action', 'nth', 'times']
  const documented = rows.map(([, kind, members = '']) => [
    kind,
    [...members.matchAll(/`(\w+)`/g)]
      .map(([, name = '']) => name)
      .filter((name) => !['before', ...common].includes(name)),
  ])
  const real = FAULT.options.map(({ shape }) => [
    shape.kind.value,
    Object.keys(shape).filter((name) => !common.includes(name)),
  ])
  const sorted = (all: unknown[][]) => all.map(([kind, members]) => [kind, [...(members as string[])].sort()])
  t.strictSame(sorted(documented), sorted(real))
})
