/**
 * Are the pixels that a model gets here those of the library that it was trained with? Compares on your own pictures, with a file
 * that scripts/parity/reference.py writes.
 *
 *   npm run parity -- --model DIR --images DIR --reference FILE
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { readModelFolder } from '../src/model/folder.ts'
import type { Tensor } from '../src/tensor/tensor.ts'
import { loadRuntime } from '../src/worker/engine/execution-provider.ts'
import { createSession, sessionOptions } from '../src/worker/engine/session.ts'
import { imageInput, imageToTensor } from '../src/worker/image/image-to-tensor.ts'
import { add, differenceOf, format, NONE, outputDifference } from './parity/differences.ts'
import { readReference } from './parity/read-reference.ts'

const program = new Command('npm run parity --')
  .description(
    'Compares the tensors that pictures become, and what the model makes of them, with a Python library.\n' +
      'First: python scripts/parity/reference.py --model DIR --images DIR --library pillow --out FILE',
  )
  .requiredOption('--model <dir>', 'the model folder, with a preprocess section in its serving.yaml')
  .requiredOption('--images <dir>', 'the folder of pictures')
  .requiredOption('--reference <file>', 'what reference.py has written of them')
  .parse()

const { model: folderPath, images, reference } = program.opts<Record<string, string>>()

const main = async (): Promise<void> => {
  const folder = readModelFolder(folderPath ?? '')
  const { preprocess } = folder.config
  if (preprocess === undefined) throw new Error(`${folderPath}: serving.yaml has no preprocess section`)
  const session = await createSession(await loadRuntime('cpu'), folder.file, sessionOptions('cpu', 1))
  const { signature } = session
  const model = { ...folder, signature }
  const input = imageInput(signature, preprocess)
  if (input?.type !== 'float32' || signature.inputs.length > 1)
    throw new Error('only models with one input, of float32, can be compared')
  const outputsOf = (data: Float32Array, dims: readonly number[]) => {
    const tensor: Tensor = { type: 'float32', dims: [...dims], data }
    return session.run(new Map([[input.name, tensor]]))
  }
  const references = readReference(reference ?? '')
  const wide = Math.max(8, ...references.map(({ name }) => name.length))
  console.log(`${'picture'.padEnd(wide)}    tensor: mean, max     outputs: mean, max`)
  let [tensors, outputs, same] = [NONE, NONE, 0]
  for (const { name, dims, data } of references) {
    const { tensor } = await imageToTensor(readFileSync(join(images ?? '', name)), model)
    if (String(tensor.dims) !== String(dims))
      throw new Error(`${name}: [${tensor.dims}] here, and [${dims}] in ${reference}; is it of this recipe?`)
    const ours = tensor.data as Float32Array
    const difference = differenceOf(ours, data)
    const changed = outputDifference(await outputsOf(ours, dims), await outputsOf(data, dims))
    console.log(`${name.padEnd(wide)}${format(difference)}${format(changed)}`)
    tensors = add(tensors, difference)
    outputs = add(outputs, changed)
    if (difference.largest === 0) same += 1
  }
  console.log(`${'all'.padEnd(wide)}${format(tensors)}${format(outputs)}`)
  console.log(`${references.length} pictures, ${same} of them the same to the bit`)
}

try {
  await main()
} catch (error) {
  console.error(`error: ${(error as Error).message}`)
  process.exit(1)
}
