/** Every task, a row each. */

import { StartupError } from '../../errors.ts'
import type { HuggingFaceFolder } from '../../model/layouts/hugging-face.ts'
import { listNames, quote } from '../../words.ts'
import type { HubTask } from './hub-task.ts'
import { imageClassification } from './tasks/image-classification.ts'
import { imageFeatureExtraction } from './tasks/image-feature-extraction.ts'
import { objectDetection } from './tasks/object-detection.ts'
import { textClassification } from './tasks/text-classification.ts'

const TASKS: readonly HubTask[] = [
  textClassification,
  imageClassification,
  objectDetection,
  imageFeatureExtraction,
]

/**
 * The task that serving.yaml names, else the one that serves the model's class.
 * @throws StartupError if there is none
 */
export const chooseTask = ({ config }: HuggingFaceFolder, named: string | undefined): HubTask => {
  const names = TASKS.map(({ name }) => name)
  if (named !== undefined) {
    const task = TASKS.find(({ name }) => name === named)
    if (task !== undefined) return task
    throw new StartupError(`serving.yaml: task: expected tensors, ${names.join(', ')}, found ${quote(named)}`)
  }
  const classes = Array.isArray(config.architectures) ? config.architectures.map(String) : []
  const task = TASKS.find(({ architectures }) => classes.some((name) => architectures.test(name)))
  if (task !== undefined) return task
  throw new StartupError(
    `config.json says that the model is a ${listNames(classes) || 'model of no known class'}, and no task serves it: name one in serving.yaml, task: ${names.join(' | ')}, or say "task: tensors" to serve it as it is`,
  )
}
