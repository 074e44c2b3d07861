/**
 * multipart/form-data: each file is decoded by its own media type. They are rows, which are joined in order, or inputs of the
 * model where their fields are called so.
 */

import { ServingError } from '../../errors.ts'
import type { Model } from '../../model/model.ts'
import { concat } from '../../tensor/batch.ts'
import type { NamedTensors, Tensor } from '../../tensor/tensor.ts'
import { formatSpec, quote } from '../../words.ts'
import type { Allowance } from '../allowance.ts'
import { mapBounded } from '../map-bounded.ts'
import type { Codec, Decode, MediaType } from './codec.ts'
import { type FormFile, readFormFiles } from './form-data.ts'
import { areInputs, fieldToTensors, withOnly } from './form-inputs.ts'
import { parseMediaType } from './media-type.ts'
import { UNKNOWN_TYPE } from './unknown.ts'

type Others = {
  findDecoder(mediaType: MediaType): { decode: Decode }
  guess(file: FormFile): string | undefined
}

const invalidBody = (message: string): ServingError => new ServingError('ERR_INVALID_BODY', message)

/** Files of a form under way at once: enough for the threads of a machine of many CPUs. What they may hold is bounded elsewhere. */
const FILES_AT_ONCE = 32

const UNKNOWN_TYPES = [UNKNOWN_TYPE, 'text/plain']

const decodeFile = async (
  file: FormFile,
  place: string,
  model: Model,
  { findDecoder, guess }: Others,
  allowance: Allowance | undefined,
) => {
  try {
    if (!file.isFile) return { inputs: fieldToTensors(file.body, model) }
    const given = parseMediaType(file.type)
    const mediaType = UNKNOWN_TYPES.includes(given.type) ? parseMediaType(guess(file) ?? file.type) : given
    if (mediaType.type.startsWith('multipart/'))
      throw invalidBody('nested multipart bodies are not supported')
    return await findDecoder(mediaType).decode(file.body, mediaType, model, allowance)
  } catch (error) {
    throw error instanceof ServingError ? new ServingError(error.code, `${place}: ${error.message}`) : error
  }
}

const placeOf = (files: readonly FormFile[], index: number): string =>
  `part ${index + 1} (${quote(files[index]?.name ?? '')})`

/** Joins what the files gave for one input; all must be rows of one shape. */
const join = (tensors: readonly Tensor[], name: string, files: readonly FormFile[]): Tensor => {
  const [first] = tensors
  const shape = (tensor: Tensor | undefined): string => String(tensor?.dims.slice(1))
  const odd = tensors.findIndex((tensor) => tensor.dims.length === 0 || shape(tensor) !== shape(first))
  if (odd === -1 || first === undefined || tensors.length === 1) return concat(tensors)
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `${placeOf(files, odd)}: ${formatSpec(tensors[odd] as Tensor)} for input ${quote(name)} ` +
      `cannot be joined by rows with ${formatSpec(first)} of part 1`,
  )
}

/** @param others the codecs of a form's files; the registry that finds them holds this codec too */
export const createMultipartCodec = (others: Others): Codec => ({
  mediaTypes: ['multipart/form-data'],
  decode: async (body, mediaType, model, allowance) => {
    const files = readFormFiles(body, mediaType.parameters.boundary)
    if (files.length === 0) throw invalidBody('the form has no file')
    const byName = areInputs(files, model)
    const field = byName ? undefined : files.find(({ isFile }) => !isFile)?.field
    if (field !== undefined) {
      throw invalidBody(
        `the form field ${quote(field)} is not a file; only files are rows, and only a model of several inputs has fields`,
      )
    }
    const decoded = await mapBounded(files, FILES_AT_ONCE, (file, index) => {
      allowance?.signal.throwIfAborted()
      const target = byName ? withOnly(model, file.field) : model
      return decodeFile(file, placeOf(files, index), target, others, allowance)
    })
    const views = decoded.flatMap((part) => ('views' in part && part.views) || [])
    if (byName) {
      const inputs: NamedTensors = new Map(decoded.flatMap((part) => [...part.inputs]))
      return { inputs, form: 'rows', ...(views.length > 0 && { views }) }
    }
    const inputs: NamedTensors = new Map(
      [...(decoded[0]?.inputs.keys() ?? [])].map((name) => {
        const tensors = decoded.map((part) => part.inputs.get(name)).filter((tensor) => tensor !== undefined)
        return [name, join(tensors, name, files)]
      }),
    )
    return { inputs, form: 'rows', ...(views.length === decoded.length && { views }) }
  },
})
