/** sagemaker-rehearsal as strangers have it: from its tarball, in a folder with no checkout, with a command of their own. */

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  SageMakerClient,
  waitUntilEndpointInService,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import { until } from '../contract/serve.ts'
import { ROOT } from '../fixtures/index.ts'
import { installPacked } from './install-packed.ts'

const run = promisify(execFile)

/** A server that anyone might have. */
const SERVER = `
import { createServer } from 'node:http'
import { readdirSync } from 'node:fs'
const [, , model, port] = process.argv
createServer((request, response) => {
  if (request.url === '/ping') return response.end()
  response.end(JSON.stringify({ pid: process.pid, files: readdirSync(model), greeting: process.env.GREETING }))
}).listen(Number(port), '127.0.0.1')
`

const CONSUMER = `
import { commandLauncher, type Rehearsal, startRehearsal } from 'sagemaker-rehearsal'
export const rehearsal: Promise<Rehearsal> = startRehearsal({ launcher: commandLauncher('serve {port}'), speed: 60 })
`

const folder = mkdtempSync(join(tmpdir(), 'packed-rehearsal-'))
t.teardown(() => rmSync(folder, { recursive: true }))

installPacked(folder, 'sagemaker-rehearsal')
writeFileSync(join(folder, 'serve.mjs'), SERVER)
writeFileSync(join(folder, 'consumer.ts'), CONSUMER)

const bin = join(folder, 'node_modules/.bin/sagemaker-rehearsal')

t.test('it says its version, and what is missing', async (t) => {
  t.match((await run(bin, ['--version'])).stdout, /^\d+\.\d+\.\d+\n$/)
  await t.rejects(run(bin, []), {
    code: 1,
    stderr: /what is an instance\? Say --instance COMMAND, or --engine docker/,
  })
  await t.rejects(run(bin, ['--instance', 'serve']), { code: 1, stderr: /"serve" has no \{port\}/ })
})

t.test('TypeScript knows what it exports', async (t) => {
  const args = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    '',
    'consumer.ts',
  ]
  await t.resolves(
    run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--skipLibCheck', ...args], {
      cwd: folder,
    }),
  )
})

t.test('an endpoint of instances that are a command', async (t) => {
  const child = spawn(bin, ['--port', '0', '--instance', `${process.execPath} serve.mjs {model} {port}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let endpoint = ''
  for await (const line of createInterface({ input: child.stdout })) {
    endpoint = /listens on (http:\S+)\. /.exec(line)?.[1] ?? endpoint
    if (line.startsWith('Ctrl-C')) break
  }
  const common = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }
  const sagemaker = new SageMakerClient(common)
  const runtime = new SageMakerRuntimeClient(common)
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: 'm',
      ExecutionRoleArn: 'arn:aws:iam::123456789012:role/any',
      PrimaryContainer: { Image: 'any/image:1', Environment: { GREETING: 'good day' } },
    }),
  )
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: 'c',
      ProductionVariants: [
        { VariantName: 'v', ModelName: 'm', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
      ],
    }),
  )
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'c' }))
  await waitUntilEndpointInService(
    { client: sagemaker, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { EndpointName: 'e' },
  )
  const { Body } = await runtime.send(new InvokeEndpointCommand({ EndpointName: 'e', Body: 'x' }))
  const { pid, ...answer } = JSON.parse(Buffer.from(Body).toString())
  t.strictSame(answer, { files: [], greeting: 'good day' })
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  t.equal(code, 0)
  const isGone = () => {
    try {
      process.kill(pid, 0)
      return false
    } catch {
      return true
    }
  }
  await until(isGone)
})
