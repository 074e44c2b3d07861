/** What a task has of its folder: the model, its labels, its tokenizer. */

import { StartupError } from '../../errors.ts'
import { classNames } from '../../model/layouts/class-names.ts'
import { type HuggingFaceFolder, refuseVocabulary } from '../../model/layouts/hugging-face.ts'
import type { Model } from '../../model/model.ts'
import type { TensorSpec } from '../../model/signature.ts'
import { formatSpec, listNames } from '../../words.ts'
import { openTokenizer, type TextTokenizer } from './tokenizer.ts'

export type Hub = {
  model: Model
  files: HuggingFaceFolder
  /** Names of the classes by index: serving.yaml's, else id2label of config.json. */
  labels: readonly string[]
  /** Undefined where the folder has none, as those of images. */
  tokenizer?: TextTokenizer
}

export const openHub = (model: Model, files: HuggingFaceFolder): Hub => {
  const { tokenizer } = files
  return {
    model,
    files,
    labels: model.labels ?? classNames(files.config),
    ...(tokenizer !== undefined && { tokenizer: openTokenizer(tokenizer, files, model.signature) }),
  }
}

/** The tokenizer, for tasks of text. */
export const requireTokenizer = ({ tokenizer, files }: Hub): TextTokenizer => {
  if (tokenizer !== undefined) return tokenizer
  refuseVocabulary(files.folder)
  throw new StartupError('the folder has no tokenizer.json, with which texts are read')
}

/**
 * The output that exporters call so, or the only one of the model.
 * @param rank how many dimensions it has
 * @throws StartupError if there is none, or it holds no floats
 */
export const requireOutput = ({ model }: Hub, name: string, rank: number): TensorSpec => {
  const { outputs } = model.signature
  const found =
    outputs.find((output) => output.name === name) ?? (outputs.length === 1 ? outputs[0] : undefined)
  if (found !== undefined && /^float(16|32|64)$/.test(found.type) && found.dims.length === rank) return found
  throw new StartupError(
    `the model has no output "${name}" of floats with ${rank} dimensions: its outputs are ${outputs.map((output) => `${output.name} ${formatSpec(output)}`).join(', ')}`,
  )
}

/** @throws StartupError if the output's last dimension is known and is not the number of labels */
export const requireLabels = ({ labels }: Hub, { name, dims }: TensorSpec): void => {
  const classes = dims.at(-1)
  if (typeof classes === 'number' && classes !== labels.length)
    throw new StartupError(
      `the output "${name}" has ${classes} classes, and there are ${labels.length} labels (${listNames(labels)}): id2label of config.json must name each class, or labels of serving.yaml`,
    )
}
