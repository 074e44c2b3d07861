/** What a task has of its folder: the model, its labels, its tokenizer. */

import { StartupError } from '../../errors.ts'
import { classNames } from '../../model/layouts/class-names.ts'
import type { HuggingFaceFolder } from '../../model/layouts/hugging-face.ts'
import type { Model } from '../../model/model.ts'
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
    ...(tokenizer !== undefined && { tokenizer: openTokenizer(tokenizer, files) }),
  }
}

/** The tokenizer, for tasks of text. */
export const requireTokenizer = ({ tokenizer }: Hub): TextTokenizer => {
  if (tokenizer === undefined) throw new StartupError('the folder has no tokenizer.json')
  return tokenizer
}
