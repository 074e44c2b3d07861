/** Writes models that only an attack needs to a temporary folder. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeModel, type Graph } from '../../test/fixtures/onnx-proto.ts'

export type ModelFiles = { graph: Graph; yaml?: string }

/** `y`, which is `x`. */
export const identityOf = (type: string): Graph => ({
  inputs: { x: type },
  outputs: { y: type },
  nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
})

/** The mean of each channel of an image. */
export const CHANNEL_MEANS: Graph = {
  inputs: { x: 'float32[batch,3,8,8]' },
  outputs: { y: 'float32[batch,3]' },
  nodes: [{ op: 'ReduceMean', inputs: ['x'], outputs: ['y'], attributes: { axes: [2, 3], keepdims: 0 } }],
}

export const IMAGE_YAML = 'preprocess:\n  resize: { width: 8, height: 8 }\n'

/** A folder that ends with this process. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'attack-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** @returns the model's folder */
export const writeModel = (root: string, name: string, { graph, yaml }: ModelFiles): string => {
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'model.onnx'), encodeModel(graph))
  if (yaml !== undefined) writeFileSync(join(folder, 'serving.yaml'), yaml)
  return folder
}
