/** How soon is a server up, what does that cost, and how soon is a dead worker replaced? */

import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { imageTensorPayload, modelFolders } from './lib/payloads.ts'
import {
  build,
  childrenOf,
  cpuSeconds,
  ENVIRONMENT,
  family,
  freePort,
  ROOT,
  startServer,
} from './lib/server.ts'
import { interleave, quantile, ratios, spread } from './lib/stats.ts'

const ROUNDS = 7

const DIGITS = join(ROOT, 'examples/digits/model')

const BUNDLED = ['dist/main.js']

/** The same sources, compiled and not bundled, where their packages are found; gone at the end. */
const UNBUNDLED = join(ROOT, 'benchmark/.models/unbundled')

const compileUnbundled = (): string => {
  mkdirSync(UNBUNDLED, { recursive: true })
  process.once('exit', () => rmSync(UNBUNDLED, { recursive: true, force: true }))
  const compilerOptions = { noEmit: false, rootDir: `${ROOT}src`, outDir: 'dist' }
  const config = { extends: `${ROOT}tsconfig.json`, compilerOptions, include: [`${ROOT}src`] }
  writeFileSync(join(UNBUNDLED, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  if (spawnSync(tsc, ['-p', UNBUNDLED], { stdio: 'inherit' }).status !== 0)
    throw new Error('the sources do not compile')
  return join(UNBUNDLED, 'dist/main.js')
}

type Start = {
  /** From the start of the process to the first 200 of /ping. */
  seconds: number
  /** CPU time of the server, of its workers, and of the process that has inspected the model. */
  cpuSeconds: number
}

/** CPU time of the children that have ended, in seconds (proc(5), stat: cutime and cstime, in hundredths). */
const endedCpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}

const startOf = async (folder: string, program: readonly string[] = BUNDLED): Promise<Start> => {
  const port = await freePort()
  const from = performance.now()
  const args = [...program, '--host', '127.0.0.1', '--port', String(port), '--device', 'cpu']
  const child = spawn(process.execPath, [...args, '--model', folder], {
    cwd: ROOT,
    env: { ...ENVIRONMENT, SERVING_LOG_LEVEL: 'warn', SERVING_LOG_FORMAT: 'json' },
    stdio: 'ignore',
  })
  let seconds: number | undefined
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/ping`).catch(() => undefined)
    if (response?.status === 200) seconds ??= (performance.now() - from) / 1000
    if (response?.headers.get('x-serving-state') === 'ready') break
    await delay(2)
  }
  const pid = child.pid ?? 0
  // The process that has inspected the model ends at about this time.
  while (family(pid).some(isInspection)) await delay(2)
  const cpu = cpuSeconds(pid) + endedCpuSeconds(pid)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
  return { seconds: seconds ?? Number.NaN, cpuSeconds: cpu }
}

const isInspection = (pid: number): boolean =>
  readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('inspect-entry')

const startSeconds = async (folder: string): Promise<number> => (await startOf(folder)).seconds

/** Seconds that a process takes which does nothing but load the model into ONNX Runtime and run it once. */
const bareSeconds = (folder: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const from = performance.now()
    const program = `
      import { createRequire } from 'node:module'
      const ort = createRequire('${ROOT}package.json')('onnxruntime-node')
      const session = await ort.InferenceSession.create('${join(folder, 'model.onnx')}')
      await session.run({ input: new ort.Tensor('float32', new Float32Array(150528), [1, 3, 224, 224]) })
      process.exit(0)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: ENVIRONMENT,
      stdio: 'ignore',
    })
    child.once('exit', (code) => {
      if (code === 0) resolve((performance.now() - from) / 1000)
      else reject(new Error(`the bare program ended with ${code}`))
    })
  })

/** Seconds from the death of the only worker to the answer of a request that was sent at that moment. */
const replacementSeconds = async (url: string, pid: number): Promise<number> => {
  const { body, contentType } = imageTensorPayload
  const post = async () => {
    const headers = { 'content-type': contentType }
    const response = await fetch(`${url}/invocations`, {
      method: 'POST',
      body: body as Uint8Array<ArrayBuffer>,
      headers,
    })
    if (response.status !== 200) throw new Error(`status ${response.status}`)
    await response.arrayBuffer()
  }
  await post()
  const [worker = 0] = childrenOf(pid)
  const from = performance.now()
  process.kill(worker, 'SIGKILL')
  await post()
  return (performance.now() - from) / 1000
}

export const measure = async (): Promise<Figure[]> => {
  const { resnet50 } = await modelFolders()
  build()
  progress('start: 102 MB')
  const values = await interleave(ROUNDS, {
    first: () => startSeconds(resnet50),
    second: () => startSeconds(resnet50),
    bare: () => bareSeconds(resnet50),
  })
  progress('start: CPU time')
  const unbundled = compileUnbundled()
  const ofDigits = async (...program: string[]) => (await startOf(DIGITS, program)).cpuSeconds
  const cpu = await interleave(ROUNDS, {
    bundled: () => ofDigits(...BUNDLED),
    unbundled: () => ofDigits(unbundled),
    sources: () => ofDigits('--import', 'tsx', 'src/main.ts'),
  })
  const each = (values: readonly number[]) => quantile(values, 0.5).toFixed(2)
  progress('replacement of a dead worker')
  const server = await startServer(resnet50, ['--workers', '1'])
  const { replacement } = await interleave(ROUNDS, {
    replacement: () => replacementSeconds(server.url, server.pid),
  })
  await server.stop()
  const bare = quantile(values.bare, 0.5).toFixed(2)
  return [
    {
      row: '6a',
      what: 'start, exec to the first 200 of /ping, model of 102 MB warmed',
      goal: { most: 1 },
      unit: 's',
      value: spread(values.first),
      note: `a bare process that loads the model and runs it once takes ${bare} s here`,
    },
    {
      row: '6b',
      what: 'second start ÷ first',
      goal: { most: 1.05 },
      unit: '',
      value: spread(ratios(values.second, values.first)),
      note: '',
    },
    {
      row: '6c',
      what: 'CPU time of a start, digits: bundled ÷ the same modules from a file each',
      goal: { most: 0.7 },
      unit: '',
      value: spread(ratios(cpu.bundled, cpu.unbundled)),
      note: `${each(cpu.bundled)} s, ${each(cpu.unbundled)} s; from the sources with tsx ${each(cpu.sources)} s`,
    },
    {
      row: '11',
      what: 'death of the only worker to the answer of a request sent at that moment, 102 MB',
      goal: { most: 0.5 },
      unit: 's',
      value: spread(replacement),
      note: `a bare process that loads the model and runs it once takes ${bare} s here`,
    },
  ]
}

await runAlone(import.meta.url, measure)
