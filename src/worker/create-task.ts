/** What a request and its reply are: tensors, or what the folder says. */

import type { Model } from '../model/model.ts'
import type { LoadOptions } from '../protocol/messages.ts'
import type { Task } from './task/task.ts'
import { createTensorsTask } from './task/tensors.ts'

/** @throws StartupError if the folder is not what its task needs */
export const createTask = async (
  model: Model,
  options: Pick<LoadOptions, 'defaultAccept' | 'maxBodyBytes'>,
): Promise<Task> => {
  if (model.huggingFace === undefined) return createTensorsTask(model, options)
  // The tokenizer takes a while to load, and other models do without it.
  const { createHuggingFaceTask } = await import('./hugging-face/task.ts')
  return createHuggingFaceTask(model, model.huggingFace, options)
}
