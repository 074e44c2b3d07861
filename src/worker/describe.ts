/** What people are told of a model's folder, and a request that they can send. */

import type { Model } from '../model/model.ts'
import type { ImagePreprocess } from '../model/preprocess-config.ts'
import type { Description, Example } from '../protocol/model-info.ts'
import { findExample, zeros } from './engine/example.ts'
import { type Recipe, sampleInputs } from './engine/sample.ts'
import type { Session } from './engine/session.ts'
import { imageInput } from './image/image-to-tensor.ts'
import { canRank, targetOf } from './task/target.ts'

/** A key that is left out is not done; the words are those of serving.yaml. */
const describePreprocess = (preprocess: ImagePreprocess): string =>
  Object.entries(preprocess)
    .map(([key, value]) => `${key} ${formatValue(value)}`)
    .join(', ')

const formatValue = (value: unknown): string => {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)))
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, side]) => `${key} ${formatValue(side)}`)
      .join(' ')
  return String(value)
}

/** An image fills only one input. It has to have the model's size only where it is not resized. */
const imageExample = (model: Model, recipe: Recipe | undefined): Example | undefined => {
  const { preprocess } = model.config
  const spec = preprocess && imageInput(model.signature, preprocess)
  if (preprocess === undefined || spec === undefined || model.signature.inputs.length > 1) return undefined
  const tried = recipe !== undefined
  if (preprocess.resize !== undefined || recipe === undefined)
    return { image: { width: 1, height: 1 }, tried }
  const dims = sampleInputs(model, recipe, 1).get(spec.name)?.dims ?? []
  const [height = 1, width = 1] = preprocess.layout === 'nchw' ? dims.slice(2) : dims.slice(1)
  return { image: { width, height }, tried }
}

const describeAnswers = (model: Model): string => {
  const { boxes, ctc, topK } = model.config.postprocess
  if (boxes !== undefined) return 'labelled boxes'
  if (ctc !== undefined) return 'text'
  const target = targetOf(model)
  const isRanked = (model.labels !== undefined || topK !== undefined) && target && canRank(target)
  if (isRanked) return 'ranked classes'
  return [...(model.classes?.values() ?? [])].some(({ zipped }) => zipped) ? 'scores by class' : 'tensors'
}

/**
 * @param session what an example is tried with
 * @param recipe of which the model takes a row; without it the model is not run
 */
export const describeModel = async (
  model: Model,
  session: Session,
  recipe: Recipe | undefined,
): Promise<Description> => {
  const { config, labels, signature } = model
  const { preprocess, limits } = config
  const inputs = recipe && (await findExample(model, session, recipe))
  return {
    inputs: signature.inputs,
    outputs: signature.outputs,
    ...(preprocess && { preprocess: describePreprocess(preprocess) }),
    ...(labels && { labels }),
    answers: describeAnswers(model),
    ...(limits.maxBatchSize !== undefined && { maxBatchSize: limits.maxBatchSize }),
    example:
      imageExample(model, recipe) ??
      (inputs ? { inputs, tried: true } : { inputs: zeros(signature), tried: false }),
  }
}
