/** What a model folder is, in a few words, and what it needs; the model itself is not opened. */

import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readModelFolder } from '../../src/model/folder.ts'
import { contentsOf } from '../package/contents.ts'

export type ModelFacts = {
  /** Such as `model.onnx, 44.5 kB`. */
  description: string
  bytes: number
}

export const size = (bytes: number): string =>
  bytes < 1e6
    ? `${(bytes / 1e3).toFixed(1)} kB`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(1)} MB`
      : `${(bytes / 1e9).toFixed(1)} GB`

/** Throws CommandError if the folder cannot be served or packed. */
export const factsOf = (folder: string): ModelFacts => {
  const { files } = contentsOf(folder)
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
  const { file, code, huggingFace } = readModelFolder(folder)
  const task = huggingFace?.config.architectures
  const parts = [
    ...(file === '' ? [] : [basename(file)]),
    ...(code === undefined ? [] : [`code/${basename(code)}`]),
    ...(huggingFace === undefined
      ? []
      : [`of Hugging Face${Array.isArray(task) ? `: ${task.join(', ')}` : ''}`]),
    size(bytes),
  ]
  return { description: parts.join(', '), bytes }
}

/** GiB of memory of instances with four times as many as vCPUs (AWS, "Amazon EC2 M7i instances"). */
const MEMORY_GIB = { large: 8, xlarge: 16, '2xlarge': 32, '4xlarge': 64, '8xlarge': 128, '12xlarge': 192 }

/** The smallest that holds the weights, as much again for what runs of them need, and the server with the system. */
export const instanceFor = (bytes: number): { type: string; gib: number } => {
  const needed = 2 * bytes + 2 * 2 ** 30
  const sizes = Object.entries(MEMORY_GIB)
  const [name, gib] = sizes.find(([, gib]) => gib * 2 ** 30 >= needed) ?? (sizes.at(-1) as [string, number])
  return { type: `ml.m7i.${name}`, gib }
}
