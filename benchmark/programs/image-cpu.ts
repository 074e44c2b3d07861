/** Prints the CPU milliseconds that an image takes to its tensor, as a worker makes it. image-cpu.ts FILE TIMES */

import { readFileSync } from 'node:fs'
import { imageToTensor } from '../../src/worker/image/image-to-tensor.ts'
import { photoModel } from './photo-model.ts'

const [file = '', times = ''] = process.argv.slice(2)
const bytes = readFileSync(file)
const convert = async (count: number): Promise<number> => {
  const before = process.cpuUsage()
  for (let i = 0; i < count; i++) await imageToTensor(bytes, photoModel)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / count
}
await convert(50)
process.stdout.write(String(await convert(Number(times))))
