/** A program that tests start, since its threads are those of the whole process: in-threads.ts WHAT, which prints JSON. */

import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseServingConfig } from '../../../src/model/serving-config.ts'
import { imageToTensor } from '../../../src/worker/image/image-to-tensor.ts'
import { finish, startThreads } from '../../../src/worker/image/threads.ts'
import { followInstructions } from '../../../src/worker/instructions.ts'
import { readImage } from './goldens.ts'

const [, , what = '', images = '[]', sections = '[]'] = process.argv
let started = 0
process.on('worker', (worker) => {
  started += 1
  if (what === 'death') setImmediate(() => worker.terminate())
})

const answers = async (): Promise<string[]> => {
  const found: string[] = []
  for (const section of JSON.parse(sections) as object[]) {
    const model = {
      name: '',
      file: '',
      config: parseServingConfig(JSON.stringify({ preprocess: section })),
      signature: {
        inputs: [{ name: 'x', type: 'float32' as const, dims: ['n', 'c', 'h', 'w'] }],
        outputs: [],
        rows: 'dynamic' as const,
      },
    }
    const all = await Promise.all(
      (JSON.parse(images) as string[]).map((name) => imageToTensor(readImage(name), model)),
    )
    for (const { tensor } of all) {
      const hash = createHash('sha256').update(tensor.data as Float32Array)
      found.push(`${tensor.dims} ${hash.digest('hex')}`)
    }
  }
  return found
}

const loaded = async (options: object): Promise<number> => {
  const before = started
  const models = { load: async () => ({ info: { acceptsImages: true } }), find: () => {} }
  await new Promise<void>((resolve, reject) => {
    const receiveBody = async () => new Uint8Array()
    const parent = { send: () => {}, fail: reject, stop: resolve, receiveBody }
    const follow = followInstructions(models as never, parent)
    follow({ type: 'load', model: 'm', options } as never)
    follow({ type: 'stop' })
  })
  // Node tells of a new thread in the next turn.
  await nextTurn()
  return started - before
}

const results: Record<string, () => Promise<unknown>> = {
  bits: async () => {
    const here = await answers()
    startThreads(2)
    return { here, there: await answers(), started }
  },
  lacking: async () => {
    startThreads(1)
    // As where there is no memory for the copy that a thread gets.
    const bad = finish({ decoded: { data: Symbol('no bytes') } } as never).catch(() => 'rejected')
    return { bad: await bad, good: await answers() }
  },
  death: async () => {
    startThreads(1)
    return answers()
  },
  load: async () => [
    await loaded({ cpus: 16, workers: 16 }),
    await loaded({}),
    await loaded({ cpus: 4, workers: 1 }),
  ],
}
process.stdout.write(JSON.stringify(await results[what]?.()), () => {
  if (what === 'load') process.exit(0)
})
