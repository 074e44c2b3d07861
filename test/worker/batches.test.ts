import t from 'tap'
import type { FromWorker } from '../../src/protocol/messages.ts'
import { Batches } from '../../src/worker/batches.ts'
import type { Session } from '../../src/worker/engine/session.ts'
import type { LoadedModel } from '../../src/worker/load.ts'
import type { Task } from '../../src/worker/task/task.ts'

/** As ONNX Runtime does: a run keeps the thread. */
const blockFor = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

const task: Task = {
  read: () => ({ parts: [{ rows: 1, inputs: new Map() }], context: undefined }),
  write: () => ({ body: 'done', contentType: 'x/y' }),
}

/** A model each of whose requests is a run that takes so long. */
const modelOf = (milliseconds: number) => {
  const run = async () => {
    blockFor(milliseconds)
    return new Map()
  }
  const session = { run } as unknown as Session
  return {
    task,
    rows: 'none',
    maxBatchSize: 1,
    prepareTimeoutMs: 60_000,
    sessionFor: () => session,
    info: {},
  } as unknown as LoadedModel
}

const typesOf = async (requests: number, milliseconds: number): Promise<string[]> => {
  const sent: FromWorker[] = []
  const batches = new Batches(
    () => modelOf(milliseconds),
    (message) => sent.push(message),
  )
  const items = Array.from({ length: requests }, () => ({ headers: {}, body: new Uint8Array(1) }))
  await batches.run({ type: 'run', batch: 1, model: 'm', alone: false, items })
  return sent.map(({ type }) => type)
}

t.test(
  'A worker that makes one run after another says that it gets on, and one in a single run does not',
  async (t) => {
    t.ok((await typesOf(4, 250)).includes('preparing'))
    t.strictSame(await typesOf(1, 1000), ['done'])
  },
)
