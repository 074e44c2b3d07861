/** What a model's graph asks for before the model is loaded: a change of its outputs, and what is known of its classes. */

import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Classes, Edit, ModelFolder } from '../../../model/model.ts'
import { findClasses } from './classes.ts'
import { type Columns, findColumns } from './columns.ts'
import { within, writeEdited } from './edits.ts'
import { lacksDefaultLocale, withNeutralLocale } from './locale.ts'
import { type OnnxFile, readOnnx } from './read.ts'
import { WireError, WireFile } from './wire.ts'
import { opset, withoutZipMaps } from './zipmap.ts'

const EDITED_FILE = 'model.edited.onnx'

/** ONNX Runtime's kernels of these abort: of an LSTM without a row, and of a GRU without a row or a step (1.30.0). */
const RECURRENT = ['LSTM', 'GRU', 'com.microsoft.DynamicQuantizeLSTM']

/** What was found; without `onnx` the file is none, and ONNX Runtime says what is wrong with it. */
export type Prepared = { folder: ModelFolder; onnx?: OnnxFile; columns?: Columns }

/** @param directory where a changed graph may be written */
export const prepareModel = (folder: ModelFolder, directory: string | undefined): Prepared => {
  try {
    const onnx = readOnnx(folder.file)
    const { classes, columns } = lookInto(folder.file, onnx)
    const edits = findEdits(folder.file, onnx, classes)
    const edited = edits.length > 0 && { edited: { edits, ...write(folder.file, edits, directory) } }
    const isRecurrent = RECURRENT.some((operator) => onnx.operators.has(operator))
    const found = { ...(classes.size > 0 && { classes }), ...(isRecurrent && { recurrent: true as const }) }
    return { folder: { ...folder, ...found, ...edited }, onnx, columns }
  } catch (error) {
    if (error instanceof WireError) return { folder }
    throw error
  }
}

/** Of the whole file, in order; none if it can be loaded as it is. */
const findEdits = (path: string, onnx: OnnxFile, classes: ReadonlyMap<string, Classes>): Edit[] => {
  const inZipMaps = withoutZipMaps(onnx, (name) => classes.get(name)?.labels.length)
  const normalizes = onnx.operators.has('StringNormalizer')
  const inGraph = [...inZipMaps, ...(normalizes && lacksDefaultLocale() ? withNeutralLocale(onnx) : [])]
  if (inGraph.length === 0 || onnx.graph === undefined) return []
  const edits = within(onnx.graph, inGraph)
  if (onnx.opsets.has('')) return edits
  const { size } = statSync(path)
  return [...edits, { start: size, end: size, bytes: opset() }]
}

const lookInto = (path: string, onnx: OnnxFile) => {
  const file = new WireFile(path)
  try {
    return { classes: findClasses(onnx, file), columns: findColumns(onnx, file) }
  } finally {
    file.close()
  }
}

/** Where nothing can be written, each process edits the file as it loads it. */
const write = (path: string, edits: readonly Edit[], directory: string | undefined): { file?: string } => {
  if (directory === undefined) return {}
  const file = join(directory, EDITED_FILE)
  try {
    writeEdited(path, edits, file)
    return { file }
  } catch {
    // Half a file takes space that the server needs.
    rmSync(file, { force: true })
    return {}
  }
}
