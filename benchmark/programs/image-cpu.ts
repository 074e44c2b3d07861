/** Prints the CPU milliseconds that an image takes to its tensor, as a worker makes it. image-cpu.ts FILE TIMES */

import { readFileSync } from 'node:fs'
import type { Model } from '../../src/model/model.ts'
import { parseServingConfig } from '../../src/model/serving-config.ts'
import { imageToTensor } from '../../src/worker/image/image-to-tensor.ts'

const [file = '', times = ''] = process.argv.slice(2)
const bytes = readFileSync(file)
const dims = ['batch', 3, 224, 224]
const model: Model = {
  name: '',
  file: '',
  config: parseServingConfig('preprocess: { resize: { shortest: 256 }, crop: { width: 224, height: 224 } }'),
  signature: { inputs: [{ name: 'image', type: 'float32', dims }], outputs: [], rows: 'dynamic' },
}
const convert = async (count: number): Promise<number> => {
  const before = process.cpuUsage()
  for (let i = 0; i < count; i++) await imageToTensor(bytes, model)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / count
}
await convert(50)
process.stdout.write(String(await convert(Number(times))))
