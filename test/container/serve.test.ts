import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import t, { type Test } from 'tap'
import { until } from '../contract/serve.ts'
import { DIGITS, example, fixture, ROOT } from '../fixtures/index.ts'
import { buildImage, type Container, execute, runToEnd, skip, start, untilServing } from './engine.ts'

const model = (folder: string): string[] => ['-v', `${folder}:/opt/ml/model:ro`]
const READ_ONLY = ['--read-only', '--tmpfs', '/tmp']
const digit = readFileSync(`${DIGITS}/digits/3.png`)
const JSON_TYPE = { 'content-type': 'application/json' }

const serving = async (t: Test, flags: readonly string[], innerPort?: number): Promise<Container> => {
  const container = await start(flags, innerPort)
  t.teardown(() => container.remove())
  await untilServing(container)
  return container
}

if (!skip) buildImage()

t.test('it serves as SageMaker starts it: read-only, limited, as root', { skip }, async (t) => {
  const container = await serving(t, [
    ...model(`${DIGITS}/model`),
    ...READ_ONLY,
    '--memory',
    '1g',
    '--cpus',
    '1',
  ])

  await t.test('images, JSON, CSV and JSON lines are answered through nginx', async (t) => {
    const zeros = Array(256).fill(0)
    const nested = JSON.stringify([[Array(16).fill(Array(16).fill(0))]])
    for (const [type, body] of [
      ['image/png', digit],
      ['application/json', nested],
      ['text/csv', `${zeros}\n`],
      ['application/jsonlines', `${nested.slice(1, -1)}\n`],
    ] as const) {
      const response = await container.post(body, { 'content-type': type })
      t.equal(response.status, 200, type)
      const { predictions } = (await response.json()) as { predictions: { label: string }[][] }
      t.equal(predictions.length, 1)
      if (type === 'image/png') t.equal(predictions[0]?.[0]?.label, '3')
    }
    const form = new FormData()
    form.append('a', new Blob([digit], { type: 'image/png' }), 'a.png')
    const response = await fetch(`${container.url}/invocations`, { method: 'POST', body: form })
    t.equal(response.status, 200, 'multipart/form-data')
  })

  await t.test(
    'GET and POST /ping, /execution-parameters and /metrics go through, for any Host',
    async (t) => {
      for (const [method, path] of [
        ['GET', '/ping'],
        ['POST', '/ping'],
        ['GET', '/execution-parameters'],
        ['GET', '/metrics'],
      ] as const) {
        const status = await new Promise((resolve, reject) => {
          const headers = { host: 'model.aws.local:8080', 'content-length': 0 }
          const sent = request(`${container.url}${path}`, { method, headers }, (response) => {
            response.resume()
            resolve(response.statusCode)
          })
          sent.once('error', reject).end()
        })
        t.equal(status, 200, `${method} ${path}`)
      }
    },
  )

  await t.test('errors are JSON, whoever makes them', async (t) => {
    const unknown = await fetch(`${container.url}/models`)
    t.equal(unknown.status, 404)
    t.match(await unknown.json(), { code: 'ERR_NOT_FOUND' })
    const large = await container.post(new Uint8Array(26 * 2 ** 20), JSON_TYPE)
    t.equal(large.status, 413)
    t.match(await large.json(), { code: 'ERR_BODY_TOO_LARGE' })
    const bad = await container.post('[', { ...JSON_TYPE, 'x-amzn-sagemaker-inference-id': 'id-1' })
    t.equal(bad.status, 400)
    t.match(await bad.json(), { code: 'ERR_INVALID_BODY', requestId: 'id-1' })
  })

  await t.test('the CPU quota decides the number of workers', async (t) => {
    t.match(await container.logs(), /"workers":1,"threads":1.*"limitedBy":"quota"/)
  })

  await t.test('jemalloc is loaded, and process 1 has no native add-on', async (t) => {
    const maps = await container.exec('cat /proc/1/maps')
    t.match(maps, /jemalloc/)
    t.notMatch(maps, /onnxruntime|sharp|libvips/)
  })

  await t.test('it opens no connection to the outside', async (t) => {
    // State 02 is SYN_SENT, 01 established; all that is there is nginx's side of port 8080 (1F90).
    const sockets = (await container.exec('cat /proc/net/tcp /proc/net/tcp6')).split('\n')
    const outgoing = sockets.filter((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/)
      return (state === '01' || state === '02') && !local.endsWith(':1F90')
    })
    t.strictSame(outgoing, [])
  })

  await t.test('a killed worker is replaced, and no request fails', async (t) => {
    // Brackets keep the pattern from finding the shell that looks for it.
    const workers = async () =>
      (await container.exec("grep -lsa 'worker/entry[.]js' /proc/[0-9]*/cmdline | cut -d/ -f3")).trim()
    const before = await workers()
    t.match(before, /^\d+$/, 'one worker')
    const requests = Array.from({ length: 30 }, () => container.post(digit, { 'content-type': 'image/png' }))
    await container.exec(`kill -9 ${before}`)
    for (const response of await Promise.all(requests)) t.equal(response.status, 200)
    await until(async () => (await workers()) !== before && (await container.ping()) === 200)
  })

  await t.test('a killed nginx is replaced', async (t) => {
    await container.exec('kill -9 $(cat /tmp/serving-*/nginx/nginx.pid)')
    await until(async () => (await container.ping().catch(() => 0)) === 200)
    const response = await container.post(digit, { 'content-type': 'image/png' })
    t.equal(response.status, 200)
  })

  t.equal(await container.stop(), 0, 'it ends with 0')
  t.match(await container.logs(), /no requests lost/)
})

t.test("a folder of Hugging Face's is answered: the image has its tokenizer", { skip }, async (t) => {
  const container = await serving(t, [...model(example('hf-text-classification')), ...READ_ONLY])
  const response = await container.post('{"inputs":"the sea is calm"}', JSON_TYPE)
  t.equal(response.status, 200)
  t.match(await response.json(), [{ label: 'unknown' }])
  const binaries = await container.exec('find / -name "tokenizers.*.node" -not -path "/proc/*" | wc -l')
  t.equal(binaries.trim(), '1', 'that of this platform alone')
})

t.test(
  'a text model is answered, as any user: the image has the locale that it wants',
  { skip },
  async (t) => {
    const container = await serving(t, [
      ...model(example('sklearn-text')),
      ...READ_ONLY,
      '--user',
      '1000:1000',
    ])
    const response = await container.post('[["GREAT acting"], ["a Boring plot"]]', JSON_TYPE)
    const { predictions } = (await response.json()) as { predictions: { output_label: string }[] }
    t.strictSame(
      predictions.map(({ output_label }) => output_label),
      ['positive', 'negative'],
    )
  },
)

t.test(
  "a folder's own TypeScript is run, as any user, on a file system that is read only",
  { skip },
  async (t) => {
    const container = await serving(t, [...model(example('handler')), ...READ_ONLY, '--user', '1000:1000'])
    const response = await container.post('{"input": 4}', JSON_TYPE)
    t.equal(response.status, 200)
    t.strictSame(await response.json(), { output: 16 })
  },
)

t.test('it runs as any other user, on the port that SageMaker names', { skip }, async (t) => {
  const flags = [
    ...model(`${DIGITS}/model`),
    ...READ_ONLY,
    '--user',
    '12345',
    '-e',
    'SAGEMAKER_BIND_TO_PORT=9000',
  ]
  const container = await serving(t, flags, 9000)
  const response = await container.post(digit, { 'content-type': 'image/png' })
  t.equal(response.status, 200)
  t.equal((await container.exec('id -u')).trim(), '12345')
  t.notMatch(await container.logs(), /"level":"(error|fatal)"/)
  t.equal(await container.stop(), 0)
})

t.test('nothing is written but below /tmp', { skip }, async (t) => {
  const container = await serving(t, model(`${DIGITS}/model`))
  await container.post(digit, { 'content-type': 'image/png' })
  const changed = (await execute(['diff', container.id])).trim().split('\n')
  const written = changed.filter((line) => !/^[ACD] \/(tmp|opt|run|etc|dev|proc|sys)(\/|$)/.test(line))
  t.strictSame(written, [])
})

t.test('SIGTERM while requests run: all are answered', { skip }, async (t) => {
  const container = await serving(t, [
    ...model(fixture('slow')),
    ...READ_ONLY,
    '-e',
    'SERVING_MAX_BATCH_SIZE=1',
  ])
  const requests = Array.from({ length: 30 }, () => container.post('[[1]]', JSON_TYPE))
  await until(async () =>
    /serving_queue_requests [1-9]/.test(await (await fetch(`${container.url}/metrics`)).text()),
  )
  const stopped = container.stop()
  for (const response of await Promise.all(requests)) t.equal(response.status, 200)
  t.equal(await stopped, 0)
})

t.test('it says why it cannot start, in its last line, and ends with an error', { skip }, (t) => {
  const lastLine = (output: string) => output.trim().split('\n').at(-1) ?? ''
  const missing = runToEnd(READ_ONLY, ['serve'])
  t.equal(missing.code, 1)
  t.match(lastLine(missing.output), /"fatal".*no model at \/opt\/ml\/model/)
  const corrupt = runToEnd([...READ_ONLY, ...model(fixture('corrupt'))], ['serve'])
  t.equal(corrupt.code, 1)
  t.match(lastLine(corrupt.output), /"fatal".*has 512 bytes and begins with/)
  const train = runToEnd([], ['train'])
  t.equal(train.code, 2)
  t.match(lastLine(train.output), /it does not train/)
  const unknown = runToEnd([], ['bash'])
  t.equal(unknown.code, 2)
  t.match(lastLine(unknown.output), /bash: unknown argument/)
  t.end()
})

t.test('an image built on it without an entry point has `serve` on its PATH', { skip }, (t) => {
  const { output } = runToEnd(['--entrypoint', 'serve'], ['--help'])
  t.match(output, /--max-batch-size/)
  t.end()
})

t.test('the Dockerfile names the labels that are true', (t) => {
  const labels = readFileSync(`${ROOT}Dockerfile`, 'utf8').match(/^LABEL .*/gm)
  t.strictSame(labels, ['LABEL com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true'])
  t.end()
})
