/**
 * Says when what is due at given times is due, to some hundredths of a millisecond. JavaScript, since tsx does not load a
 * thread's first file in Node 20.
 */

import { parentPort, workerData } from 'node:worker_threads'

const { due, from, state, cells } = workerData

for (const [index, at] of due.entries()) {
  const left = from + at - Number(process.hrtime.bigint()) / 1e6
  if (left > 0) Atomics.wait(state, cells.never, 0, left)
  Atomics.store(state, cells.count, index + 1)
  if (Atomics.exchange(state, cells.told, 1) === 0) parentPort.postMessage(0)
}
