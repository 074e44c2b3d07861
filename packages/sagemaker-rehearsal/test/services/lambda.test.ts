import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionUrlConfigCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListProvisionedConcurrencyConfigsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda'
import t, { type Test } from 'tap'
import { fakeLambda } from '../fake-lambda.ts'
import { IMAGE, type Rehearsed, ROLE, rehearse, until } from '../fixture.ts'

const NAME = { FunctionName: 'digits' }
const READY_MS = 10_000

/** It goes where `rehearse` has pointed the SDK. */
const clientFor = (t: Test): LambdaClient => {
  const client = new LambdaClient({})
  t.teardown(() => client.destroy())
  return client
}

const start = async (t: Test, fake = fakeLambda()) => {
  const here = await rehearse(t, { lambda: fake.launcher })
  const lambda = clientFor(t)
  const make = (more: object = {}) =>
    lambda.send(
      new CreateFunctionCommand({
        ...NAME,
        Role: ROLE,
        PackageType: 'Image',
        Code: { ImageUri: IMAGE },
        ...more,
      }),
    )
  /** Lets Lambda get ready. */
  const settle = () => here.clock.advance(READY_MS)
  const change = async (memory: number) => {
    await lambda.send(new UpdateFunctionConfigurationCommand({ ...NAME, MemorySize: memory }))
    await settle()
  }
  const publish = async () => {
    const { Version } = await lambda.send(new PublishVersionCommand(NAME))
    await settle()
    return Version as string
  }
  return { ...here, fake, lambda, make, settle, change, publish }
}

const invoked = async ({ lambda }: { lambda: LambdaClient }, more: object = {}) => {
  const answer = await lambda.send(
    new InvokeCommand({ ...NAME, Payload: Buffer.from('{"body":"x"}'), ...more }),
  )
  return { ...answer, text: answer.Payload?.transformToString() ?? '' }
}

/** An invocation as the SDK sends it, but once. */
const once = async ({ rehearsal }: Rehearsed): Promise<[number, string]> => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/lambda/aws4_request'
  const answer = await fetch(`${rehearsal.url}/2015-03-31/functions/digits/invocations`, {
    method: 'POST',
    body: '{}',
    headers: { authorization },
  })
  return [answer.status, await answer.text()]
}

t.test('a function is pending, then active; it is not changed or invoked before', async (t) => {
  const here = await start(t)
  const made = await here.make({ Tags: { team: 'ml' }, Timeout: 30, MemorySize: 512 })
  t.match(made, { State: 'Pending', StateReasonCode: 'Creating', Version: '$LATEST', PackageType: 'Image' })
  await t.rejects(invoked(here), { name: 'ResourceConflictException', message: /state: Pending/ })
  await t.rejects(here.lambda.send(new PublishVersionCommand(NAME)), { name: 'ResourceConflictException' })
  await t.rejects(here.make(), {
    name: 'ResourceConflictException',
    message: 'Function already exist: digits',
  })
  await here.settle()
  const found = await here.lambda.send(new GetFunctionCommand(NAME))
  t.match(found, {
    Configuration: { State: 'Active', LastUpdateStatus: 'Successful', MemorySize: 512, Timeout: 30 },
    Code: { ImageUri: IMAGE, ResolvedImageUri: /digits@sha256:/ },
    Tags: { team: 'ml' },
  })
  const changed = await here.lambda.send(
    new UpdateFunctionConfigurationCommand({ ...NAME, MemorySize: 1024 }),
  )
  t.match(changed, { State: 'Active', LastUpdateStatus: 'InProgress' })
  await t.rejects(here.lambda.send(new UpdateFunctionCodeCommand({ ...NAME, ImageUri: IMAGE })), {
    name: 'ResourceConflictException',
    message: /An update is in progress/,
  })
  await here.settle()
  const config = await here.lambda.send(new GetFunctionConfigurationCommand(NAME))
  t.match(config, { LastUpdateStatus: 'Successful', MemorySize: 1024 })
  t.not(config.RevisionId, found.Configuration?.RevisionId)
  await t.rejects(
    here.lambda.send(
      new UpdateFunctionCodeCommand({
        ...NAME,
        ImageUri: IMAGE,
        RevisionId: found.Configuration?.RevisionId,
      }),
    ),
    { name: 'PreconditionFailedException' },
  )
  t.match((await here.lambda.send(new ListFunctionsCommand({}))).Functions, [{ FunctionName: 'digits' }])
})

t.test('what Lambda refuses', async (t) => {
  const here = await start(t)
  const wrong = { name: 'InvalidParameterValueException' }
  await t.rejects(here.make({ Runtime: 'nodejs22.x' }), wrong)
  await t.rejects(here.make({ PackageType: 'Zip' }), wrong)
  await t.rejects(here.make({ Timeout: 901 }), wrong)
  await t.rejects(here.make({ MemorySize: 10_241 }), wrong)
  await t.rejects(here.make({ MemorySize: 64 }), { name: 'ValidationException', message: /memorySize/ })
  await t.rejects(here.make({ Environment: { Variables: { AWS_REGION: 'x' } } }), {
    ...wrong,
    message: /reserved keys.*AWS_REGION/,
  })
  await t.rejects(here.make({ Environment: { Variables: { LONG: 'x'.repeat(4096) } } }), {
    ...wrong,
    message: /4KB/,
  })
  await t.rejects(here.make({ Code: { ImageUri: IMAGE.replace('us-east-1', 'eu-west-1') } }), {
    ...wrong,
    message: /Source image .* is not valid/,
  })
  await t.rejects(here.lambda.send(new GetFunctionCommand(NAME)), {
    name: 'ResourceNotFoundException',
    message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:digits',
  })
})

t.test('versions are numbered, made once, and do not change', async (t) => {
  const here = await start(t)
  await here.make()
  await here.settle()
  t.equal(await here.publish(), '1')
  t.equal(await here.publish(), '1', 'nothing has changed')
  await here.change(256)
  t.equal(await here.publish(), '2')
  const { Versions = [] } = await here.lambda.send(new ListVersionsByFunctionCommand(NAME))
  t.strictSame(
    Versions.map(({ Version, MemorySize }) => [Version, MemorySize]),
    [
      ['$LATEST', 256],
      ['1', 128],
      ['2', 256],
    ],
  )
  await t.rejects(here.lambda.send(new PublishVersionCommand({ ...NAME, CodeSha256: 'other' })), {
    name: 'InvalidParameterValueException',
  })
  await here.lambda.send(new CreateAliasCommand({ ...NAME, Name: 'live', FunctionVersion: '2' }))
  const drop = (Qualifier: string) => here.lambda.send(new DeleteFunctionCommand({ ...NAME, Qualifier }))
  await t.rejects(drop('2'), { name: 'ResourceConflictException', message: /reference it: \[live\]/ })
  await drop('1')
  await here.change(512)
  t.equal(await here.publish(), '3', 'a number is not given twice')
  await here.lambda.send(new DeleteAliasCommand({ ...NAME, Name: 'live' }))
  await here.lambda.send(new DeleteFunctionCommand(NAME))
  t.equal(here.rehearsal.store.functions.size, 0)
})

t.test('an alias splits invocations by weights, and its metrics tell the versions apart', async (t) => {
  const here = await start(t)
  await here.make()
  await here.settle()
  await here.publish()
  await here.change(256)
  await here.publish()
  const alias = { ...NAME, Name: 'live' }
  const weights = (share: number, version = '2') => ({ AdditionalVersionWeights: { [version]: share } })
  const { RevisionId } = await here.lambda.send(new CreateAliasCommand({ ...alias, FunctionVersion: '1' }))
  const wrong = { name: 'InvalidParameterValueException' }
  const update = (more: object) => here.lambda.send(new UpdateAliasCommand({ ...alias, ...more }))
  await t.rejects(update({ RoutingConfig: weights(0.5, '1') }), wrong, 'the same version twice')
  await t.rejects(update({ FunctionVersion: '$LATEST', RoutingConfig: weights(0.5) }), wrong)
  await t.rejects(update({ FunctionVersion: '9' }), { name: 'ResourceNotFoundException' })
  await t.rejects(update({ RoutingConfig: weights(2) }), { name: 'ValidationException' })
  await update({ RoutingConfig: weights(0.3), RevisionId })
  await t.rejects(update({ RevisionId }), { name: 'PreconditionFailedException' })
  const counts: Record<string, number> = {}
  for (let at = 0; at < 200; at++) {
    const { ExecutedVersion = '' } = await invoked(here, { Qualifier: 'live' })
    counts[ExecutedVersion] = (counts[ExecutedVersion] ?? 0) + 1
  }
  const second = counts['2'] ?? 0
  // Within five standard deviations.
  t.ok(second > 27 && second < 93, `${second} of 200 went to the second version`)
  const measured = async (ExecutedVersion: string) => {
    const { Datapoints = [] } = await here.clients.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Lambda',
        MetricName: 'Invocations',
        Dimensions: [
          { Name: 'FunctionName', Value: 'digits' },
          { Name: 'Resource', Value: 'digits:live' },
          { Name: 'ExecutedVersion', Value: ExecutedVersion },
        ],
        StartTime: new Date(here.clock.now() - 3_600_000),
        EndTime: new Date(here.clock.now() + 60_000),
        Period: 3600,
        Statistics: ['Sum'],
      }),
    )
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
  }
  t.equal(await measured('2'), second)
  t.equal(await measured('1'), 200 - second)
  t.match(await here.lambda.send(new GetAliasCommand(alias)), {
    FunctionVersion: '1',
    RoutingConfig: weights(0.3),
  })
  await update({ FunctionVersion: '2', RoutingConfig: { AdditionalVersionWeights: {} } })
  const { Aliases } = await here.lambda.send(new ListAliasesCommand(NAME))
  t.match(Aliases, [{ Name: 'live', FunctionVersion: '2' }])
  t.equal(Aliases?.[0]?.RoutingConfig, undefined)
  await here.lambda.send(new UpdateFunctionConfigurationCommand({ ...NAME, Role: `${ROLE}-other` }))
  await here.settle()
  await here.publish()
  await t.rejects(update({ RoutingConfig: weights(0.5, '3') }), wrong, 'versions of two roles')
})

t.test('errors of the function, its log, events and dry runs', async (t) => {
  const fails = fakeLambda({
    answer: (_, { body }) => {
      if (body === 'bad') throw new TypeError('no such thing')
      return { ok: body }
    },
  })
  const here = await start(t, fails)
  await here.make()
  await here.settle()
  const bad = await invoked(here, { Payload: Buffer.from('{"body":"bad"}'), LogType: 'Tail' })
  t.equal(bad.FunctionError, 'Unhandled')
  t.match(JSON.parse(bad.text), { errorType: 'TypeError', errorMessage: 'no such thing' })
  t.match(Buffer.from(bad.LogResult ?? '', 'base64').toString(), /START RequestId.*REPORT RequestId/s)
  t.equal((await invoked(here)).text, '{"ok":"x"}')
  t.equal((await invoked(here, { InvocationType: 'DryRun' })).StatusCode, 204)
  t.equal((await invoked(here, { InvocationType: 'Event' })).StatusCode, 202)
  await t.rejects(invoked(here, { Payload: Buffer.from('no json') }), {
    name: 'InvalidRequestContentException',
  })
})

t.test('reserved concurrency: so many at once, and then 429', async (t) => {
  let release = () => {}
  const waiting = new Promise<void>((resolve) => {
    release = resolve
  })
  const here = await start(t, fakeLambda({ answer: () => waiting.then(() => 'done') }))
  await here.make()
  await here.settle()
  const reserve = (count: number) =>
    here.lambda.send(new PutFunctionConcurrencyCommand({ ...NAME, ReservedConcurrentExecutions: count }))
  await t.rejects(reserve(901), { name: 'InvalidParameterValueException', message: /UnreservedConcurrent/ })
  await reserve(1)
  t.match(await here.lambda.send(new GetFunctionConcurrencyCommand(NAME)), {
    ReservedConcurrentExecutions: 1,
  })
  const first = invoked(here)
  await until(() => here.fake.running() === 1)
  t.match(await once(here), [429, /ReservedFunctionConcurrentInvocationLimitExceeded/])
  release()
  t.equal((await first).text, '"done"')
  await here.lambda.send(new DeleteFunctionConcurrencyCommand(NAME))
  t.strictSame(
    (await here.lambda.send(new GetFunctionConcurrencyCommand(NAME))).ReservedConcurrentExecutions,
    undefined,
  )
})

t.test('provisioned concurrency is warmed up, follows an alias, and fails with the code', async (t) => {
  const here = await start(
    t,
    fakeLambda({ start: ({ memoryMegabytes }) => (memoryMegabytes === 256 ? 'no model' : undefined) }),
  )
  await here.make()
  await here.settle()
  await here.publish()
  const of = (Qualifier: string) => ({ ...NAME, Qualifier })
  const provision = (qualifier: string, count = 2) =>
    here.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        ...of(qualifier),
        ProvisionedConcurrentExecutions: count,
      }),
    )
  const status = async (qualifier: string) =>
    (await here.lambda.send(new GetProvisionedConcurrencyConfigCommand(of(qualifier)))).Status
  const wrong = { name: 'InvalidParameterValueException' }
  await t.rejects(provision('$LATEST'), wrong)
  t.match(await provision('1'), { Status: 'IN_PROGRESS', RequestedProvisionedConcurrentExecutions: 2 })
  await until(async () => (await status('1')) === 'READY')
  t.equal(here.fake.running(), 2)
  await here.change(256)
  await here.publish()
  await here.lambda.send(new PutFunctionConcurrencyCommand({ ...NAME, ReservedConcurrentExecutions: 3 }))
  await t.rejects(provision('2', 2), wrong, 'all versions together have at most what is reserved')
  await provision('2', 1)
  await until(async () => (await status('2')) === 'FAILED')
  await here.lambda.send(
    new CreateAliasCommand({
      ...NAME,
      Name: 'live',
      FunctionVersion: '1',
      RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } },
    }),
  )
  await t.rejects(provision('live'), wrong, 'an alias of two versions has none')
  const { ProvisionedConcurrencyConfigs } = await here.lambda.send(
    new ListProvisionedConcurrencyConfigsCommand(NAME),
  )
  t.match(ProvisionedConcurrencyConfigs, [
    { FunctionArn: /:1$/, Status: 'READY', AvailableProvisionedConcurrentExecutions: 2 },
    { FunctionArn: /:2$/, Status: 'FAILED', StatusReason: 'FUNCTION_ERROR_INIT_FAILURE' },
  ])
  await here.lambda.send(new DeleteProvisionedConcurrencyConfigCommand(of('1')))
  await t.rejects(status('1'), { name: 'ProvisionedConcurrencyConfigNotFoundException' })
  await until(() => here.fake.running() === 0)
})

t.test('a URL answers whom the policy lets, and others not', async (t) => {
  const here = await start(t)
  await here.make()
  await here.settle()
  await here.publish()
  const live = { ...NAME, Qualifier: 'live' }
  await here.lambda.send(new CreateAliasCommand({ ...NAME, Name: 'live', FunctionVersion: '1' }))
  const made = await here.lambda.send(new CreateFunctionUrlConfigCommand({ ...live, AuthType: 'NONE' }))
  await t.rejects(here.lambda.send(new CreateFunctionUrlConfigCommand({ ...live, AuthType: 'NONE' })), {
    name: 'ResourceConflictException',
  })
  const url = `${made.FunctionUrl}some/path?a=1`
  const get = async (headers: Record<string, string> = {}) => {
    const answer = await fetch(url, { method: 'POST', body: 'hello', headers })
    return [answer.status, await answer.text()]
  }
  t.strictSame(await get(), [403, '{"Message":"Forbidden"}'])
  const everybody = { ...live, Principal: '*' }
  const first = {
    ...everybody,
    StatementId: 'url',
    Action: 'lambda:InvokeFunctionUrl',
    FunctionUrlAuthType: 'NONE' as const,
  }
  await here.lambda.send(new AddPermissionCommand(first))
  t.equal((await get())[0], 403, 'the other action is needed, too')
  await here.lambda.send(
    new AddPermissionCommand({
      ...everybody,
      StatementId: 'invoke',
      Action: 'lambda:InvokeFunction',
      InvokedViaFunctionUrl: true,
    }),
  )
  await t.rejects(here.lambda.send(new AddPermissionCommand(first)), { name: 'ResourceConflictException' })
  t.strictSame(await get(), [200, '1:hello'])
  const { Policy = '' } = await here.lambda.send(new GetPolicyCommand(live))
  t.match(JSON.parse(Policy).Statement, [
    { Sid: 'url', Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } } },
    { Sid: 'invoke', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
  ])
  await here.lambda.send(new UpdateFunctionUrlConfigCommand({ ...live, AuthType: 'AWS_IAM' }))
  t.equal((await get())[0], 403)
  const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/lambda/aws4_request'
  t.strictSame(await get({ authorization }), [200, '1:hello'])
  t.equal((await here.lambda.send(new GetFunctionUrlConfigCommand(live))).AuthType, 'AWS_IAM')
  for (const StatementId of ['url', 'invoke'])
    await here.lambda.send(new RemovePermissionCommand({ ...live, StatementId }))
  await t.rejects(here.lambda.send(new GetPolicyCommand(live)), { name: 'ResourceNotFoundException' })
  await here.lambda.send(new DeleteFunctionUrlConfigCommand(live))
  t.equal((await get())[0], 403)
})

t.test('tags', async (t) => {
  const here = await start(t)
  const { FunctionArn: Resource } = await here.make({ Tags: { a: '1' } })
  await here.lambda.send(new TagResourceCommand({ Resource, Tags: { b: '2', c: '3' } }))
  await here.lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['a', 'c'] }))
  t.strictSame((await here.lambda.send(new ListTagsCommand({ Resource }))).Tags, { b: '2' })
})

t.test('a rehearsal that is given nothing to start functions with says so', async (t) => {
  const here = await rehearse(t)
  await clientFor(t).send(
    new CreateFunctionCommand({ ...NAME, Role: ROLE, PackageType: 'Image', Code: { ImageUri: IMAGE } }),
  )
  await here.clock.advance(READY_MS)
  t.match(await once(here), [500, /given nothing that starts functions/])
})
