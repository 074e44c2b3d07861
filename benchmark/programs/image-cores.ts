/**
 * Prints how one worker makes images into tensors as fast as it can, as JSON: CPUs kept busy, and CPU milliseconds an image takes, in all
 * and of the worker's own thread. image-cores.ts FILE TIMES CPUS
 */

import { readFileSync } from 'node:fs'
import { imageToTensor } from '../../src/worker/image/image-to-tensor.ts'
import { startThreads, threadsFor } from '../../src/worker/image/threads.ts'
import { photoModel } from './photo-model.ts'

/** As many as a batch has. */
const AT_ONCE = 32

const [file = '', times = '', cpus = ''] = process.argv.slice(2)
const bytes = readFileSync(file)
startThreads(threadsFor({ cpus: Number(cpus), workers: 1 }))

/** Milliseconds on a CPU of this thread, which has the number of the process. */
const ownCpu = (): number =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6

const convert = async (count: number): Promise<void> => {
  let next = 0
  const lane = async () => {
    while (next++ < count) await imageToTensor(bytes, photoModel)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

await convert(100)
const [start, own, all] = [performance.now(), ownCpu(), process.cpuUsage()]
await convert(Number(times))
const wall = performance.now() - start
const { user, system } = process.cpuUsage(all)
const cpu = (user + system) / 1000
process.stdout.write(
  JSON.stringify({
    cores: cpu / wall,
    cpu: cpu / Number(times),
    own: (ownCpu() - own) / Number(times),
  }),
)
process.exit(0)
