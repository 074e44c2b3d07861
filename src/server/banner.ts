/** What `npm start` prints once it serves: the model, the device, and a request that works when pasted. */

import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { CodeInfo, ModelInfo } from '../protocol/model-info.ts'
import { formatSpec } from '../words.ts'
import { BUNDLED_MODEL, type Config } from './config/settings.ts'
import type { Layout } from './machine/layout.ts'

/** The smallest PNG: one grey pixel. */
const ONE_PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='

/** A body of more values than this is made by a program rather than written out. */
const MAX_VALUES_SHOWN = 64

const imageRequest = (model: string, url: string): string => {
  const digit = join(BUNDLED_MODEL, '../digits/3.png')
  if (model === BUNDLED_MODEL && existsSync(digit)) {
    return `curl --data-binary @${relative(process.cwd(), digit)} -H 'Content-Type: image/png' ${url}`
  }
  return `echo ${ONE_PIXEL} | base64 -d | curl --data-binary @- -H 'Content-Type: image/png' ${url}`
}

/** Nested arrays of `value` as a JavaScript expression, e.g. `Array(2).fill(Array(3).fill(0))`. */
const nestedExpression = (dims: readonly number[], value: string): string =>
  dims.reduceRight((inner, dim) => `Array(${dim}).fill(${inner})`, value)

const nested = (dims: readonly number[], value: unknown): unknown =>
  dims.reduceRight((inner, dim) => Array(dim).fill(inner), value)

const jsonRequest = ({ inputs, rows }: ModelInfo, url: string): string => {
  const form = rows === 'none' ? 'inputs' : 'instances'
  const shapes = inputs.map(({ name, type, dims }) => {
    const sizes = dims.map((dim) => (typeof dim === 'number' ? dim : 1))
    return { name, type, dims: form === 'inputs' ? sizes : sizes.slice(1) }
  })
  const values = shapes.reduce((sum, { dims }) => sum + dims.reduce((product, dim) => product * dim, 1), 0)
  const zero = (type: string) => (type === 'string' ? '' : 0)
  if (values > MAX_VALUES_SHOWN) {
    const members = shapes.map(
      ({ name, type, dims }) =>
        `${JSON.stringify(name)}:${nestedExpression(dims, JSON.stringify(zero(type)))}`,
    )
    const row = shapes.length === 1 ? members[0]?.slice(members[0].indexOf(':') + 1) : `{${members}}`
    const body = form === 'instances' ? `[${row}]` : row
    return `node -p 'JSON.stringify({${form}:${body}})' | curl --data-binary @- -H 'Content-Type: application/json' ${url}`
  }
  const members = shapes.map(({ name, type, dims }) => [name, nested(dims, zero(type))] as const)
  const row = members.length === 1 ? members[0]?.[1] : Object.fromEntries(members)
  const body = JSON.stringify({ [form]: form === 'instances' ? [row] : row })
  return `curl -d '${body}' -H 'Content-Type: application/json' ${url}`
}

/** In single quotes for a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Only the code knows what it takes. */
const codeRequest = ({ file, example }: CodeInfo, url: string): string =>
  example === undefined
    ? `POST ${url}, as ${file} takes it; "export const example = …" shows a request here`
    : `curl -d ${quoted(example)} -H 'Content-Type: application/json' ${url}`

/** A curl line that the running server answers with 200. */
export const exampleRequest = (info: ModelInfo, model: string, address: string): string => {
  const url = `${address}/invocations`
  const { code } = info
  if (code?.example !== undefined || code?.exports.some((name) => name !== 'load' && name !== 'postprocess'))
    return codeRequest(code, url)
  return info.acceptsImages ? imageRequest(model, url) : jsonRequest(info, url)
}

const specs = (tensors: ModelInfo['inputs']): string[] =>
  tensors.map((tensor) => `${tensor.name} ${formatSpec(tensor)}`)

/** What the log says of the model. */
export const describeModel = (info: ModelInfo) => ({
  ...info,
  inputs: specs(info.inputs),
  outputs: specs(info.outputs),
})

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const describeTensors = ({ inputs, outputs, code }: ModelInfo): string =>
  [
    ...(inputs.length > 0 ? [`    inputs   ${specs(inputs).join(', ')}`] : []),
    ...(outputs.length > 0 ? [`    outputs  ${specs(outputs).join(', ')}`] : []),
    ...(code === undefined ? [] : [`    code     ${code.file}: ${code.exports.join(', ')}`]),
  ].join('\n')

export const banner = (
  config: Pick<Config, 'model' | 'port' | 'host'>,
  info: ModelInfo,
  layout: Layout,
): string => {
  const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host
  const address = `http://${host}:${config.port}`
  const isBatched = info.rows === 'dynamic' && !info.code?.exports.includes('predict')
  const batching = isBatched ? `batches of up to ${info.maxBatchSize} rows` : 'no batching'
  return `
  ${relative(process.cwd(), config.model) || '.'}
${describeTensors(info)}
    device   ${info.device}, ${plural(layout.workers, 'worker')} × ${plural(layout.threads, 'thread')}, ${batching}
    address  ${address}

  Try it:
    ${exampleRequest(info, config.model, address)}
`
}
