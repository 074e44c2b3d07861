/** The answer of a model that gives back its input, in each form that `Accept` can ask for. */

import { isDeepStrictEqual } from 'node:util'
import { parse } from 'csv-parse/sync'
import type { Form } from './body.ts'
import { tupleOf } from './npy.ts'
import type { Random } from './random.ts'
import { inJson, nest, npyData, type Tensor } from './value.ts'

export type Writer = 'json' | 'lines' | 'csv' | 'npy'

const MEDIA_TYPES: Readonly<Record<Writer, string>> = {
  json: 'application/json',
  lines: 'application/jsonlines',
  csv: 'text/csv',
  npy: 'application/x-npy',
}

/** What an answer must be: the media type, and the tensor that is in it. */
export type Expected = { writer: Writer; form: Form; tensor: Tensor }

/** Values of Accept, and what each asks for (RFC 9110, section 12.5.1). */
const ACCEPTS: readonly [accept: string | undefined, writer: Writer][] = [
  [undefined, 'json'],
  ['*/*', 'json'],
  ['application/json', 'json'],
  ['application/*', 'json'],
  ['application/jsonlines', 'lines'],
  ['text/csv', 'csv'],
  ['text/*', 'csv'],
  ['text/csv;q=0.1, application/json', 'json'],
  ['text/csv; q=0.1, application/json; q=0.9', 'json'],
  ['application/json;q=0.2,text/csv;q=0.8', 'csv'],
  ['application/json; q=0, text/csv', 'csv'],
  ['image/png, application/jsonlines', 'lines'],
  ['application/x-npy', 'npy'],
  ['application/x-npy;q=1.0, */*;q=0.5', 'npy'],
]

export const acceptOf = (random: Random): [accept: string | undefined, writer: Writer] => random.pick(ACCEPTS)

const nested = (tensor: Tensor): unknown => nest<unknown>(tensor, inJson, (items) => items)

const csvRows = (tensor: Tensor): string[][] => {
  const width = tensor.values.length / (tensor.dims[0] ?? 1)
  return Array.from({ length: tensor.dims[0] ?? 0 }, (_, row) =>
    tensor.values.slice(row * width, (row + 1) * width).map(String),
  )
}

const isRight = ({ writer, form, tensor }: Expected, body: Buffer): boolean => {
  switch (writer) {
    case 'json': {
      const key = form === 'rows' ? 'predictions' : 'outputs'
      return isDeepStrictEqual(JSON.parse(body.toString()), { [key]: nested(tensor) })
    }
    case 'lines': {
      const lines = body.toString().split('\n')
      return (
        lines.pop() === '' &&
        isDeepStrictEqual(
          lines.map((line) => JSON.parse(line)),
          nested(tensor),
        )
      )
    }
    case 'csv':
      return isDeepStrictEqual(parse(body, { relax_column_count: true }), csvRows(tensor))
    case 'npy': {
      const { descr, data } = npyData(tensor)
      const head = body.subarray(0, body.length - data.length).toString('latin1')
      const shape = `'shape': (${tupleOf(tensor.dims)})`
      return head.includes(shape) && head.includes(`'${descr}'`) && body.subarray(head.length).equals(data)
    }
  }
}

/** What is wrong with an answer of status 200; undefined if it is right. */
export const wrongIn = (expected: Expected, contentType: string, body: Buffer): string | undefined => {
  const mediaType = MEDIA_TYPES[expected.writer]
  if (!contentType.startsWith(mediaType)) return `${contentType} instead of ${mediaType}`
  try {
    return isRight(expected, body) ? undefined : 'another answer than what was sent'
  } catch (error) {
    return `an answer that is not ${mediaType}: ${(error as Error).message}`
  }
}
