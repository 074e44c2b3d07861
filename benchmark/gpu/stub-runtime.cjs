/**
 * Stands in for onnxruntime-node on a machine without a card: runs take as long as on one, and hold the thread as there, other
 * processes wait for the card, a change of shape costs time, and memory can run out. Outputs are made up, row by row.
 * Its folder, made by stub.ts, is in STUB_CARD.
 */

const { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

const folder = process.env.STUB_CARD
const card = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'))
const real = require(card.runtime)
const memory = join(folder, 'memory')

const sleep = (milliseconds) => {
  if (milliseconds > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

/** Waits for the card, which another process may have, and for the run. */
const computeFor = (milliseconds) => {
  const lock = join(folder, 'lock')
  const file = join(folder, 'busy-until')
  for (const from = Date.now(); ; ) {
    try {
      mkdirSync(lock)
      break
    } catch {
      // Whoever has held it for a second was killed.
      if (Date.now() - from > 1000) break
      sleep(0.05)
    }
  }
  const until = Math.max(Date.now(), Number(readFileSync(file, 'utf8'))) + milliseconds
  writeFileSync(file, String(until))
  rmSync(lock, { recursive: true, force: true })
  sleep(until - Date.now())
}

/** Sessions of processes that have ended hold nothing. */
const freeMiB = () =>
  readdirSync(memory)
    .filter((name) => {
      try {
        process.kill(Number(name.split('-')[0]), 0)
        return true
      } catch {
        return false
      }
    })
    .reduce((free) => free - card.sessionMiB, card.memoryMiB)

/** What the card does wrong, which tests write into the file `fault`: "lost" for each process from then on, or the most rows of a run. */
const fault = () => {
  try {
    return readFileSync(join(folder, 'fault'), 'utf8')
  } catch {
    return ''
  }
}

let isLost = false

const failAsTold = (rows) => {
  const told = fault()
  isLost ||= told === 'lost'
  if (isLost)
    throw new Error(
      'Non-zero status code returned while running Gemm node. CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=stub ; ',
    )
  if (told !== '' && rows > Number(told))
    throw new Error('CUDA failure 2: out of memory ; GPU=0 ; hostname=stub ; ')
}

let sessions = 0

class InferenceSession {
  static async create(file, options) {
    if (freeMiB() < card.sessionMiB)
      throw new Error(
        '/x/onnxruntime/cuda_call.cc:1 CUDA failure 2: out of memory ; GPU=0 ; hostname=stub ; ',
      )
    const session = new InferenceSession()
    sessions += 1
    session.held = join(memory, `${process.pid}-${sessions}`)
    writeFileSync(session.held, '')
    const { executionProviders, ...others } = options
    const opened = await real.InferenceSession.create(file, { ...others, executionProviders: ['cpu'] })
    session.inputMetadata = opened.inputMetadata
    session.outputMetadata = opened.outputMetadata
    await opened.release()
    return session
  }

  async run(feeds) {
    const [first] = Object.values(feeds)
    const [rows] = first.dims
    failAsTold(rows)
    const isImage = first.dims.length === 4
    if (isImage && this.rows !== rows) sleep(card.shapeChangeMs)
    this.rows = rows
    const { steps, share } = isImage ? card.image : card.text
    const size = Math.min(Math.ceil(Math.log2(rows)), steps.length - 1)
    const milliseconds = (steps[size] * rows) / Math.min(rows, 2 ** size)
    sleep(milliseconds * (1 - share))
    computeFor(milliseconds * share)
    return Object.fromEntries(
      this.outputMetadata.map(({ name, shape }) => {
        const width = shape.slice(1).reduce((product, dim) => product * dim, 1)
        const data = new Float32Array(rows * width)
        const length = first.data.length / rows
        for (let row = 0; row < rows; row += 1)
          data.fill(
            Number(first.data[row * length]) + Number(first.data[row * length + 1]),
            row * width,
            (row + 1) * width,
          )
        return [name, { type: 'float32', dims: [rows, ...shape.slice(1)], data }]
      }),
    )
  }

  async release() {
    rmSync(this.held, { force: true })
  }
}

module.exports = { env: {}, InferenceSession }
