/** How soon is a server with a model of 102 MB up, and how soon is a dead worker replaced? */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Figure, progress, runAlone } from './lib/figure.ts'
import { imageTensorPayload, modelFolders } from './lib/payloads.ts'
import { build, childrenOf, ENVIRONMENT, freePort, ROOT, startServer } from './lib/server.ts'
import { interleave, quantile, ratios, spread } from './lib/stats.ts'

const ROUNDS = 7

/** Seconds from the start of the process to the first 200 of /ping. */
const startSeconds = async (folder: string): Promise<number> => {
  const port = await freePort()
  const from = performance.now()
  const args = ['dist/main.js', '--host', '127.0.0.1', '--port', String(port), '--device', 'cpu']
  const child = spawn(process.execPath, [...args, '--model', folder], {
    cwd: ROOT,
    env: { ...ENVIRONMENT, SERVING_LOG_LEVEL: 'warn', SERVING_LOG_FORMAT: 'json' },
    stdio: 'ignore',
  })
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/ping`).catch(() => undefined)
    if (response?.status === 200) break
    await delay(2)
  }
  const seconds = (performance.now() - from) / 1000
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
  return seconds
}

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
