/** A form whose fields are called as the model's inputs are: a tensor each, from a file or from a field's text. */

import { ServingError } from '../../errors.ts'
import type { Model } from '../../model/model.ts'
import { requireInputNames } from '../../model/names.ts'
import type { NamedTensors } from '../../tensor/tensor.ts'
import { quote } from '../../words.ts'
import { isOneColumn } from './columns.ts'
import type { FormFile } from './form-data.ts'
import { parseJson } from './json-parse.ts'
import { columnsToTensors } from './json-rows.ts'
import { decodeUtf8 } from './text.ts'

/** The model as if an input were its only one. */
export const withOnly = (model: Model, name: string): Model => ({
  ...model,
  signature: { ...model.signature, inputs: model.signature.inputs.filter((spec) => spec.name === name) },
})

/**
 * True if the parts are inputs, not rows: the model has several, and a field is called as one of them.
 *
 * @throws ServingError ERR_INVALID_INPUT if then not all are, or one is twice
 */
export const areInputs = (parts: readonly FormFile[], { signature: { inputs } }: Model): boolean => {
  const fields = parts.map(({ field }) => field)
  if (inputs.length < 2 || !inputs.some(({ name }) => fields.includes(name))) return false
  requireInputNames(fields, inputs, 'the form')
  const twice = fields.find((field, index) => fields.indexOf(field) < index)
  if (twice === undefined) return true
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `the form has the input ${quote(twice)} twice; send all rows in one part`,
  )
}

/** A field's text: itself for an input of one string, else JSON with the rows in it, or the value of one row. */
export const fieldToTensors = (body: Uint8Array, model: Model): NamedTensors => {
  const [spec] = model.signature.inputs
  const text = decodeUtf8(body)
  const isText = spec?.type === 'string' && isOneColumn(spec)
  const value = isText ? text : parseJson(text, 'the field', 1)
  return columnsToTensors(Array.isArray(value) || spec?.dims.length === 0 ? value : [value], model)
}
