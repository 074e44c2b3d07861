/** The pictures of a request, and the model's inputs that are made of them as preprocessor_config.json says. */

import { ServingError, StartupError } from '../../errors.ts'
import { requireRowsWithin } from '../../model/limits.ts'
import type { Model } from '../../model/model.ts'
import type { ImagePreprocess } from '../../model/preprocess-config.ts'
import { allocate } from '../../tensor/data-type.ts'
import type { PictureView } from '../../tensor/picture-view.ts'
import type { NamedTensors, Tensor } from '../../tensor/tensor.ts'
import { describe, listNames } from '../../words.ts'
import type { Allowance } from '../allowance.ts'
import { imageToTensor } from '../image/image-to-tensor.ts'
import { mapBounded } from '../map-bounded.ts'
import { preprocessMistakes } from '../task/check-config.ts'
import type { Part } from '../task/task.ts'
import { validateInputs } from '../task/validate.ts'
import type { Hub } from './hub.ts'

/** Pictures of a request under way at once: enough for the threads of a machine of many CPUs. What they may hold is bounded elsewhere. */
const AT_ONCE = 32

/** What exporters call the input of pictures; one that is alone may be called otherwise. */
export const PIXELS = 'pixel_values'
const MASK = 'pixel_mask'

export type Pictures = {
  parts: readonly Part[]
  /** Of each picture, how it lies in its tensor. */
  views: readonly PictureView[]
  /** The request was one picture and no list, which decides how the answer is nested. */
  single: boolean
}

export type ReadPictures = (inputs: unknown, allowance: Allowance) => Promise<Pictures>

/**
 * @returns what reads `inputs` of a request: bytes of a picture, their base64, or a list of these
 * @throws StartupError if the folder does not say how, or the model takes something else
 */
export const createReadPictures = ({ model }: Hub): ReadPictures => {
  const { inputs: specs } = model.signature
  const preprocess = model.config.preprocess as ImagePreprocess
  const others = specs.filter(({ name }) => name !== preprocess.input && name !== MASK)
  if (others.length > 0)
    throw new StartupError(
      `a picture fills ${preprocess.input}, and the model takes ${listNames(others.map(({ name }) => name))} too`,
    )
  const mistakes = preprocessMistakes(preprocess, model.signature)
  if (mistakes.length > 0) {
    const lines = mistakes.map((line) => `  ${line}`).join('\n')
    throw new StartupError(
      `what becomes of a picture, by preprocess of serving.yaml or else by preprocessor_config.json, does not fit the model:\n${lines}`,
    )
  }
  const read = async (input: unknown, place: string, allowance: Allowance) => {
    const bytes = bytesOf(input, place)
    const { tensor, view } = await at(place, () => imageToTensor(bytes, model, allowance))
    const inputs: NamedTensors = new Map()
    for (const spec of specs) inputs.set(spec.name, spec.name === MASK ? wholeMask(spec, tensor) : tensor)
    return { part: validateInputs(inputs, model.signature, model.config.limits.maxRows), view }
  }
  return async (inputs, allowance) => {
    const list = Array.isArray(inputs) ? inputs : [inputs]
    requireRowsWithin(list.length, model.config.limits.maxRows)
    const single = !Array.isArray(inputs)
    const pictures = await mapBounded(list, AT_ONCE, (input, index) => {
      allowance.signal.throwIfAborted()
      return read(input, single ? 'inputs' : `inputs[${index}]`, allowance)
    })
    return { parts: pictures.map(({ part }) => part), views: pictures.map(({ view }) => view), single }
  }
}

/** All of the picture is picture: a mask tells pictures of one batch from what fills the smaller ones up. */
const wholeMask = ({ type, dims }: Model['signature']['inputs'][number], pixels: Tensor): Tensor => {
  const size = [1, ...pixels.dims.slice(2)]
  const shape = dims.map((dim, axis) => (axis > 0 && typeof dim === 'number' ? dim : (size[axis] as number)))
  const data = allocate(
    type,
    shape.reduce((product, side) => product * side, 1),
  ) as Int32Array
  return { type, dims: shape, data: data.fill((type === 'int64' ? 1n : 1) as never) }
}

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

/** A link to fetch, or a file's name, which Python's pipelines would open. */
const LINK = /^(https?|s3|file|gs|ftp):/i

/** The beginning of base64, as RFC 2045 writes it with line breaks, or as RFC 4648 has it for URLs. */
const BASE64 = /^[A-Za-z0-9+/_\s-]+={0,2}\s*$/

const bytesOf = (input: unknown, place: string): Uint8Array => {
  if (input instanceof Uint8Array) return input
  if (typeof input !== 'string')
    throw invalid(`${place}: expected the base64 of a picture, found ${describe(input)}`)
  if (LINK.test(input))
    throw invalid(
      `${place}: links are not followed by this model; send the picture itself, as base64 or as the body with its Content-Type`,
    )
  const start = input.startsWith('data:') ? input.indexOf(',') + 1 : 0
  const text = input.slice(start)
  if (!BASE64.test(text.slice(0, 1024)) || (start > 0 && !/;base64,$/i.test(input.slice(0, start))))
    throw invalid(`${place}: expected the base64 of a picture, found ${describe(input)}`)
  return Buffer.from(text, 'base64')
}

const at = async <T>(place: string, task: () => Promise<T>): Promise<T> => {
  try {
    return await task()
  } catch (error) {
    throw error instanceof ServingError ? new ServingError(error.code, `${place}: ${error.message}`) : error
  }
}

/** A black PNG of one pixel, which any model takes that resizes. */
export const ONE_PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC'
