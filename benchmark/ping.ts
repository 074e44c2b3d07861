/** Does /ping answer in time whatever happens? Load, ten times too much of it, dying workers that load 102 MB, hostile bodies. */

import { spawn } from 'node:child_process'
import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { openLoopProgram } from './lib/load.ts'
import { imageTensorPayload, modelFolders } from './lib/payloads.ts'
import { childrenOf, ENVIRONMENT, LOADER, ROOT, startServer } from './lib/server.ts'
import { quantile } from './lib/stats.ts'

/** `BENCH_PINGS=100000` for the whole hundred thousand. */
const PINGS = Number(process.env.BENCH_PINGS ?? 20_000)

const once = (url: string): Promise<{ status: number; ms: number }> =>
  new Promise((resolve) => {
    const start = performance.now()
    const end = (status: number) => resolve({ status, ms: performance.now() - start })
    const sent = request(`${url}/ping`, (response) => {
      response.resume()
      response.once('end', () => end(response.statusCode ?? 0))
    })
    sent.once('error', () => end(0))
    sent.end()
  })

const HOSTILE: [contentType: string, body: string][] = [
  ['application/json', '['.repeat(100_000)],
  ['application/json', '{"instances":'],
  ['image/png', 'x'.repeat(50_000)],
  ['application/x-npy', '\x93NUMPY\x01\x00\xff\xff'],
]

export const measure = async (): Promise<Figure[]> => {
  const { resnet50 } = await modelFolders()
  const server = await startServer(resnet50, ['--request-timeout-ms', '5000'])
  progress(`ping: ${PINGS} pings`)
  // About ten times what two cores can serve, of 600 KB each.
  const load = spawn(
    process.execPath,
    [...LOADER, ...openLoopProgram(server.url, imageTensorPayload, { perSecond: 200, seconds: 3600 })],
    { cwd: ROOT, env: ENVIRONMENT, stdio: 'ignore' },
  )
  let done = false
  const killing = (async () => {
    for (let kills = 0; ; kills += 1) {
      await delay(2000)
      const workers = childrenOf(server.pid)
      if (done) return kills
      // Never both at once: without any worker for a second, 503 would be the truth.
      if (workers.length > 1) process.kill(workers[kills % workers.length] as number, 'SIGKILL')
    }
  })()
  const hostile = (async () => {
    for (let n = 0; !done; n += 1) {
      const [type, body] = HOSTILE[n % HOSTILE.length] as [string, string]
      await fetch(`${server.url}/invocations`, { method: 'POST', body, headers: { 'content-type': type } })
        .then((response) => response.arrayBuffer())
        .catch(() => {})
      await delay(20)
    }
  })()
  const times: number[] = []
  let failed = 0
  for (let n = 0; n < PINGS; n += 1) {
    const { status, ms } = await once(server.url)
    times.push(ms)
    if (status !== 200) failed += 1
  }
  done = true
  load.kill('SIGKILL')
  const kills = await killing
  await hostile
  await server.stop()
  const one = (value: number) => ({ median: value, least: value, most: value })
  const note = `${PINGS} pings beside 200 requests/s of 600 KB to ResNet-50, ${kills} workers killed, hostile bodies`
  return [
    { row: 'p1', what: '/ping: failures', goal: { most: 0 }, unit: '', value: one(failed), note },
    {
      row: 'p2',
      what: '/ping: p99.9',
      goal: { most: 50 },
      unit: 'ms',
      value: one(quantile(times, 0.999)),
      note: `p50 ${quantile(times, 0.5).toFixed(1)} ms`,
    },
    {
      row: 'p3',
      what: '/ping: the slowest',
      goal: { most: 500 },
      unit: 'ms',
      value: one(Math.max(...times)),
      note: '',
    },
  ]
}

await runAlone(import.meta.url, measure)
