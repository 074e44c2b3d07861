/** Real servers behind an endpoint: they serve the packaged model, their output is logged, they come back, and none is left. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import { create } from 'tar'
import { createClock } from '../../packages/sagemaker-rehearsal/src/clock.ts'
import { IMAGE, ROLE, rehearse, until } from '../../packages/sagemaker-rehearsal/test/fixture.ts'
import { type Clients, createClients } from '../../scripts/aws/clients.ts'
import { launchServer } from '../../scripts/rehearse/server.ts'
import { childrenOf } from '../contract/serve.ts'
import { DIGITS, fixture, ROOT } from '../fixtures/index.ts'

const EndpointName = 'digits'

const pack = (folder: string): Buffer => {
  const temporary = mkdtempSync(join(tmpdir(), 'rehearsal-pack-'))
  const file = join(temporary, 'model.tar.gz')
  create({ file, cwd: folder, gzip: true, sync: true }, readdirSync(folder))
  const bytes = readFileSync(file)
  rmSync(temporary, { recursive: true })
  return bytes
}

/** Uploads a model and makes a configuration of it. */
const prepare = async ({ s3, sagemaker }: Clients, name: string, folder: string): Promise<void> => {
  const Key = `${name}/model.tar.gz`
  await s3.send(new PutObjectCommand({ Bucket: 'models', Key, Body: pack(folder) }))
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: ROLE,
      PrimaryContainer: {
        Image: IMAGE,
        ModelDataUrl: `s3://models/${Key}`,
        Environment: { SERVING_LOG_LEVEL: 'info' },
      },
    }),
  )
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        { VariantName: 'primary', ModelName: name, InstanceType: 'ml.c6i.large', InitialInstanceCount: 1 },
      ],
    }),
  )
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

t.test('the digits example is deployed, read, brought back after a crash, guarded and deleted', async (t) => {
  const { clients, rehearsal } = await rehearse(t, { launcher: launchServer, clock: createClock() })
  const { s3, sagemaker, runtime, logs } = clients
  await s3.send(new CreateBucketCommand({ Bucket: 'models' }))
  await prepare(clients, 'good', join(DIGITS, 'model'))
  await prepare(clients, 'corrupt', fixture('corrupt'))
  const status = () => rehearsal.store.endpoints.get(EndpointName)?.status
  const others = new Set(childrenOf(process.pid))
  const servers = () => childrenOf(process.pid).filter((pid) => !others.has(pid))

  await sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'good' }))
  await until(() => status() === 'InService')
  const invoke = async () => {
    const answer = await runtime.send(
      new InvokeEndpointCommand({
        EndpointName,
        Body: readFileSync(join(DIGITS, 'digits', '3.png')),
        ContentType: 'image/png',
      }),
    )
    return JSON.parse(Buffer.from(answer.Body).toString()).predictions[0][0].label
  }
  t.equal(await invoke(), '3')

  const [server = 0, ...none] = servers()
  t.strictSame(none, [])
  const workers = childrenOf(server)
  t.equal(workers.length, 2, 'a worker process, and the guard that ends them all when the rehearsal is gone')
  process.kill(server, 'SIGKILL')
  await until(() => servers().length === 1 && servers()[0] !== server)
  await until(() =>
    invoke().then(
      () => true,
      () => false,
    ),
  )
  t.notOk(isAlive(server))
  await until(() => !workers.some(isAlive))

  await sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName: 'corrupt' }))
  await until(() => status() === 'InService')
  t.match(await sagemaker.send(new DescribeEndpointCommand({ EndpointName })), {
    EndpointConfigName: 'good',
    FailureReason: /variant primary did not pass the ping health check/,
  })
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({
      logGroupName: `/aws/sagemaker/Endpoints/${EndpointName}`,
      filterPattern: '"cannot be loaded"',
    }),
  )
  t.ok(events.length > 0, 'what the server said of the model is in the log')
  t.equal(await invoke(), '3')

  await sagemaker.send(new DeleteEndpointCommand({ EndpointName }))
  await until(() => status() === undefined)
  t.strictSame(servers(), [])
})

t.test('a rehearsal that is killed leaves no server behind', async (t) => {
  // What is killed cannot clean up after itself.
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-killed-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'scripts/endpoint.ts', '--json', 'rehearse', '--port', '0', '--state', folder],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  t.teardown(() => child.kill('SIGKILL'))
  let text = ''
  for await (const line of createInterface({ input: child.stdout })) {
    text += line
    if (line === '}') break
  }
  const { url } = JSON.parse(text) as { url: string }
  process.env.AWS_ENDPOINT_URL = url
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' })
  const clients = createClients('eu-west-1')
  t.teardown(() => {
    delete process.env.AWS_ENDPOINT_URL
  })
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'models' }))
  await prepare(clients, 'good', join(DIGITS, 'model'))
  await clients.sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'good' }))
  await until(() => childrenOf(child.pid ?? 0).length > 0)
  const servers = childrenOf(child.pid ?? 0)
  // Its workers, too.
  await until(() => servers.some((pid) => childrenOf(pid).length > 0))
  const all = [...servers, ...servers.flatMap(childrenOf)]
  child.kill('SIGKILL')
  await once(child, 'exit')
  await until(() => !all.some(isAlive))
  t.pass(`${all.length} processes have ended`)
})
