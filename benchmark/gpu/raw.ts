/**
 * ONNX Runtime alone on a card: so many processes each run batches of so many rows for some seconds; prints rows a second, of all.
 *
 *   raw.ts MODEL_FOLDER PROCESSES ROWS SECONDS
 */

import { fork } from 'node:child_process'
import { readModelFolder } from '../../src/model/folder.ts'
import { exampleInputs } from '../../src/worker/engine/example.ts'
import { loadRuntime } from '../../src/worker/engine/execution-provider.ts'
import { createSession, sessionOptions } from '../../src/worker/engine/session.ts'

const [folder = '', processes = '1', rows = '1', seconds = '1'] = process.argv.slice(2)

/** Of a child: says that it is ready, and runs once it is told to. */
const work = async (): Promise<void> => {
  const { file } = readModelFolder(folder)
  const session = await createSession(await loadRuntime('cuda'), file, sessionOptions('cuda', 1))
  const inputs = exampleInputs({ ...session.signature, rows: 'dynamic' }, Number(rows))
  for (let i = 0; i < 5; i += 1) await session.run(inputs)
  process.once('message', () => void measure())
  const measure = async () => {
    const start = performance.now()
    let runs = 0
    while (performance.now() - start < Number(seconds) * 1000) {
      await session.run(inputs)
      runs += 1
    }
    process.send?.((runs * Number(rows) * 1000) / (performance.now() - start), () => process.exit(0))
  }
  process.send?.('ready')
}

if (process.env.RAW_CHILD) await work()
else {
  const children = Array.from({ length: Number(processes) }, () =>
    fork(process.argv[1] as string, process.argv.slice(2), { env: { ...process.env, RAW_CHILD: '1' } }),
  )
  const next = () =>
    Promise.all(
      children.map(
        (child) =>
          new Promise<unknown>((resolve, reject) => {
            child.once('message', resolve)
            child.once('exit', () => reject(new Error('ONNX Runtime alone ended')))
          }),
      ),
    )
  await next()
  for (const child of children) child.send('go')
  const rates = (await next()) as number[]
  process.stdout.write(JSON.stringify(rates.reduce((sum, rate) => sum + rate, 0)))
}
