/**
 * Each message of the protocol as it crosses, from real exchanges with real processes, against what is committed in
 * test/fixtures/messages.json. Where a message is meant to change:
 *
 *   UPDATE=1 node --import tsx test/protocol/messages.test.ts
 */

import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { readFileSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { readModelFolder } from '../../src/model/folder.ts'
import { FrameReader } from '../../src/protocol/frame-reader.ts'
import { decode, encode } from '../../src/protocol/frames.ts'
import type { FromInspection, FromWorker, ToInspection, ToWorker } from '../../src/protocol/messages.ts'
import type { Request } from '../../src/protocol/request.ts'
import { Channel } from '../../src/server/pool/channel.ts'
import { inspect } from '../../src/server/pool/inspect.ts'
import { WorkerProcess } from '../../src/server/pool/worker-process.ts'
import { codeFolder } from '../fixtures/code-folder.ts'
import { fixture, ROOT } from '../fixtures/index.ts'

const SNAPSHOT = `${ROOT}test/fixtures/messages.json`

/** Every message, so that none is left out: a missing or a superfluous one does not compile. */
const TYPES = {
  'server → worker': { load: 1, run: 1, cancel: 1, probe: 1, stop: 1 } satisfies Record<ToWorker['type'], 1>,
  'worker → server': {
    loaded: 1,
    failed: 1,
    preparing: 1,
    piece: 1,
    replies: 1,
    done: 1,
    alive: 1,
  } satisfies Record<FromWorker['type'], 1>,
  'server → inspection': { inspect: 1 } satisfies Record<ToInspection['type'], 1>,
  'inspection → server': { stage: 1, unfit: 1, inspected: 1, failed: 1 } satisfies Record<
    FromInspection['type'],
    1
  >,
}

type Direction = keyof typeof TYPES

const seen = new Map<Direction, Map<string, unknown>>()

/** What differs from one exchange to the next. */
const MEASURED = ['seconds', 'decodeSeconds', 'milliseconds', 'threads']

/** The message without what was measured, and bytes by their number. */
const plain = (value: unknown, directory: string): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, member) => {
      if (MEASURED.includes(key)) return typeof member
      if (member?.type === 'Buffer') return `${member.data.length} bytes`
      if (member instanceof Uint8Array) return `${member.byteLength} bytes`
      if (typeof member !== 'string') return member
      // Of a bug's message the stack is left out.
      return member.replace(directory, '/temp').replace(ROOT, '/root/').split('\n')[0]
    }),
  )

/** The first message of each type counts, or of each stage. */
const note = (direction: Direction, message: object, directory: string): void => {
  const { type, stage } = message as { type: string; stage?: string }
  const messages = seen.get(direction) ?? new Map<string, unknown>()
  seen.set(direction, messages)
  const name = stage === undefined ? type : `${type} ${stage}`
  if (!messages.has(name)) messages.set(name, plain(message, directory))
}

/** Notes what is said to and by all processes that are started from now on. */
const listen = (from: Direction, directory = '/none'): void => {
  Channel.prototype.send = function (message) {
    const to = message.type === 'inspect' ? 'server → inspection' : 'server → worker'
    note(to, decode(Buffer.concat(encode(message))) as object, directory)
    return send.call(this, message)
  }
  listening = ({ stdio }) => {
    const reader = new FrameReader((frame) => note(from, decode(frame) as object, directory))
    stdio[3]?.on('data', (chunk: Buffer) => reader.add(chunk))
  }
}

const { send } = Channel.prototype
let listening: (child: ChildProcess) => void = () => {}
// Node has not yet made its socket when it tells of the process.
subscribe('child_process', (message) =>
  process.nextTick(() => listening((message as { process: ChildProcess }).process)),
)

/** A worker that has loaded the model, or has said why it cannot. */
const start = (t: Test, name: string, path = fixture(name)): Promise<WorkerProcess> => {
  listen('worker → server')
  return new Promise((resolve) => {
    const worker = new WorkerProcess({
      onReady: resolve,
      onFailed: () => resolve(worker),
      onExit: () => resolve(worker),
    })
    t.teardown(() => worker.kill('the test is over'))
    worker.load(name, {
      folder: readModelFolder(path),
      device: 'cpu',
      rows: 'dynamic',
      recipe: { floats: 'normal', scale: 1, integers: [0, 2], strings: ['a'], size: 8 },
      threads: 1,
      threadsAlone: 1,
      startTimeoutMs: 300_000,
      // The large body below is one run.
      maxBatchSize: 1_000_000,
      defaultAccept: 'application/json',
      maxBodyBytes: 25 * 2 ** 20,
      prepareTimeoutMs: 60_000,
    })
  })
}

const run = (worker: WorkerProcess, items: Request[]) =>
  worker.run(items, false, { reply: () => {}, preparing: () => {} })

t.test('a worker', async (t) => {
  const one = await start(t, 'add-one')
  const json = (body: string): Request => ({
    model: 'add-one',
    headers: { 'content-type': 'application/json', 'content-encoding': 'identity', accept: '*/*' },
    body: Buffer.from(body),
  })
  // The route as a task of Hugging Face's would get it.
  await run(one, [{ ...json('[[1,2,3]]'), route: '/embed' }, json('5')]).done
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 3), }\n"
  const npy = (): Request => ({
    model: 'add-one',
    headers: { 'content-type': 'application/x-npy', accept: 'application/x-npy' },
    body: Buffer.concat([
      Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(header.length)}\x00${header}`, 'latin1'),
      Buffer.alloc(12_000_000),
    ]),
  })
  await run(one, [npy()]).done
  await one.stop(60_000)
  // Longer than a worker may be silent.
  const text = 'export const predict = () => new Promise((resolve) => setTimeout(resolve, 1000, 1))'
  const patient = await start(t, 'patient', codeFolder(t, { 'code/inference.mjs': text }))
  const { done, cancel } = run(patient, Array(2).fill({ ...json('1'), model: 'patient' }))
  cancel(1)
  await done
  // An idle worker is asked four times a second.
  while (!seen.get('worker → server')?.has('alive')) await new Promise((resolve) => setTimeout(resolve, 50))
  await start(t, 'corrupt')
})

t.test('the inspection', async (t) => {
  const directory = t.testdir()
  listen('inspection → server', directory)
  const common = { device: 'cpu' as const, directory, startTimeoutMs: 300_000 }
  await inspect({ ...common, model: fixture('add-one') })
  await t.rejects(inspect({ ...common, model: fixture('corrupt') }))
  // No model of the tests makes it say so.
  note('inspection → server', { type: 'unfit', problem: 'text' } satisfies FromInspection, directory)
})

t.test('each message is as it was', async (t) => {
  for (const [direction, types] of Object.entries(TYPES)) {
    const names = [...(seen.get(direction as Direction)?.keys() ?? [])].map((name) => name.split(' ')[0])
    t.strictSame([...new Set(names)].sort(), Object.keys(types).sort(), `all that goes ${direction} was seen`)
  }
  const found = Object.fromEntries(
    Object.keys(TYPES).map((direction) => [
      direction,
      Object.fromEntries([...(seen.get(direction as Direction) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  )
  if (process.env.UPDATE !== undefined) writeFileSync(SNAPSHOT, `${JSON.stringify(found, undefined, 2)}\n`)
  t.strictSame(found, JSON.parse(readFileSync(SNAPSHOT, 'utf8')))
})
