/**
 * ONNX Runtime alone: so many processes with so many threads each run a model for some seconds, and nothing else.
 *
 *   raw.ts MODEL_FOLDER PROCESSES THREADS SECONDS tensor|jpeg [JPEG]   prints runs in each second, of all processes
 *   raw.ts MODEL_FOLDER 1 THREADS RUNS each                            prints the milliseconds of each run
 *
 * With `jpeg` each run begins with decoding the picture, by the same code as in the server.
 */

import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readModelFolder } from '../../src/model/folder.ts'
import { exampleInputs } from '../../src/worker/engine/example.ts'
import { loadRuntime } from '../../src/worker/engine/execution-provider.ts'
import { createSession, sessionOptions } from '../../src/worker/engine/session.ts'
import { imageToTensor } from '../../src/worker/image/image-to-tensor.ts'

const [folder = '', processes = '1', threads = '1', amount = '1', mode = 'tensor', picture = ''] =
  process.argv.slice(2)

const prepare = async () => {
  const model = readModelFolder(folder)
  const options = sessionOptions('cpu', Number(threads))
  // As ONNX Runtime comes, with its arena; and alone on the machine ONNX Runtime is at its best with spinning, which is its default.
  const alone = Number(processes) === 1
  const session = await createSession(await loadRuntime('cpu'), model.file, {
    ...options,
    enableCpuMemArena: true,
    ...(alone && { extra: {} }),
  })
  const inputs = exampleInputs(session.signature)
  const [name = ''] = inputs.keys()
  const bytes = mode === 'jpeg' ? readFileSync(picture) : undefined
  const run = async () => {
    if (bytes)
      inputs.set(name, (await imageToTensor(bytes, { ...model, signature: session.signature })).tensor)
    await session.run(inputs)
  }
  for (let i = 0; i < 3; i += 1) await run()
  return run
}

const times = async (): Promise<number[]> => {
  const run = await prepare()
  const all: number[] = []
  for (let i = 0; i < Number(amount); i += 1) {
    const start = performance.now()
    await run()
    all.push(performance.now() - start)
  }
  return all
}

/** Of a child: says that it is ready, and runs until told to stop. */
const work = async (): Promise<void> => {
  const run = await prepare()
  let stopped = false
  let count = 0
  process.on('message', (message) => {
    if (message === 'stop') stopped = true
    else void loop()
  })
  const loop = async () => {
    const start = performance.now()
    while (!stopped) {
      await run()
      count += 1
    }
    process.send?.((count / (performance.now() - start)) * 1000, () => process.exit(0))
  }
  process.send?.('ready')
}

const together = async (): Promise<number> => {
  const children = Array.from({ length: Number(processes) }, () =>
    fork(process.argv[1] as string, process.argv.slice(2), { env: { ...process.env, RAW_CHILD: '1' } }),
  )
  const next = () =>
    Promise.all(children.map((child) => new Promise<unknown>((resolve) => child.once('message', resolve))))
  await next()
  const results = next()
  for (const child of children) child.send('go')
  setTimeout(() => {
    for (const child of children) child.send('stop')
  }, Number(amount) * 1000)
  return ((await results) as number[]).reduce((sum, rate) => sum + rate, 0)
}

if (process.env.RAW_CHILD) await work()
else process.stdout.write(JSON.stringify(mode === 'each' ? await times() : await together()))
