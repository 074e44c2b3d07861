/**
 * What AWS Lambda's way in costs: a cold start, a request, and how much of it is not the server's. The environments are the
 * rehearsal's: a process of this machine, asked by Lambda's protocol and stopped between two invocations.
 *
 *   npm run bench -- lambda     prints the table, and writes it into docs/lambda.md
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { requestInstance } from '../packages/sagemaker-rehearsal/src/endpoints/http-request.ts'
import { createEnvironments, handleFunctionUrl } from '../packages/sagemaker-rehearsal/src/index.ts'
import { commandLambda } from '../packages/sagemaker-rehearsal/src/lambda/launchers.ts'
import type { InvocationResult } from '../packages/sagemaker-rehearsal/src/lambda/types.ts'
import { progress } from './lib/figure.ts'
import { jpegPayload, modelFolders } from './lib/payloads.ts'
import { build, ENVIRONMENT, ROOT, startServer } from './lib/server.ts'
import { interleave, quantile } from './lib/stats.ts'

const PAGE = join(ROOT, 'docs/lambda.md')

const COLD_ROUNDS = 5

const WARM_ROUNDS = 5

/** Requests of a round, of which the median counts. */
const REQUESTS = 20

/** One CPU of Lambda's. */
const MEGABYTES = 1769

const CONTEXT = { account: '123456789012', urlId: 'abc', domain: 'abc.lambda-url.us-east-1.on.aws' }

type Subject = { name: string; folder: string; body: Buffer; contentType: string }

/** As a browser's form or `curl -F` sends it. */
const inForm = async (bytes: Uint8Array, type: string): Promise<{ body: Buffer; contentType: string }> => {
  const form = new FormData()
  form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>], { type }), 'photo')
  const request = new Request('http://form', { method: 'POST', body: form })
  const body = Buffer.from(await request.arrayBuffer())
  return { body, contentType: request.headers.get('content-type') ?? '' }
}

/** A function of this checkout's server; each request resolves with what Lambda reports of it. */
const startFunction = ({ folder, body, contentType }: Subject) => {
  const environments = createEnvironments(
    {
      name: 'bench',
      version: '1',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:bench',
      region: 'us-east-1',
      image: '',
      environment: {
        NODE_ENV: 'production',
        SERVING_MODEL: folder,
        SERVING_DEVICE: 'cpu',
        SERVING_LOG_LEVEL: 'warn',
        ...(ENVIRONMENT.LD_PRELOAD && { LD_PRELOAD: ENVIRONMENT.LD_PRELOAD }),
      },
      memoryMegabytes: MEGABYTES,
      timeoutSeconds: 60,
    },
    {
      launcher: commandLambda(`${process.execPath} dist/main.js serve`, { cwd: ROOT }),
      initTimeoutMs: 60_000,
    },
  )
  const request = { method: 'POST', path: '/', headers: { 'content-type': contentType }, body }
  const ask = async (): Promise<InvocationResult> => {
    let result: InvocationResult | undefined
    const invoke: typeof environments.invoke = async (invocation) => {
      result = await environments.invoke(invocation)
      return result
    }
    const { status } = await handleFunctionUrl(request, invoke, CONTEXT)
    if (status !== 200 || result === undefined) throw new Error(`status ${status}`)
    return result
  }
  return { ask, stop: () => environments.stop() }
}

const median = async (ask: () => Promise<number>): Promise<number> => {
  const times: number[] = []
  for (let index = 0; index < REQUESTS; index += 1) times.push(await ask())
  return quantile(times, 0.5)
}

const measureCold = async (subject: Subject) => {
  const starts: { init: number; first: number }[] = []
  for (let round = 0; round <= COLD_ROUNDS; round += 1) {
    const { ask, stop } = startFunction(subject)
    const { initDurationMs = Number.NaN, durationMs } = await ask()
    await stop()
    // The first is to warm the files up.
    if (round > 0) starts.push({ init: initDurationMs, first: durationMs })
  }
  return { init: starts.map(({ init }) => init), first: starts.map(({ first }) => first) }
}

const measureWarm = async (subject: Subject) => {
  const { ask, stop } = startFunction(subject)
  const server = await startServer(subject.folder, ['--workers', '1', '--threads', '1'])
  const direct = async () => {
    const from = performance.now()
    const { status } = await requestInstance(`${server.url}/invocations`, {
      method: 'POST',
      headers: { 'content-type': subject.contentType },
      body: subject.body,
      timeoutMs: 60_000,
      mostBytes: 2 ** 24,
    })
    if (status !== 200) throw new Error(`status ${status}`)
    return performance.now() - from
  }
  const warm = await interleave(WARM_ROUNDS, {
    lambda: () => median(async () => (await ask()).durationMs),
    server: () => median(direct),
  })
  await server.stop()
  await stop()
  return warm
}

const cell = (values: readonly number[]): string => {
  const [middle, least, most] = [quantile(values, 0.5), Math.min(...values), Math.max(...values)]
  const digits = middle < 100 ? 1 : 0
  return `${middle.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`
}

const rowOf = async (subject: Subject): Promise<string> => {
  progress(`lambda: ${subject.name}, cold`)
  const { init, first } = await measureCold(subject)
  progress(`lambda: ${subject.name}, warm`)
  const { lambda, server } = await measureWarm(subject)
  const more = lambda.map((value, index) => value - (server[index] ?? Number.NaN))
  return `| ${[subject.name, ...[init, first, lambda, server, more].map(cell)].join(' | ')} |`
}

/** Measures, and gives the table as Markdown. */
export const measureLambda = async (): Promise<string> => {
  build()
  const { resnet50, mobilenet } = await modelFolders()
  const photo = Buffer.from((await jpegPayload()).body as Uint8Array)
  const digits = join(ROOT, 'examples/digits')
  const jpeg = await inForm(photo, 'image/jpeg')
  const png = await inForm(readFileSync(join(digits, 'digits/3.png')), 'image/png')
  // What a decoder passes over at the end of a photo: a form as large as Lambda takes.
  const large = await inForm(Buffer.concat([photo, Buffer.alloc(4.3 * 2 ** 20 - photo.length)]), 'image/jpeg')
  const subjects: Subject[] = [
    { name: 'digits, 16 x 16 PNG', folder: join(digits, 'model'), ...png },
    { name: 'MobileNet, 640 x 480 JPEG', folder: mobilenet, ...jpeg },
    { name: 'ResNet-50, 102 MB, 640 x 480 JPEG', folder: resnet50, ...jpeg },
    { name: 'MobileNet, a form of 4.3 MiB', folder: mobilenet, ...large },
  ]
  const rows: string[] = []
  for (const subject of subjects) rows.push(await rowOf(subject))
  return [
    `${new Date().toISOString().slice(0, 10)}; ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}. Milliseconds: medians of ${COLD_ROUNDS} rounds, in brackets the least and the most.`,
    '',
    '| Photo in a form | Cold: init | Cold: first invocation | Warm: in the function | The server alone | More |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

const [BEGIN, END] = ['<!-- measured -->\n', '\n<!-- end of measured -->']

export const writeLambda = (table: string): void => {
  const [before = '', rest = ''] = readFileSync(PAGE, 'utf8').split(BEGIN)
  const [, after = ''] = rest.split(END)
  writeFileSync(PAGE, `${before}${BEGIN}${table}${END}${after}`)
}
