/**
 * preprocessor_config.json as a `preprocess` section of serving.yaml would say it, with the pixels of transformers' image processors
 * that work with Pillow. What is not understood is refused, since other pixels would give other answers without a word.
 */

import { StartupError } from '../../errors.ts'
import { describe, quote } from '../../words.ts'
import type { ImagePreprocess, Interpolation, Resize } from '../preprocess-config.ts'
import type { HuggingFaceFolder, Json } from './hugging-face.ts'
import { PROCESSOR_OF_MODEL, PROCESSORS, type Processor } from './image-processors.ts'

const FILE = 'preprocessor_config.json'

const WAY_OUT =
  'Say in serving.yaml what becomes of a picture (preprocess: …, docs/serving-yaml.md), or "task: tensors" to send its numbers'

const mistake = (problem: string): StartupError => new StartupError(`${FILE}: ${problem}. ${WAY_OUT}`)

/** Keys that change no pixel of a picture that is alone in its batch and has been made RGB, as pipelines do. */
const HARMLESS = new Set([
  '_processor_class',
  '_valid_processor_keys',
  'data_format',
  'device',
  'disable_grouping',
  'do_convert_annotations',
  'do_convert_rgb',
  'do_pad',
  'do_reduce_labels',
  'feature_extractor_type',
  'format',
  'image_processor_type',
  'input_data_format',
  'model_input_names',
  'pad_and_return_pixel_mask',
  'processor_class',
  'reduce_labels',
  'return_tensors',
])

const UNDERSTOOD = new Set([
  'crop_pct',
  'crop_size',
  'default_to_square',
  'do_center_crop',
  'do_flip_channel_order',
  'do_normalize',
  'do_rescale',
  'do_resize',
  'image_mean',
  'image_std',
  'include_top',
  'max_size',
  'resample',
  'rescale_factor',
  'rescale_offset',
  'size',
])

/** Pillow's numbers. */
const INTERPOLATIONS: Readonly<Record<number, Interpolation>> = {
  0: 'nearest',
  1: 'lanczos',
  2: 'bilinear',
  3: 'bicubic',
}

/**
 * The row of the folder's image processor: the class that preprocessor_config.json names, else that of the model's type.
 * @throws StartupError if there is none
 */
export const findProcessor = ({ config, preprocessor = {} }: HuggingFaceFolder): Processor => {
  const named = preprocessor.image_processor_type ?? preprocessor.feature_extractor_type
  const name =
    named === undefined
      ? PROCESSOR_OF_MODEL[String(config.model_type)]
      : String(named).replace(/(ImageProcessor(Fast|Pil)?|FeatureExtractor)$/, '')
  const row = name !== undefined && Object.hasOwn(PROCESSORS, name) ? PROCESSORS[name] : undefined
  if (row !== undefined) return row
  const what = named === undefined ? `no image_processor_type` : `the image processor ${quote(String(named))}`
  throw mistake(`${what}, and ${Object.keys(PROCESSORS).join(', ')} are understood`)
}

/** @throws StartupError that names the key which is not understood */
export const readImageProcessor = (files: HuggingFaceFolder): ImagePreprocess => {
  const given = files.preprocessor ?? {}
  const processor = findProcessor(files)
  for (const [key, value] of Object.entries(given))
    if (value !== null && !HARMLESS.has(key) && !UNDERSTOOD.has(key))
      throw mistake(`${quote(key)} is not understood`)
  const defaults = { ...EVERYWHERE, ...processor.defaults }
  refuseNulls(given, defaults)
  const values: Json = { ...defaults, ...withoutNulls(given) }
  const { mean, std } = readNormalize(values, processor)
  return {
    orientation: 'exif',
    color: processor.own === 'MobileViT' && isOn(values, 'do_flip_channel_order') ? 'bgr' : 'rgb',
    layout: 'nchw',
    ...readSizes(values, processor),
    rescale: isOn(values, 'do_rescale') ? readNumber(values, 'rescale_factor') : 1,
    ...(mean && { mean }),
    ...(std && { std }),
  }
}

/** What all classes begin with. */
const EVERYWHERE = { do_resize: true, do_rescale: true, rescale_factor: 1 / 255, do_normalize: true }

/** Where all classes take their own value for null. */
const NULL_IS_DEFAULT = ['size', 'crop_size', 'image_mean', 'image_std']

/** Elsewhere the older classes take null for false, and the newer ones for their own value, which may be the same. */
const refuseNulls = (given: Json, defaults: Json): void => {
  for (const [key, value] of Object.entries(given))
    if (value === null && defaults[key] && !NULL_IS_DEFAULT.includes(key))
      throw mistake(`${key}: null, which versions of transformers read differently`)
}

const withoutNulls = (given: Json): Json =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))

const isOn = (values: Json, key: string, otherwise = false): boolean => {
  const value = values[key] ?? otherwise
  if (typeof value === 'boolean') return value
  throw mistake(`${key}: expected true or false, found ${describe(value)}`)
}

const readNumber = (values: Json, key: string): number => {
  const value = values[key]
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value
  if (value === undefined) throw missing(key)
  throw mistake(`${key}: expected a number above 0, found ${describe(value)}`)
}

const missing = (key: string): StartupError =>
  mistake(`it says nothing of ${quote(key)}, for which versions of transformers have different values`)

const MAX_SIDE = 16_384

const readSide = (value: unknown, key: string): number => {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_SIDE)
    return value as number
  throw mistake(`${key}: expected a number of pixels from 1 to ${MAX_SIDE}, found ${describe(value)}`)
}

const readSizes = (
  values: Json,
  processor: Processor,
): Pick<ImagePreprocess, 'resize' | 'crop' | 'interpolation'> => {
  const resize = isOn(values, 'do_resize') ? readResize(values, processor) : undefined
  const crops = isOn(values, 'do_center_crop')
  if (crops && processor.defaults.crop_size === undefined)
    throw mistake('do_center_crop: true, which this class does in some versions of transformers only')
  const cut = processor.own === 'ConvNext' && resize !== undefined ? convNextCrop(values) : undefined
  const crop = crops ? readBox(values.crop_size, 'crop_size') : cut
  if (crop !== undefined && resize !== undefined && 'longest' in resize)
    throw mistake('do_center_crop: expected false beside size.longest_edge, found true')
  return {
    ...(resize && { resize }),
    ...(crop && { crop: { ...crop, library: 'transformers' } }),
    interpolation: resize === undefined ? 'bilinear' : readInterpolation(values.resample),
  }
}

const readInterpolation = (value: unknown): Interpolation => {
  if (value === undefined) throw missing('resample')
  const found = INTERPOLATIONS[value as number]
  if (typeof value === 'number' && found !== undefined) return found
  throw mistake(
    `resample: expected 0, 1, 2 or 3 (Pillow's nearest, lanczos, bilinear, bicubic), found ${describe(value)}`,
  )
}

/** A number is a square's side, whatever `size` would be. */
const readBox = (value: unknown, key: string): { width: number; height: number } => {
  if (value === undefined) throw missing(key)
  const { height, width } = sizeOf(value, key, true)
  return { width: readSide(width, `${key}.width`), height: readSide(height, `${key}.height`) }
}

type SizeKeys = { height?: unknown; width?: unknown; shortest_edge?: unknown; longest_edge?: unknown }

/** transformers' get_size_dict. */
const sizeOf = (value: unknown, key: string, isSquare: boolean): SizeKeys => {
  if (typeof value === 'number') return isSquare ? { height: value, width: value } : { shortest_edge: value }
  if (Array.isArray(value) && value.length === 2) return { height: value[0], width: value[1] }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw mistake(
      `${key}: expected pixels, {"height", "width"} or {"shortest_edge"}, found ${describe(value)}`,
    )
  const keys = Object.keys(withoutNulls(value as Json))
    .sort()
    .join()
  if (!['height,width', 'shortest_edge', 'longest_edge,shortest_edge'].includes(keys))
    throw mistake(
      `${key}: expected the keys height and width, shortest_edge, or shortest_edge and longest_edge, found ${keys || 'none'}`,
    )
  return withoutNulls(value as Json)
}

const readResize = (values: Json, { square = false, own, objects }: Processor): Resize => {
  if (values.size === undefined) throw missing('size')
  const isSquare = isOn(values, 'default_to_square', square)
  const size = sizeOf(values.size, 'size', isSquare)
  // The detectors' older files have the limit apart.
  const limit =
    objects !== undefined && typeof values.size === 'number' ? (values.max_size ?? 1333) : undefined
  const longest = size.longest_edge ?? limit
  if (own === 'ConvNext') return convNextSize(values)
  if (size.shortest_edge === undefined) {
    const { width, height } = readBox(values.size, 'size')
    if (own !== 'PoolFormer' || values.crop_pct === undefined) return { width, height }
    const part = readNumber(values, 'crop_pct')
    return width === height
      ? { shortest: Math.trunc(width / part) }
      : { width: Math.trunc(width / part), height: Math.trunc(height / part) }
  }
  const shortest = readSide(size.shortest_edge, 'size.shortest_edge')
  if (longest !== undefined)
    return {
      shortest,
      longest: readSide(longest, 'size.longest_edge'),
      ...(own === 'Yolos' && { multipleOf: 16 }),
    }
  if (own === 'Levit') return { shortest: Math.trunc((256 / 224) * shortest) }
  if (own === 'PoolFormer' && values.crop_pct !== undefined)
    return { shortest: Math.trunc(shortest / readNumber(values, 'crop_pct')) }
  return { shortest }
}

/** From this size on ConvNeXt's pictures are squeezed into a square, and below it a square is cut out. */
const CONVNEXT_WARPS = 384

const convNextEdge = (values: Json): number =>
  readSide(sizeOf(values.size, 'size', false).shortest_edge, 'size.shortest_edge')

const convNextSize = (values: Json): Resize => {
  const edge = convNextEdge(values)
  return edge >= CONVNEXT_WARPS
    ? { width: edge, height: edge }
    : { shortest: Math.trunc(edge / readNumber(values, 'crop_pct')) }
}

const convNextCrop = (values: Json): { width: number; height: number } | undefined => {
  const edge = convNextEdge(values)
  return edge >= CONVNEXT_WARPS ? undefined : { width: edge, height: edge }
}

/** EfficientNet's two oddities are part of the same sum: one less before the mean, and divided by std twice. */
const readNormalize = (
  values: Json,
  { own }: Processor,
): { mean?: number[] | undefined; std?: number[] | undefined } => {
  const isNormalized = isOn(values, 'do_normalize') && own !== 'MobileViT'
  const mean = isNormalized ? readChannels(values, 'image_mean') : undefined
  const std = isNormalized ? readChannels(values, 'image_std') : undefined
  if (std?.some((value) => value <= 0)) throw mistake('image_std: expected numbers above 0')
  if (own !== 'EfficientNet') return { mean, std }
  const isOffset = isOn(values, 'do_rescale') && isOn(values, 'rescale_offset')
  const again = isOn(values, 'include_top') ? readChannels(values, 'image_std') : [1, 1, 1]
  return {
    mean: (mean ?? [0, 0, 0]).map((value) => value + (isOffset ? 1 : 0)),
    std: (std ?? [1, 1, 1]).map((value, channel) => value * (again[channel] as number)),
  }
}

const readChannels = (values: Json, key: string): number[] => {
  const value = values[key]
  if (value === undefined) throw missing(key)
  const list = typeof value === 'number' ? [value, value, value] : value
  if (Array.isArray(list) && list.length === 3 && list.every((one) => Number.isFinite(one))) return list
  throw mistake(`${key}: expected three numbers, found ${describe(value)}`)
}
