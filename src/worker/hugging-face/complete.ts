/** What serving.yaml and a folder of Hugging Face's say together of how it is served. */

import { StartupError } from '../../errors.ts'
import type { HuggingFaceFolder } from '../../model/layouts/hugging-face.ts'
import { readImageProcessor } from '../../model/layouts/image-processor.ts'
import type { Model } from '../../model/model.ts'
import { type ImagePreprocess, possibleInterpolations } from '../../model/preprocess-config.ts'
import { configError, type ServingConfig } from '../../model/serving-config.ts'
import { chooseTask } from './all.ts'
import type { HubTask } from './hub-task.ts'
import { PIXELS } from './pictures.ts'

/**
 * The model with what becomes of pictures in its configuration, where its task takes any.
 * @throws StartupError if there is no task for it, preprocessor_config.json is not understood, or a key is without effect
 */
export const completeModel = (model: Model, files: HuggingFaceFolder): Model => {
  const { config } = model
  const task = chooseTask(model, files)
  const useless = uselessKeys(config, task)
  if (useless.length > 0) throw configError('does not fit the model', useless)
  if (!task.takesPictures) return model
  const { inputs } = model.signature
  const input = (inputs.length === 1 ? inputs[0]?.name : undefined) ?? PIXELS
  const recipe = pictureRecipe(config.preprocess, () => readImageProcessor(files))
  return { ...model, config: { ...config, preprocess: { input, ...recipe } } }
}

const uselessKeys = (
  { preprocess, postprocess }: ServingConfig,
  { name, takesPictures }: HubTask,
): string[] => {
  const { softmax, ...others } = postprocess
  const used = Object.entries(others).filter(([, value]) => value !== undefined)
  return [
    ...(preprocess !== undefined && !takesPictures ? ['preprocess'] : []),
    ...(softmax ? ['postprocess.softmax'] : []),
    ...used.map(([key]) => `postprocess.${key}`),
  ].map((key) => `${key}: not possible with task ${name}; with "task: tensors" it is`)
}

/** What a section of serving.yaml has that says nothing of them. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  color: 'rgb',
  interpolation: 'bilinear',
  rescale: 1 / 255,
  layout: 'nchw',
}

/**
 * `preprocess` of serving.yaml, which may leave all but `resample` to preprocessor_config.json.
 * @throws StartupError
 */
const pictureRecipe = (
  preprocess: ImagePreprocess | undefined,
  read: () => ImagePreprocess,
): ImagePreprocess => {
  if (preprocess === undefined) return read()
  const { resample, ...rest } = preprocess
  const saysMore = Object.entries(rest).some(([key, value]) => value !== DEFAULTS[key])
  if (resample === undefined || saysMore) return preprocess
  const recipe = read()
  if (possibleInterpolations(resample).includes(recipe.interpolation)) return { ...recipe, resample }
  throw new StartupError(
    `serving.yaml: preprocess.resample: ${resample} does not do ${recipe.interpolation}, which preprocessor_config.json asks for`,
  )
}
