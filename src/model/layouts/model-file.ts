/** Which file of a folder is the model: `model.onnx`, `onnx/model.onnx`, or the only one. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '../../errors.ts'
import { listNames, quote } from '../../words.ts'
import { foreignFolder } from '../recognise.ts'

/** ONNX, or ONNX Runtime's own format of it. */
export const isModel = (name: string): boolean => /\.(onnx|ort)$/i.test(name)

/** `notes`: a line each for the log. */
export type Chosen = { file: string; notes: readonly string[] }

const USUAL = ['model.onnx', 'model.ort', 'onnx/model.onnx']

/**
 * @param named what serving.yaml says, absolute
 * @param hasCode code of the folder's own, which may need no model, or several: then the file may be empty
 * @throws StartupError if there is none, or it is not clear which
 */
export const chooseModel = (folder: string, named: string | undefined, hasCode: boolean): Chosen => {
  if (named !== undefined) return { file: named, notes: [] }
  const names = filesIn(folder)
  const models = modelsIn(folder, names)
  const usual = USUAL.find((name) => models.includes(name))
  const only = usual ?? models[0]
  if (hasCode && usual === undefined && models.length !== 1) return { file: '', notes: [] }
  if (only === undefined) {
    const found = names.length === 0 ? 'it is empty' : `it holds ${listNames(names)}`
    const foreign = foreignFolder(folder, names, isModel)
    throw new StartupError(`no .onnx file in ${folder}: ${found}${foreign ? `. ${foreign}` : ''}`)
  }
  if (usual === undefined) refuseSeveral(folder, models)
  return { file: join(folder, only), notes: precisionNotes(only, models) }
}

/** Where a folder holds no model itself, Hugging Face's exporters have them in onnx/. */
const modelsIn = (folder: string, names: readonly string[]): readonly string[] => {
  const models = names.filter(isModel)
  if (models.length > 0 || !names.includes('onnx') || !isHuggingFace(folder, names)) return models
  return filesIn(join(folder, 'onnx'))
    .filter(isModel)
    .map((name) => `onnx/${name}`)
}

const isHuggingFace = (folder: string, names: readonly string[]): boolean =>
  names.includes('config.json') || existsSync(join(folder, 'onnx/model.onnx'))

const refuseSeveral = (folder: string, models: readonly string[]): void => {
  if (models.length < 2) return
  const [first = ''] = models
  const parts = models.filter((name) => /(^|\/)decoder_/.test(name))
  if (parts.length > 0)
    throw new StartupError(
      `${folder} holds ${listNames(models)}: a model that writes text runs its decoder once for each word, which is not supported. An encoder alone can be served, with "model: encoder_model.onnx" and "task: tensors" in serving.yaml`,
    )
  throw new StartupError(
    `${folder} holds ${models.length} models, ${listNames(models)}: name one in serving.yaml, e.g. ${quote(`model: ${first}`)}`,
  )
}

/** As Optimum, sentence-transformers and transformers.js call a model's smaller forms: model_quantized, model_fp16, model_O3 and so on. */
const precisionNotes = (chosen: string, models: readonly string[]): string[] => {
  const others = models.filter((name) => name !== chosen && /(^|\/)model_\w+\.onnx$/i.test(name))
  const [first] = others
  if (first === undefined || !/(^|\/)model\.onnx$/.test(chosen)) return []
  return [
    `${quote(chosen)} is served, and beside it are ${listNames(others)}: ${quote(`model: ${first}`)} in serving.yaml serves that instead`,
  ]
}

/** The names of what a folder holds, sorted. @throws StartupError if it cannot be read */
export const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    throw new StartupError(
      `${folder} cannot be read (${(error as NodeJS.ErrnoException).code}): check its permissions`,
    )
  }
}
