/** application/json, after TensorFlow Serving's REST API: a list or `instances` (rows), or `inputs` (columns). */

import { ServingError } from '../errors.ts'
import type { Model } from '../model/model.ts'
import { describe, excerpt } from '../tensor/values.ts'
import type { Codec, DecodedRequest, MediaType } from './codec.ts'
import { parseJson } from './json-parse.ts'
import { columnsToTensors, isObject, rowsToTensors } from './json-tensor.ts'
import { writeRows, writeWhole } from './json-write.ts'
import { requireUtf8 } from './text.ts'

const decode = (body: Uint8Array, mediaType: MediaType, model: Model): DecodedRequest => {
  requireUtf8(mediaType)
  const value = parseJson(body, 'The body')
  if (Array.isArray(value)) return decodeRows(value, model, 'body')
  if (!isObject(value)) throw notARequest(`received ${describe(value)}`)
  const [key, ...others] = Object.keys(value)
  if (key === 'instances' && others.length === 0) return decodeRows(value.instances, model, 'instances')
  if (key === 'inputs' && others.length === 0) {
    return { inputs: columnsToTensors(value.inputs, model), form: 'columns' }
  }
  const unknown = [key ?? '', ...others].find((name) => name !== 'instances' && name !== 'inputs')
  if (key === undefined) throw notARequest('received an empty object')
  throw notARequest(
    unknown === undefined ? 'received both' : `received the key ${JSON.stringify(excerpt(unknown))}`,
  )
}

const notARequest = (received: string): ServingError =>
  new ServingError('ERR_INVALID_BODY', `Expected a list, {"instances": […]} or {"inputs": …}; ${received}.`)

const decodeRows = (rows: unknown, model: Model, name: string): DecodedRequest => {
  if (!Array.isArray(rows)) throw notARequest(`${name} is ${describe(rows)}`)
  return { inputs: rowsToTensors(rows, model, (row) => `${name}[${row}]`), form: 'rows' }
}

export const jsonCodec: Codec = {
  mediaTypes: ['application/json'],
  decode,
  encode: (prediction, form) => {
    if (form === 'columns') return `{"outputs":${writeWhole(prediction)}}`
    if (!prediction.byRow) return `{"predictions":${writeWhole(prediction)}}`
    return `{"predictions":[${writeRows(prediction).join(',')}]}`
  },
}
