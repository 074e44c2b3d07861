/** A shell command that sends an example to the server. */

import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { BUNDLED_MODEL } from '../places.ts'
import type { Example, ExampleInput, RowMode } from '../protocol/model-info.ts'
import { visible } from '../words.ts'
import { blackPng } from './png.ts'

/** JSON that stands in single quotes of a shell. */
const quoteSafe = (value: unknown): string => visible(value).replaceAll("'", '\\u0027')

const imageRequest = ({ width, height }: { width: number; height: number }, model: string, url: string) => {
  const digit = join(BUNDLED_MODEL, '../digits/3.png')
  if (resolve(model) === resolve(BUNDLED_MODEL) && existsSync(digit)) {
    return `curl --data-binary @${relative(process.cwd(), digit)} -H 'Content-Type: image/png' ${url}`
  }
  const image = blackPng(width, height).toString('base64')
  return `echo ${image} | base64 -d | curl --data-binary @- -H 'Content-Type: image/png' ${url}`
}

/** Nested arrays of one value as a JavaScript expression, e.g. `Array(2).fill(Array(3).fill(0))`. */
const repeated = (dims: readonly number[], value: unknown): string =>
  dims.reduceRight((inner, dim) => `Array(${dim}).fill(${inner})`, quoteSafe(value))

/** Nested arrays of values in row-major order. */
const nested = (dims: readonly number[], values: readonly unknown[]): unknown => {
  const [first, ...rest] = dims
  if (first === undefined) return values[0]
  const size = values.length / first
  return Array.from({ length: first }, (_, i) => nested(rest, values.slice(i * size, (i + 1) * size)))
}

const jsonRequest = (inputs: readonly ExampleInput[], rows: RowMode, url: string): string => {
  const form = rows === 'none' ? 'inputs' : 'instances'
  const shapes = inputs.map((input) => ({
    ...input,
    dims: form === 'inputs' ? input.dims : input.dims.slice(1),
  }))
  const isWritten = shapes.every(
    ({ dims, values }) => values.length === dims.reduce((product, dim) => product * dim, 1),
  )
  const members = shapes.map(({ name, dims, values }) => {
    const text = isWritten ? quoteSafe(nested(dims, values)) : repeated(dims, values[0])
    return `${quoteSafe(name)}:${text}`
  })
  const [first = ''] = members
  const row = members.length === 1 ? first.slice(quoteSafe(inputs[0]?.name).length + 1) : `{${members}}`
  const body = form === 'instances' ? `[${row}]` : row
  return isWritten
    ? `curl -d '{"${form}":${body}}' -H 'Content-Type: application/json' ${url}`
    : `node -p 'JSON.stringify({${form}:${body}})' | curl --data-binary @- -H 'Content-Type: application/json' ${url}`
}

/**
 * @param model the path of the model that is served
 * @param address where, as in `http://localhost:8080`
 */
export const exampleRequest = (example: Example, rows: RowMode, model: string, address: string): string => {
  const url = `${address}/invocations`
  if ('json' in example)
    return `curl -d '${quoteSafe(JSON.parse(example.json))}' -H 'Content-Type: application/json' ${url}`
  if ('code' in example)
    return `POST ${url}, as ${example.code} takes it; export an "example" there to have it shown here`
  return 'image' in example ? imageRequest(example.image, model, url) : jsonRequest(example.inputs, rows, url)
}
