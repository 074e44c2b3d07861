/** Does serving.yaml fit the model that it lies beside? Asked once, at the start. */

import { channelCount } from '../../model/channels.ts'
import type { Model } from '../../model/model.ts'
import type { ImagePreprocess } from '../../model/preprocess-config.ts'
import { configError, type ServingConfig } from '../../model/serving-config.ts'
import type { ModelSignature, TensorSpec } from '../../model/signature.ts'
import { formatSpec } from '../../words.ts'
import { imageInput } from '../image/image-to-tensor.ts'
import { IMAGE_TYPES, isImageType } from '../image/normalize.ts'
import { outputMistakes } from './check-outputs.ts'

/** Throws StartupError with every key that does not fit. */
export const checkConfig = (
  model: Pick<Model, 'config' | 'signature' | 'labels' | 'classes' | 'huggingFace'>,
): void => {
  const { config, signature, huggingFace } = model
  const mistakes = [
    ...rowsMistakes(config, signature),
    // What a folder of Hugging Face's makes of these is its task's own.
    ...(config.preprocess && !huggingFace ? preprocessMistakes(config.preprocess, signature) : []),
    ...outputMistakes(model),
  ]
  if (mistakes.length > 0) throw configError('does not fit the model', mistakes)
}

/** Rows that are promised must be possible: joined along a first dimension that is free, or cut into runs of one. */
const rowsMistakes = ({ rows }: ServingConfig, { inputs, outputs, rows: mode }: ModelSignature): string[] => {
  if (rows !== true || mode !== 'none') return []
  const specs = [...inputs, ...outputs]
  const fixed = specs.find(({ dims }) => typeof dims[0] !== 'string') ?? specs[0]
  const shown = fixed === undefined ? 'a model without inputs' : `${fixed.name} ${formatSpec(fixed)}`
  return [`rows: expected false, since the first dimension is not free everywhere (${shown}), found true`]
}

/** `preprocess` of serving.yaml, or what another file says in its words. */
export const preprocessMistakes = (preprocess: ImagePreprocess, signature: ModelSignature): string[] => {
  const spec = imageInput(signature, preprocess)
  const names = signature.inputs.map(({ name }) => name).join(' | ')
  const { resize, resample } = preprocess
  if (resize === undefined && resample !== undefined)
    return [`preprocess.resample: expected nothing without resize, found ${resample}`]
  if (spec === undefined) {
    return [`preprocess.input: expected ${names}, found ${JSON.stringify(preprocess.input)}`]
  }
  if (preprocess.input === undefined && signature.inputs.length > 1) {
    return [`preprocess.input: expected ${names}, since the model has several inputs, found nothing`]
  }
  const shown = `${spec.name} ${formatSpec(spec)}`
  if (!isImageType(spec.type)) {
    return [`preprocess.input: expected an input of ${IMAGE_TYPES.join(' | ')}, found ${shown}`]
  }
  if (spec.dims.length !== 4) return [`preprocess.input: expected an input of 4 dimensions, found ${shown}`]
  const [rows] = spec.dims
  if (typeof rows === 'number' && rows !== 1) {
    return [`preprocess.input: expected one image in a run, found ${shown}`]
  }
  return [
    ...typeMistakes(preprocess, spec),
    ...channelMistakes(preprocess, spec, shown),
    ...sizeMistakes(preprocess, spec, shown),
  ]
}

/** uint8 takes the pixels as they are; a rescale of 1 says just that. */
const typeMistakes = ({ mean, std, rescale }: ImagePreprocess, { name, type }: TensorSpec): string[] => {
  if (type !== 'uint8') return []
  const used = { mean: mean !== undefined, std: std !== undefined, rescale: ![1, 1 / 255].includes(rescale) }
  return Object.entries(used)
    .filter(([, isUsed]) => isUsed)
    .map(
      ([key]) => `preprocess.${key}: not possible, since input ${name} takes uint8, the pixels as they are`,
    )
}

const channelMistakes = ({ color, layout }: ImagePreprocess, spec: TensorSpec, shown: string): string[] => {
  const expected = channelCount(color)
  const [, second, , fourth] = spec.dims
  const [channels, other] = layout === 'nchw' ? [second, fourth] : [fourth, second]
  if (typeof channels === 'string' || channels === expected) return []
  if (other === expected) {
    return [
      `preprocess.layout: expected ${layout === 'nchw' ? 'nhwc' : 'nchw'} for ${shown}, found ${layout}`,
    ]
  }
  const colors = channels === 1 ? 'gray' : channels === 3 ? 'rgb | bgr' : 'a model of 1 or 3 channels'
  return [`preprocess.color: expected ${colors} for ${shown}, found ${color}`]
}

/** Only sizes that are fixed on both sides can disagree; what an image brings is checked with the request. */
const sizeMistakes = (preprocess: ImagePreprocess, spec: TensorSpec, shown: string): string[] => {
  const [, second, third, fourth] = spec.dims
  const [height, width] = preprocess.layout === 'nchw' ? [third, fourth] : [second, third]
  const fixed = { width, height }
  const { resize, crop } = preprocess
  const given = fixedSize(preprocess)
  if (given !== undefined) {
    return (['width', 'height'] as const)
      .filter((side) => typeof fixed[side] === 'number' && given[side] !== undefined)
      .filter((side) => fixed[side] !== given[side])
      .map(
        (side) =>
          `preprocess.${given.key}.${side}: expected ${fixed[side]} for ${shown}, found ${given[side]}`,
      )
  }
  if (resize === undefined || typeof width !== 'number' || typeof height !== 'number') return []
  if (!('shortest' in resize) || 'longest' in resize)
    return [
      `preprocess.resize: expected {width: ${width}, height: ${height}} for ${shown}, found sizes that vary`,
    ]
  if (crop === undefined && resize.shortest === Math.min(width, height)) return []
  return [`preprocess.crop: expected {width: ${width}, height: ${height}} for ${shown}, found nothing`]
}

/** The sides that every image gets, with the key that says so. */
const fixedSize = ({
  resize,
  crop,
}: ImagePreprocess): { key: string; width?: number; height?: number } | undefined => {
  if (crop !== undefined) return { key: 'crop', ...crop }
  if (resize === undefined) return undefined
  if ('width' in resize) return { key: 'resize', ...resize }
  if ('line' in resize) return { key: 'resize.line', height: resize.line.height }
  if (!('letterbox' in resize) || resize.letterbox.multipleOf !== undefined) return undefined
  const { width, height } = resize.letterbox
  return { key: 'resize.letterbox', width, height }
}
