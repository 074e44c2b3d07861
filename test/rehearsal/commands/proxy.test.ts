/** `proxy` as it is typed, before a server that speaks as much of AWS's protocols as it needs. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { assignVariant } from '../../../scripts/traffic/assign-variant.ts'
import { ROOT } from '../../fixtures/index.ts'

const WEIGHTS = { primary: 1, challenger: 1 }

/** @returns its address; `hold` keeps the answers of invocations back */
const startAws = async (t: Test, hold: () => Promise<void> = async () => {}): Promise<string> => {
  const describe = JSON.stringify({
    EndpointName: 'flowers',
    ProductionVariants: Object.entries(WEIGHTS).map(([VariantName, CurrentWeight]) => ({
      VariantName,
      CurrentWeight,
    })),
  })
  const server = createServer(async (request: IncomingMessage, response) => {
    const body = await buffer(request)
    if (request.headers['x-amz-target'] === 'SageMaker.DescribeEndpoint') {
      response.setHeader('content-type', 'application/x-amz-json-1.1')
      response.end(describe)
      return
    }
    await hold()
    response.setHeader('content-type', String(request.headers['content-type']))
    response.setHeader(
      'x-amzn-invoked-production-variant',
      String(request.headers['x-amzn-sagemaker-target-variant']),
    )
    response.end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const start = (t: Test, args: string[], aws: string) => {
  const folder = t.testdir({
    'endpoint.yaml': `name: flowers
region: eu-west-1
role: arn:aws:iam::123456789012:role/sagemaker
model: { bakedIn: true }
`,
  })
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'scripts/endpoint.ts', '-f', `${folder}/endpoint.yaml`, 'proxy', ...args],
    {
      cwd: ROOT,
      env: { ...process.env, AWS_ENDPOINT_URL: aws, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
    },
  )
  t.teardown(() => child.kill('SIGKILL'))
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text
    })
  return { child, printed, closed: once(child, 'close') }
}

/** The address that it says it listens on. */
const listening = async (child: ChildProcess, printed: { stderr: string }): Promise<string> => {
  for (;;) {
    const [, address] = /POST (http:\S+\/invocations)/.exec(printed.stderr) ?? []
    if (address !== undefined) return address
    await Promise.race([once(child.stderr as never, 'data'), once(child, 'exit')])
    if (child.exitCode !== null) throw new Error(printed.stderr)
  }
}

t.test('it invokes the endpoint, logs lines of JSON, and SIGINT finishes what was begun', async (t) => {
  let held = () => {}
  let release = () => {}
  const holding = new Promise<void>((resolve) => {
    held = resolve
  })
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const aws = await startAws(t, () => {
    held()
    return released
  })
  const { child, printed, closed } = start(t, ['--port', '0'], aws)
  const url = await listening(child, printed)
  const bytes = Uint8Array.from([0xff, 0xd8, 0, 13, 10])
  const answer = fetch(url, {
    method: 'POST',
    headers: { 'x-user-id': 'user-1', 'content-type': 'image/jpeg' },
    body: bytes,
  })
  await holding
  child.kill('SIGINT')
  // It accepts no more, and still owes one answer.
  while (
    await fetch(url.replace('/invocations', '/ping')).then(
      () => true,
      () => false,
    )
  );
  t.equal(child.exitCode, null)
  release()
  const variant = assignVariant('user-1', WEIGHTS, 'flowers')
  t.same(new Uint8Array(await (await answer).arrayBuffer()), bytes)
  t.equal((await answer).headers.get('x-amzn-invoked-production-variant'), variant)
  t.strictSame(await closed, [0, null])
  t.match(
    printed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [{ event: 'invocation', assigned: variant, variant, status: 200 }],
  )
})

t.test('a port that is taken or none is an error', async (t) => {
  const aws = await startAws(t)
  const { port } = new URL(aws)
  const taken = start(t, ['--port', port], aws)
  t.strictSame(await taken.closed, [1, null])
  t.match(
    taken.printed.stderr,
    /error: cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE.*\n {2}→ choose another --port/,
  )
})

t.test('a port that is no number is refused', async (t) => {
  const odd = start(t, ['--port', '8o90'], 'http://127.0.0.1:9')
  t.strictSame(await odd.closed, [2, null])
  t.match(odd.printed.stderr, /--port: expected a number from 0 to 65535, received "8o90"/)
})
