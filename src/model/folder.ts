/** A model folder, or a single ONNX file: which file is the model, and what serving.yaml beside it says. Only reads. */

import { accessSync, constants, existsSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { StartupError } from '../errors.ts'
import { listNames, quote } from '../words.ts'
import { readLabels } from './labels.ts'
import { readHuggingFace, unreadNotes } from './layouts/hugging-face.ts'
import { chooseModel, filesIn, isModel } from './layouts/model-file.ts'
import type { ModelFolder } from './model.ts'
import { foreignContent, foreignFile } from './recognise.ts'
import { parseServingConfig } from './serving-config.ts'

export const CONFIG_FILE = 'serving.yaml'

/** Names under which serving.yaml is not read, e.g. serving.yml. */
const MISNAMED_CONFIG = /^serving\.(ya?ml|json)$/i

/** Throws StartupError that says what is wrong with the folder and what to do. */
export const readModelFolder = (path: string): ModelFolder => {
  const given = resolve(path)
  const isFolder = stat(given, `no model at ${given}: give a folder with an ONNX file in it`).isDirectory()
  if (!isFolder && !isModel(given)) {
    const found = foreignFile(given, basename(given)) ?? 'give a folder with an ONNX file in it'
    throw new StartupError(`${given} is neither a folder nor an .onnx file: ${found}`)
  }
  const folder = isFolder ? given : dirname(given)
  const config = parseServingConfig(readConfig(folder))
  const code = isFolder ? findCode(folder) : undefined
  const { file, notes } = isFolder
    ? chooseModel(folder, namedModel(folder, config.model), code !== undefined)
    : { file: given, notes: aloneNotes(given) }
  if (file !== '') {
    checkReadable(file)
    const foreign = foreignContent(file, relative(folder, file))
    if (foreign !== undefined) throw new StartupError(`the model in ${folder} cannot be served: ${foreign}`)
  }
  if (config.links !== undefined && code === undefined)
    throw new StartupError(
      `${CONFIG_FILE}: links: only code/inference.ts can follow links, and there is none`,
    )
  const isAsked = isFolder && code === undefined && config.task !== 'tensors'
  const huggingFace = isAsked ? readHuggingFace(folder) : undefined
  const all = isAsked && huggingFace === undefined ? [...notes, ...unreadNotes(folder)] : notes
  if (config.task !== undefined && config.task !== 'tensors' && huggingFace === undefined)
    throw new StartupError(
      `${CONFIG_FILE}: task: ${quote(config.task)} needs a folder without code of its own, with config.json and tokenizer.json or preprocessor_config.json beside the model`,
    )
  const { labels } = config
  const names = typeof labels === 'string' ? readLabelsOf(folder, labels) : labels
  return {
    name: basename(given).replace(/\.(onnx|ort)$/i, ''),
    file,
    config,
    ...(code !== undefined && { code }),
    ...(huggingFace && { huggingFace }),
    ...(names && { labels: names }),
    ...(all.length > 0 && { notes: all }),
  }
}

/** A file is served as it is; that of a folder of Hugging Face's may have been meant as its model. */
const aloneNotes = (file: string): readonly string[] => {
  const own = dirname(file)
  const folder = [own, ...(basename(own) === 'onnx' ? [dirname(own)] : [])].find((one) =>
    existsSync(join(one, 'config.json')),
  )
  if (folder === undefined) return []
  return [
    `config.json beside ${basename(file)} is not read, since a file was given: for the task of a Hugging Face folder give the folder, with ${quote(`model: ${relative(folder, file)}`)} in its ${CONFIG_FILE}`,
  ]
}

const namedModel = (folder: string, name: string | undefined): string | undefined =>
  name === undefined ? undefined : inside(folder, 'model', name)

/** SageMaker's place for a model's own code. */
const CODE_FILES = ['inference.ts', 'inference.mts', 'inference.js', 'inference.mjs']

const findCode = (folder: string): string | undefined => {
  const names = CODE_FILES.filter((name) => existsSync(join(folder, 'code', name)))
  const [first] = names
  if (names.length > 1) throw new StartupError(`${folder}/code holds ${listNames(names)}: keep one of them`)
  if (first === undefined && existsSync(join(folder, 'code/inference.py')))
    throw new StartupError(
      `${folder}/code/inference.py is Python, which is not run: what it does is written as code/inference.ts (docs/handlers.md); without it the model would answer something else. Remove it if the model needs no code`,
    )
  if (first === undefined) return undefined
  const file = join(folder, 'code', first)
  checkReadable(file)
  return file
}

const readConfig = (folder: string): string => {
  const misnamed = filesIn(folder).find((name) => MISNAMED_CONFIG.test(name) && name !== CONFIG_FILE)
  if (misnamed !== undefined)
    throw new StartupError(`${quote(misnamed)} in ${folder} is not read: call it ${CONFIG_FILE}`)
  try {
    return readFileSync(join(folder, CONFIG_FILE), 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw new StartupError(`${CONFIG_FILE} in ${folder} cannot be read (${codeOf(error)})`)
  }
}

const readLabelsOf = (folder: string, name: string): readonly string[] => {
  const file = inside(folder, 'labels', name)
  checkReadable(file)
  return readLabels(file, name)
}

/** The file that a key of serving.yaml names, which must exist and lie in the folder, links followed. */
export const inside = (folder: string, key: string, name: string): string => {
  const file = join(folder, name)
  const missing = `${CONFIG_FILE}: ${key}: there is no file ${name} in the model folder`
  if (!stat(file, missing).isFile()) throw new StartupError(`${CONFIG_FILE}: ${key}: ${name} is not a file`)
  if (!realpathSync(file).startsWith(realpathSync(folder) + sep)) {
    throw new StartupError(
      `${CONFIG_FILE}: ${key}: ${name} leads out of the model folder; put the file into it`,
    )
  }
  return file
}

const stat = (path: string, missing: string): Stats => {
  try {
    return statSync(path)
  } catch (error) {
    const code = codeOf(error)
    throw new StartupError(code === 'ENOENT' || code === 'ENOTDIR' ? missing : `${missing} (${code})`)
  }
}

const checkReadable = (file: string): void => {
  try {
    if (!statSync(file).isFile()) throw new StartupError(`${file} is not a file`)
    accessSync(file, constants.R_OK)
  } catch (error) {
    if (error instanceof StartupError) throw error
    throw new StartupError(`${file} cannot be read (${codeOf(error)}): check its permissions`)
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)
