/** application/json, after TensorFlow Serving's REST API: a list or `instances` (rows), or `inputs` (columns). */

import { ServingError } from '../../errors.ts'
import { requireRowsWithin } from '../../model/limits.ts'
import type { Model } from '../../model/model.ts'
import { describe, quote } from '../../words.ts'
import type { Codec, DecodedRequest, MediaType } from './codec.ts'
import { columnCount, readFrame } from './json-frame.ts'
import { parseJson } from './json-parse.ts'
import { columnsToTensors, createRowReader, isObject } from './json-rows.ts'
import { beginReply, writeRows, writeWhole } from './json-write.ts'
import { decodeUtf8, requireUtf8 } from './text.ts'

const decode = (body: Uint8Array, mediaType: MediaType, model: Model): DecodedRequest => {
  requireUtf8(mediaType)
  const value = parseJson(decodeUtf8(body), 'the body', columnCount(model.signature.inputs))
  if (Array.isArray(value)) return decodeRows(value, model, 'body')
  if (!isObject(value)) throw notARequest(`received ${describe(value)}`)
  const [key, ...others] = Object.keys(value)
  if (key === 'instances' && others.length === 0) return decodeRows(value.instances, model, 'instances')
  if (key === 'inputs' && others.length === 0) {
    return { inputs: columnsToTensors(value.inputs, model), form: 'columns' }
  }
  if (key?.startsWith('dataframe_') && others.length === 0) {
    const inputs = readFrame(key, value[key], model)
    if (inputs !== undefined) return { inputs, form: 'rows' }
  }
  const unknown = [key ?? '', ...others].find((name) => name !== 'instances' && name !== 'inputs')
  if (key === undefined) throw notARequest('received an empty object')
  // TensorFlow Serving's clients send it; a model has one signature here.
  const fix = unknown === 'signature_name' ? ': leave it out' : ''
  throw notARequest(unknown === undefined ? 'received both' : `received the key ${quote(unknown)}${fix}`)
}

const notARequest = (received: string): ServingError =>
  new ServingError(
    'ERR_INVALID_BODY',
    `expected a list, {"instances": […]}, {"inputs": …}, or a data frame as MLflow has it; ${received}`,
  )

const decodeRows = (rows: unknown, model: Model, name: string): DecodedRequest => {
  if (!Array.isArray(rows)) throw notARequest(`${name} is ${describe(rows)}`)
  requireRowsWithin(rows.length, model.config.limits.maxRows)
  const reader = createRowReader(model, (row) => `${name}[${row}]`)
  for (const row of rows) reader.add(row)
  return { inputs: reader.finish(), form: 'rows' }
}

export const jsonCodec: Codec = {
  mediaTypes: ['application/json'],
  extensions: { '.json': 'application/json' },
  decode,
  encode: (prediction, form, maxBytes) => {
    const reply = beginReply(prediction, maxBytes)
    const areRows = form === 'rows' && prediction.byRow
    reply.add(form === 'columns' ? '{"outputs":' : areRows ? '{"predictions":[' : '{"predictions":')
    if (areRows) writeRows(prediction, reply, ',')
    else writeWhole(prediction, reply)
    reply.add(areRows ? ']}' : '}')
    return reply.finish()
  },
}
