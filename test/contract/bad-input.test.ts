/** The bundled model behind a real server: what bad input costs it, what it counts, and what its processes are. */

import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { sharp } from '../../src/worker/image/sharp.ts'
import { DIGITS } from '../fixtures/index.ts'
import { hostileBodies } from './hostile-bodies.ts'
import { residentBytes, type Served, serve } from './serve.ts'

const served = await serve(['--model', `${DIGITS}/model`, '--workers', '1'])
t.teardown(() => served.stop())

const digit = await sharp({ create: { width: 32, height: 32, channels: 3, background: 'black' } })
  .png()
  .toBuffer()

/** Bytes of memory that any one of these bodies may cost; the largest body is 25 MB. */
const BOUND = 400 * 2 ** 20

const servesOn = async (t: Test, served: Served): Promise<void> => {
  const response = await served.post(digit, { 'content-type': 'image/png' })
  t.equal(response.status, 200, 'the next request is answered')
  await response.arrayBuffer()
}

for (const [what, type, body, status, code] of hostileBodies(digit)) {
  t.test(`${what} is refused with ${status}, and nothing else is affected`, async (t) => {
    const [worker] = served.workers()
    const before = residentBytes(worker ?? 0)
    const response = await served.post(body, { 'content-type': type })
    const text = await response.text()
    t.equal(response.status, status, text)
    t.match(JSON.parse(text), { code, message: String, requestId: String })
    t.ok(Buffer.byteLength(text) < 1024, 'below 1 KB')
    t.notMatch(text, /\bat .*:\d+:\d+|\/src\/|node_modules/, 'no stack trace')
    t.ok(residentBytes(worker ?? 0) - before < BOUND, 'bounded memory')
    await servesOn(t, served)
    t.strictSame(served.workers(), [worker], 'by the same worker')
  })
}

t.test('messages name the field, the expected shape and the received one', async (t) => {
  const { body } = await served.json({ instances: [[[0]]] })
  t.match((body as { message: string }).message, /"image".*float32\[batch,1,16,16\]/)
})

t.test('a body over the limit is refused with 413, with and without a length', async (t) => {
  const large = new Uint8Array(25 * 2 ** 20 + 1)
  const sendings: [string, () => unknown][] = [
    ['content-length', () => large],
    ['chunked', () => new Blob([large]).stream()],
  ]
  for (let round = 0; round < 3; round += 1) {
    for (const [how, body] of sendings) {
      const init = { method: 'POST', body: body(), headers: { 'content-type': 'image/png' }, duplex: 'half' }
      const response = await fetch(`${served.url}/invocations`, init as RequestInit)
      t.equal(response.status, 413, how)
      t.match(await response.json(), { code: 'ERR_BODY_TOO_LARGE', message: /26214400/ })
      await servesOn(t, served)
    }
  }
})

t.test('an Accept that cannot be written is refused with 406', async (t) => {
  const response = await served.post(digit, { 'content-type': 'image/png', accept: 'application/pdf' })
  t.equal(response.status, 406)
  t.match(await response.json(), { code: 'ERR_NOT_ACCEPTABLE' })
})

t.test('bad and good requests at once each get their own reply', async (t) => {
  const answers = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const good = index % 3 === 0
      const response = await served.post(good ? digit : digit.subarray(0, 50), {
        'content-type': 'image/png',
      })
      await response.arrayBuffer()
      return [good, response.status] as const
    }),
  )
  t.ok(answers.every(([good, status]) => status === (good ? 200 : 400)))
})

t.test('/metrics counts what was answered', async (t) => {
  await servesOn(t, served)
  const text = await (await fetch(`${served.url}/metrics`)).text()
  t.match(text, /serving_requests_total\{route="\/invocations",status="200"\} \d/)
  t.match(text, /serving_health\{state="ready"\} 1/)
  t.match(text, /serving_run_rows_count [1-9]/)
})

t.test('the server process has no native add-on mapped', async (t) => {
  const maps = (pid: number | undefined) => readFileSync(`/proc/${pid}/maps`, 'utf8')
  t.notMatch(maps(served.process.pid), /onnxruntime|sharp|libvips/)
  t.match(maps(served.workers()[0]), /onnxruntime/, 'the workers have')
})

t.test('telemetry of ONNX Runtime is off in every worker', (t) => {
  const environments = served.workers().map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0'))
  t.ok(environments.length > 0)
  t.ok(environments.every((environment) => environment.includes('ORT_DISABLE_TELEMETRY=1')))
  t.end()
})
