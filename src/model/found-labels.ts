/** Labels that serving.yaml does not name: files of the usual names beside the model, where they fit its classes. */

import { readdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { formatSpec } from '../words.ts'
import { inside } from './folder.ts'
import { readLabels } from './labels.ts'
import type { TensorSpec } from './signature.ts'

/** index_to_name.json is TorchServe's. */
export const LABEL_FILES = ['labels.txt', 'labels.json', 'index_to_name.json']

/**
 * The first of them that fits. Each of the others has a line for the log that says why it is ignored.
 * @param path the model's folder, or its ONNX file
 * @param output what the labels are to name
 * @param classes how many there are; undefined if that is not known
 */
export const findLabels = (
  path: string,
  output: TensorSpec,
  classes: number | undefined,
): { labels?: readonly string[]; warnings: string[] } => {
  const folder = statSync(path).isDirectory() ? path : dirname(path)
  const names = new Set(readdirSync(folder))
  const warnings: string[] = []
  for (const name of LABEL_FILES) {
    if (!names.has(name)) continue
    const ignored = (reason: string) =>
      warnings.push(`${name} is ignored: ${reason}. Correct or rename it; replies have no names meanwhile`)
    try {
      const labels = readLabels(inside(folder, 'labels', name), name)
      const shown = `output ${output.name} ${formatSpec(output)}`
      if (labels.length === classes) return { labels, warnings: [] }
      if (classes === undefined) ignored(`${shown} has no classes that it could name`)
      else ignored(`it has ${labels.length} names, and ${shown} has ${classes} classes`)
    } catch (error) {
      ignored((error as Error).message.replace(/^(serving\.yaml: )?labels: /, ''))
    }
  }
  return { warnings }
}
