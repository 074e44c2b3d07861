/** An example for the server: as a shell command that sends it, and as a body. */

import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { BUNDLED_MODEL } from '../places.ts'
import type { Example, ExampleInput, RowMode } from '../protocol/model-info.ts'
import { visible } from '../words.ts'
import { blackPng } from './png.ts'
import { shellWord, shownPath } from './shown-path.ts'

/** JSON that stands in single quotes of a shell. */
const quoteSafe = (value: unknown): string => visible(value).replaceAll("'", '\\u0027')

/** A picture of a digit, for the bundled model. */
const digitOf = (model: string): string | undefined => {
  const digit = join(BUNDLED_MODEL, '../digits/3.png')
  return resolve(model) === resolve(BUNDLED_MODEL) && existsSync(digit) ? digit : undefined
}

const imageRequest = ({ width, height }: { width: number; height: number }, model: string, url: string) => {
  const digit = digitOf(model)
  if (digit !== undefined) {
    return `curl --data-binary ${shellWord(`@${shownPath(digit)}`)} -H 'Content-Type: image/png' ${url}`
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

/** Under which key the inputs stand, and of which shape each is there. */
const formOf = (inputs: readonly ExampleInput[], rows: RowMode) => {
  const form = rows === 'none' ? 'inputs' : 'instances'
  const shapes = inputs.map((input) => ({
    ...input,
    dims: form === 'inputs' ? input.dims : input.dims.slice(1),
  }))
  return { form, shapes } as const
}

const jsonRequest = (inputs: readonly ExampleInput[], rows: RowMode, url: string): string => {
  const { form, shapes } = formOf(inputs, rows)
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
  const url = shellWord(`${address}/invocations`)
  if ('json' in example)
    return `curl -d '${quoteSafe(JSON.parse(example.json))}' -H 'Content-Type: application/json' ${url}`
  if ('code' in example)
    return `POST ${url}, as ${example.code} takes it; export an "example" there to have it shown here`
  return 'image' in example ? imageRequest(example.image, model, url) : jsonRequest(example.inputs, rows, url)
}

const jsonBody = (inputs: readonly ExampleInput[], rows: RowMode): string => {
  const { form, shapes } = formOf(inputs, rows)
  const members = shapes.map(({ name, dims, values }) => {
    const size = dims.reduce((product, dim) => product * dim, 1)
    return [name, nested(dims, values.length === size ? values : new Array(size).fill(values[0]))] as const
  })
  const row = members.length === 1 ? members[0]?.[1] : Object.fromEntries(members)
  return JSON.stringify({ [form]: form === 'instances' ? [row] : row })
}

/** The same as bytes; undefined where only the folder's code knows what a request is. */
export const exampleBody = (
  example: Example,
  rows: RowMode,
  model: string,
): { contentType: string; body: Uint8Array } | undefined => {
  if ('code' in example) return undefined
  if ('image' in example) {
    const digit = digitOf(model)
    const { width, height } = example.image
    return {
      contentType: 'image/png',
      body: digit === undefined ? blackPng(width, height) : readFileSync(digit),
    }
  }
  const text = 'json' in example ? example.json : jsonBody(example.inputs, rows)
  return { contentType: 'application/json', body: Buffer.from(text) }
}
