/**
 * What it costs a process to be handed requests by threads of its own that talk to clients, in place of talking itself. Two
 * threads send what waits in one message, as often as answers come back; prints the microseconds of CPU that the receiving thread
 * took for each request. JavaScript, since a thread has no loader for TypeScript.
 */

import { readFileSync } from 'node:fs'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

const FRONTS = 2
/** As many as are in hand at each, so 64 as in the other rows. */
const IN_HAND = 32
const SECONDS = 4
const answer = '{"predictions":[[0.4817845821380615,0.5182154178619385]]}'

/** CPU seconds of this thread alone; Linux counts them in hundredths. */
const mainThreadSeconds = () => {
  const fields = readFileSync(`/proc/${process.pid}/task/${process.pid}/stat`, 'utf8')
    .split(') ')[1]
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

if (isMainThread) {
  let received = 0
  for (let index = 0; index < FRONTS; index += 1) {
    const front = new Worker(new URL(import.meta.url), { execArgv: [] })
    front.on('message', ({ ids, bodies }) => {
      received += bodies.length
      front.postMessage({ ids, answers: bodies.map(() => answer) })
    })
  }
  setTimeout(() => {
    const [before, first] = [mainThreadSeconds(), received]
    setTimeout(() => {
      process.stdout.write(`${((mainThreadSeconds() - before) * 1e6) / (received - first)}\n`)
      process.exit(0)
    }, SECONDS * 1000)
  }, 1000)
} else {
  // As small as the tabular model's.
  const body = new Uint8Array(300)
  const send = (ids) => parentPort.postMessage({ ids, bodies: ids.map(() => body.slice()) })
  parentPort.on('message', ({ ids }) => send(ids))
  // In two messages, so that one is on its way while the other is answered.
  const ids = Array.from({ length: IN_HAND / 2 }, (_, index) => index)
  send(ids)
  send(ids)
}
