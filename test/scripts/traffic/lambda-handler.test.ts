import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker'
import type { InvokeEndpointCommand, InvokeEndpointCommandInput } from '@aws-sdk/client-sagemaker-runtime'
import t from 'tap'
import { createExposureStore } from '../../../scripts/traffic/exposure-store.ts'
import { createHandler } from '../../../scripts/traffic/lambda-handler.ts'
import type { SwitchOptions } from '../../../scripts/traffic/switch.ts'
import type { LambdaEvent } from '../../../src/lambda/event.ts'

const BYTES = Buffer.from(Array.from({ length: 256 }, (_, index) => index))

const start = (options: Partial<SwitchOptions> = {}) => {
  const invoked: InvokeEndpointCommandInput[] = []
  const lines: Record<string, unknown>[] = []
  const client = {
    send: async (command: unknown) => {
      if (command instanceof DescribeEndpointCommand)
        return { ProductionVariants: [{ VariantName: 'primary', CurrentWeight: 1 }] }
      const { input } = command as InvokeEndpointCommand
      invoked.push(input)
      return { Body: input.Body, ContentType: 'image/png', InvokedProductionVariant: 'primary' }
    },
  }
  const handler = createHandler({
    endpoint: 'flowers',
    sticky: { salt: 'exp-7', userFrom: { cookie: 'uid', maxAge: 60 }, force: {} },
    clients: { sagemaker: client, runtime: client } as never,
    log: (line) => lines.push(line),
    ...options,
  })
  return { handler, invoked, lines }
}

/** As a function URL sends it. */
const event = (method: string, rawPath: string, more: Partial<LambdaEvent> = {}): LambdaEvent => ({
  requestContext: { http: { method } },
  rawPath,
  ...more,
})

t.test('bytes pass both ways in base64, texts as they are, and cookies in their own field', async (t) => {
  const { handler, invoked, lines } = start()
  const first = await handler(
    event('POST', '/invocations', {
      headers: { 'content-type': 'image/jpeg', 'x-amzn-sagemaker-inference-id': 'mine' },
      cookies: ['theme=dark'],
      body: BYTES.toString('base64'),
      isBase64Encoded: true,
    }),
  )
  t.match(first, {
    statusCode: 200,
    isBase64Encoded: true,
    headers: { 'content-type': 'image/png', 'x-amzn-sagemaker-inference-id': 'mine' },
    cookies: [/^uid=/],
  })
  t.same(Buffer.from(first.body, 'base64'), BYTES)
  t.same(invoked[0]?.Body, BYTES)
  t.equal(invoked[0]?.ContentType, 'image/jpeg')
  const second = await handler(
    event('POST', '/invocations', {
      headers: { 'content-type': 'application/json' },
      cookies: ['theme=dark', first.cookies[0]?.split(';')[0] ?? ''],
      body: '"Zoë"',
    }),
  )
  t.equal(Buffer.from(invoked[1]?.Body as Uint8Array).toString(), '"Zoë"')
  t.strictSame(second.cookies, [])
  t.equal(lines[0]?.user, lines[1]?.user)
})

t.test('/ping, /stats and other paths answer', async (t) => {
  const { handler } = start()
  t.match(await handler(event('GET', '/ping')), { statusCode: 200 })
  const stats = await handler(event('GET', '/stats'))
  t.match(JSON.parse(Buffer.from(stats.body, 'base64').toString()), { endpoint: 'flowers' })
  t.match(await handler(event('GET', '/')), { statusCode: 404 })
  t.match(await handler(event('POST', '/invocations')), { statusCode: 200 }, 'a body may be empty')
  t.match(await handler(event('POST', '/')), { statusCode: 200 }, 'where a function URL leads')
  const headers = { 'x-amzn-sagemaker-inference-id': '€' }
  t.match(await handler(event('POST', '/invocations', { headers })), { statusCode: 400 })
  await t.rejects(handler({}), /no HTTP request/)
})

t.test(
  'a line is in S3 before the function is frozen, and an S3 that hangs is waited for a second',
  async (t) => {
    const puts: string[] = []
    const good = createExposureStore({
      s3: { send: async ({ input }: { input: { Body: string } }) => puts.push(input.Body) } as never,
      location: 's3://bucket/prefix',
      onError: () => {},
    })
    const { handler, lines } = start({ store: good })
    await handler(event('POST', '/invocations', { body: '{}' }))
    t.equal(puts.length, 1)
    t.match(JSON.parse(puts[0] ?? ''), lines[0] as object)
    const hanging = createExposureStore({
      s3: { send: () => new Promise(() => {}) } as never,
      location: 's3://bucket/prefix',
      onError: () => {},
    })
    const alive = setInterval(() => {}, 1000)
    const stuck = start({ store: hanging })
    t.match(await stuck.handler(event('POST', '/invocations', { body: '{}' })), { statusCode: 200 })
    clearInterval(alive)
  },
)

t.test('an answer that is too large for Lambda is an error that says so', async (t) => {
  const { handler } = start()
  const echo = (bytes: number) => handler(event('POST', '/invocations', { body: 'x'.repeat(bytes) }))
  t.equal((await echo(4_500_000)).statusCode, 200)
  const { statusCode, headers, cookies, body } = await echo(4_800_000)
  t.equal(statusCode, 502)
  t.match(headers['x-amzn-sagemaker-inference-id'], /./, 'its line of the log is found')
  t.match(cookies, [/^uid=/])
  t.match(JSON.parse(Buffer.from(body, 'base64').toString()), {
    code: 'ResponseTooLarge',
    message: /has 4800000 bytes, .* 6291456/,
  })
})
