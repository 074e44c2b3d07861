import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { registerInvoke } from '../../../scripts/commands/invoke.ts'
import { stage } from '../with-rehearsal.ts'

t.test('invoke sends the bytes of a file and writes the answer, byte by byte', async (t) => {
  const seen: { type: unknown; accept: unknown; body: Buffer }[] = []
  const answer = randomBytes(300)
  const here = await stage(t, {
    behaviour: {
      answer: (_, { headers, body }) => {
        seen.push({ type: headers['content-type'], accept: headers.accept, body })
        return { body: answer, headers: { 'content-type': 'application/octet-stream' } }
      },
    },
  })
  await here.deploy(here.deployment(['one', 'two']))
  const file = join(t.testdir(), 'x.png')
  const bytes = randomBytes(1000)
  writeFileSync(file, bytes)
  const argv = [
    'invoke',
    file,
    '--endpoint',
    'digits',
    '--accept',
    'application/octet-stream',
    '--variant',
    'challenger',
  ]
  const ran = await here.command(registerInvoke, argv)
  t.equal(ran.error, undefined)
  t.strictSame(ran.bytes, answer)
  t.match(ran.output.steps, [
    /^status 200 · variant challenger · application\/octet-stream · 300 bytes · \d+ ms$/,
  ])
  t.match(seen, [{ type: 'image/png', accept: 'application/octet-stream' }])
  t.strictSame(seen[0]?.body, bytes)
  const json = await here.command(registerInvoke, [...argv, '--json'])
  t.match(json.value, { status: 200, variant: 'challenger', bodyBase64: answer.toString('base64') })
  t.equal(json.bytes.length, 0)
})

t.test('an error of the container is an error, with its status and its words', async (t) => {
  const here = await stage(t, {
    behaviour: { answer: () => ({ status: 400, body: '{"error":"no\u001b such"}' }) },
  })
  await here.deploy(here.deployment(['one']))
  const file = join(t.testdir({ 'x.json': '{}' }), 'x.json')
  const { error, bytes } = await here.command(registerInvoke, ['invoke', file, '--endpoint', 'digits'])
  t.match(error, { message: 'the container answered 400: {"error":"no such"}', exitCode: 1 })
  t.equal(bytes.length, 0)
})

t.test('an asynchronous endpoint is waited for', async (t) => {
  const here = await stage(t, {
    behaviour: { answer: (_, { body }) => ({ body: Buffer.from(body).reverse() }) },
  })
  const async = { output: 's3://sagemaker-us-east-1-123456789012/answers/' }
  await here.deploy(here.deployment(['one'], { async }))
  for (const text of ['abc', 'x'.repeat(200_000)]) {
    const file = join(t.testdir({ 'x.csv': text }), 'x.csv')
    const { bytes, error } = await here.command(registerInvoke, ['invoke', file, '--endpoint', 'digits'])
    t.equal(error, undefined)
    t.equal(bytes.toString(), [...text].reverse().join(''), `${text.length} bytes`)
  }
})

t.test(
  'answers of an asynchronous endpoint that may not be read are an error, and are not waited for',
  async (t) => {
    const here = await stage(t)
    const output = 's3://sagemaker-us-east-1-123456789012/answers/'
    await here.deploy(here.deployment(['one'], { async: { output } }))
    const file = join(t.testdir({ 'x.csv': 'abc' }), 'x.csv')
    const run = () => here.command(registerInvoke, ['invoke', file, '--endpoint', 'digits'])
    const reads = () => here.rehearsal.calls().filter(({ action }) => action === 'GetObject').length
    const before = reads()
    const allow = here.rehearsal.fault({ kind: 'deny', action: 's3:GetObject' })
    t.match((await run()).error, {
      message: /the answer at s3:\/\/.*\/answers\/.* may not be read: AccessDenied/,
      fix: /s3:GetObject on s3:\/\/.*\/answers\/\*/,
    })
    t.equal(reads() - before, 1)
    allow()
    here.rehearsal.fault({ kind: 'deny', action: 's3:ListObjectsV2' })
    const from = here.rehearsal.calls().length
    t.match((await run()).error, { message: /may not be listed/, fix: /s3:ListBucket/ })
    t.notOk(
      here.rehearsal
        .calls()
        .slice(from)
        .some(({ action }) => action === 'InvokeEndpointAsync'),
      'nothing is sent of which the answer could not be read',
    )
  },
)

t.test('what cannot be sent is said before anything is', async (t) => {
  const here = await stage(t)
  const from = here.rehearsal.calls().length
  const unknown = await here.command(registerInvoke, ['invoke', 'x.xyz', '--endpoint', 'digits'])
  t.match(unknown.error, { message: /content type of x\.xyz/, fix: /--content-type/, exitCode: 2 })
  const missing = await here.command(registerInvoke, ['invoke', '/no/x.png', '--endpoint', 'digits'])
  t.match(missing.error, { message: /\/no\/x\.png cannot be read/, exitCode: 2 })
  t.equal(here.rehearsal.calls().length, from)
})
