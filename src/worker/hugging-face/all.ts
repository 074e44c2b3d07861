/** Every task, a row each. */

import { StartupError } from '../../errors.ts'
import type { HuggingFaceFolder } from '../../model/layouts/hugging-face.ts'
import type { Model } from '../../model/model.ts'
import { listNames, quote } from '../../words.ts'
import type { HubTask } from './hub-task.ts'
import { featureExtraction } from './tasks/feature-extraction.ts'
import { fillMask } from './tasks/fill-mask.ts'
import { imageClassification } from './tasks/image-classification.ts'
import { imageFeatureExtraction } from './tasks/image-feature-extraction.ts'
import { objectDetection } from './tasks/object-detection.ts'
import { questionAnswering } from './tasks/question-answering.ts'
import { sentenceEmbeddings } from './tasks/sentence-embeddings.ts'
import { textClassification } from './tasks/text-classification.ts'
import { textRanking } from './tasks/text-ranking.ts'
import { tokenClassification } from './tasks/token-classification.ts'
import { zeroShotClassification } from './tasks/zero-shot-classification.ts'

export const TASKS: readonly HubTask[] = [
  textClassification,
  tokenClassification,
  questionAnswering,
  fillMask,
  zeroShotClassification,
  imageClassification,
  objectDetection,
  // Before that of texts, which takes any model without a head.
  imageFeatureExtraction,
  featureExtraction,
  sentenceEmbeddings,
  textRanking,
]

/** Models that write text, from a text, a picture or a sound. */
const WRITERS =
  /(ForCausalLM|^GPT2LMHeadModel|ForConditionalGeneration|ForSpeechSeq2Seq|ForVision2Seq|ForImageTextToText|EncoderDecoderModel)$/

/**
 * The task that serving.yaml names, else one that the folder is meant for, else one that serves the model's class.
 * @throws StartupError if there is none
 */
export const chooseTask = (
  { config: { task: named }, signature }: Model,
  files: HuggingFaceFolder,
): HubTask => {
  const names = TASKS.map(({ name }) => name)
  if (named !== undefined) {
    const task = TASKS.find(({ name }) => name === named)
    if (task !== undefined) return task
    throw new StartupError(`serving.yaml: task: expected tensors, ${names.join(', ')}, found ${quote(named)}`)
  }
  const { architectures: listed } = files.config
  const classes = Array.isArray(listed) ? listed.map(String) : []
  const meant = TASKS.find(({ isMeant }) => isMeant?.(files, signature))
  if (meant !== undefined) return meant
  const writer = classes.find((name) => WRITERS.test(name))
  if (writer !== undefined)
    throw new StartupError(
      `config.json says that the model is a ${quote(writer)}, which writes text and runs once for each word of it: that is not supported. vLLM or llama.cpp serve such models; "task: tensors" in serving.yaml serves single runs of this one`,
    )
  const task = TASKS.find(({ architectures }) => classes.some((name) => architectures.test(name)))
  if (task !== undefined) return task
  throw new StartupError(
    `config.json says that the model is a ${listNames(classes) || 'model of no known class'}, and no task serves it: name one in serving.yaml, task: ${names.join(' | ')}, or say "task: tensors" to serve it as it is`,
  )
}
