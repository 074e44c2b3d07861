/** Models for the tests of the codecs, which read nothing of them but their signature. */

import { ServingError } from '../../../src/errors.ts'
import type { Model } from '../../../src/model/model.ts'
import { parseServingConfig } from '../../../src/model/serving-config.ts'
import { rowMode, type TensorSpec } from '../../../src/model/signature.ts'
import type { DataType } from '../../../src/tensor/data-type.ts'
import type { Shape, Tensor } from '../../../src/tensor/tensor.ts'
import type { DecodedRequest, MediaType, Prediction } from '../../../src/worker/codec/codec.ts'
import { parseMediaType } from '../../../src/worker/codec/media-type.ts'
import { MEDIA_TYPES } from '../../../src/worker/task/media-types.ts'

export const input = (name: string, type: DataType, ...dims: (number | string)[]): TensorSpec => ({
  name,
  type,
  dims,
})

/** A model that takes rows up to 1,000,000. */
export const aModel = (...inputs: TensorSpec[]): Model => ({
  name: 'test',
  file: '/nowhere/model.onnx',
  signature: { inputs, outputs: inputs, rows: rowMode(inputs, inputs) },
  config: parseServingConfig(''),
})

/** As the model, with another `limits.maxRows`. */
export const withMaxRows = (model: Model, maxRows: number): Model => ({
  ...model,
  config: { ...model.config, limits: { ...model.config.limits, maxRows } },
})

/** float32[batch,3] */
export const THREE_FLOATS = aModel(input('x', 'float32', 'batch', 3))

/** A limit of replies that no test meets by accident. */
export const MAX_BYTES = 1e9

export const mediaType = (header: string): MediaType => parseMediaType(header)

/** Decodes a body through the registry. */
export const decode = async (
  contentType: string,
  body: string | Uint8Array,
  model: Model,
): Promise<DecodedRequest> => {
  const type = mediaType(contentType)
  const { decode } = MEDIA_TYPES.findDecoder(type)
  return await decode(typeof body === 'string' ? Buffer.from(body) : body, type, model)
}

/** The code and message with which decoding fails; 'none' if it does not. */
export const failure = async (
  contentType: string,
  body: string | Uint8Array,
  model: Model,
): Promise<string> => {
  try {
    await decode(contentType, body, model)
    return 'none'
  } catch (error) {
    if (!(error instanceof ServingError)) throw error
    return `${error.code} ${error.message}`
  }
}

export const tensor = (type: DataType, dims: Shape, data: Tensor['data']): Tensor => ({ type, dims, data })

export const prediction = (outputs: Record<string, Tensor>, more: Partial<Prediction> = {}): Prediction => ({
  outputs: new Map(Object.entries(outputs)),
  byRow: true,
  ...more,
})
