/** What is deployed: the bundles, as processes of their own, before an endpoint of the rehearsal. */

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { CreateEndpointCommand } from '@aws-sdk/client-sagemaker'
import { unzipSync } from 'fflate'
import t from 'tap'
import { makeConfig, rehearse } from '../../../packages/sagemaker-rehearsal/test/fixture.ts'
import { proxyZip } from '../../../scripts/export/proxy-zip.ts'
import { ROOT } from '../../fixtures/index.ts'

const STICKY = '{salt: exp-7, userFrom: {cookie: uid, maxAge: 1h}, exposures: "s3://exposures/exp-7/"}'

t.test('container and function need nothing but Node and their environment', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const { clients, reach } = await rehearse(t, {
    behaviour: { answer: (_, { body }) => ({ headers: { 'content-type': 'image/png' }, body }) },
  })
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'exposures' }))
  await makeConfig(clients, 'one')
  await clients.sagemaker.send(
    new CreateEndpointCommand({ EndpointName: 'flowers', EndpointConfigName: 'one' }),
  )
  await reach('flowers', 'InService')
  const stored = async () => {
    const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: 'exposures' }))
    const bodies = Contents.map(async ({ Key }) => {
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: 'exposures', Key }))
      return (await Body?.transformToString()) ?? ''
    })
    return (await Promise.all(bodies))
      .join('')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  }
  const env = { ...process.env, ENDPOINT_NAME: 'flowers', STICKY, PORT: '0' }
  execFileSync(process.execPath, [join(ROOT, 'scripts/build-proxy.js'), folder])

  const child = spawn(process.execPath, [join(folder, 'container.mjs')], { env, cwd: folder })
  const exited = once(child, 'exit')
  t.teardown(() => child.kill('SIGKILL'))
  const lines: Record<string, unknown>[] = []
  const reader = createInterface({ input: child.stdout })
  const listening = new Promise<number>((resolve) =>
    reader.on('line', (line) => {
      const entry = JSON.parse(line)
      lines.push(entry)
      if (entry.event === 'listening') resolve(entry.port)
    }),
  )
  const url = `http://127.0.0.1:${await listening}`
  const bytes = Uint8Array.from({ length: 7_000_000 }, (_, index) => index % 256)
  const answer = await fetch(`${url}/invocations`, {
    method: 'POST',
    body: 'x',
    headers: { connection: 'close' },
  })
  t.equal(answer.status, 200)
  t.match(answer.headers.get('set-cookie'), /^uid=/)
  const large = await fetch(`${url}/invocations`, {
    method: 'POST',
    body: bytes,
    headers: { connection: 'close' },
  })
  t.equal(large.status, 413, 'the rehearsal takes 6 MB, and says so itself')
  t.match(await large.text(), /6291456|6 MB/i)
  t.strictSame(await stored(), [], 'a batch waits for a minute')
  child.kill('SIGTERM')
  t.strictSame(await exited, [0, null])
  t.match(await stored(), [{ event: 'invocation', status: 200 }, { status: 413 }])
  t.equal(lines.length, 3)

  const { bytes: zip, hash } = proxyZip()
  t.equal(proxyZip().hash, hash, 'the same code is the same bytes')
  writeFileSync(join(folder, 'index.mjs'), unzipSync(zip)['index.mjs'] ?? '')
  writeFileSync(
    join(folder, 'call.mjs'),
    `import { handler } from './index.mjs'
    const event = { requestContext: { http: { method: 'POST' } }, rawPath: '/invocations', body: btoa('ÿ'), isBase64Encoded: true }
    const result = await handler(event)
    process.stderr.write(JSON.stringify(result))
    process.exit()`,
  )
  const called = spawn(process.execPath, [join(folder, 'call.mjs')], { env, cwd: folder })
  const [said, logged] = await Promise.all(
    [called.stderr, called.stdout].map(async (stream) => Buffer.concat(await stream.toArray()).toString()),
  )
  t.match(JSON.parse(said ?? ''), {
    statusCode: 200,
    body: btoa('ÿ'),
    isBase64Encoded: true,
    headers: { 'content-type': 'image/png' },
    cookies: [/^uid=/],
  })
  t.match(JSON.parse(logged ?? ''), { event: 'invocation', assigned: 'primary', status: 200 })
  t.equal((await stored()).length, 3, 'the line is in S3 when the function has answered')

  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'container.mjs')], {
    env: { ...env, ENDPOINT_NAME: '' },
    encoding: 'utf8',
  })
  t.match({ status, stderr }, { status: 1, stderr: 'ENDPOINT_NAME is not set: name the endpoint\n' })
})
