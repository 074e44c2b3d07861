/** What a model's graph asks for before the model is loaded: a change of its outputs, and what is known of its classes. */

import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelFolder } from '../../../model/model.ts'
import { findClasses } from './classes.ts'
import { type OnnxFile, readOnnx } from './read.ts'
import { withoutZipMaps, writeEdited } from './rewrite.ts'
import { WireError, WireFile } from './wire.ts'

const EDITED_FILE = 'model.edited.onnx'

/** What is in the file; undefined if it is no ONNX file, of which ONNX Runtime knows others. */
const read = (path: string): OnnxFile | undefined => {
  try {
    return readOnnx(path)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}

/** @param directory where a changed graph may be written */
export const prepareModel = (
  folder: ModelFolder,
  directory: string | undefined,
): { folder: ModelFolder; onnx?: OnnxFile } => {
  const onnx = read(folder.file)
  if (onnx === undefined) return { folder }
  const file = new WireFile(folder.file)
  const classes = findClasses(onnx, file)
  file.close()
  const known: ModelFolder = classes.size > 0 ? { ...folder, classes } : folder
  const edits = withoutZipMaps(onnx, (name) => classes.get(name)?.labels.length, statSync(folder.file).size)
  if (edits.length === 0) return { folder: known, onnx }
  return { folder: { ...known, edited: { edits, ...write(folder.file, edits, directory) } }, onnx }
}

/** Where nothing can be written, each process edits the file as it loads it. */
const write = (
  path: string,
  edits: Parameters<typeof writeEdited>[1],
  directory: string | undefined,
): { file?: string } => {
  if (directory === undefined) return {}
  const file = join(directory, EDITED_FILE)
  try {
    writeEdited(path, edits, file)
    return { file }
  } catch {
    return {}
  }
}
