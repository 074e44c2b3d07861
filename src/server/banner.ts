/** What `npm start` prints once it serves: the model, the device, and a request that works when pasted. */

import type { Example, ModelInfo } from '../protocol/model-info.ts'
import { formatSpec, plural } from '../words.ts'
import type { Config } from './config/settings.ts'
import { exampleRequest } from './example-request.ts'
import type { Layout } from './machine/layout.ts'
import { shownPath } from './shown-path.ts'

const specs = (tensors: ModelInfo['inputs']): string[] =>
  tensors.map((tensor) => `${tensor.name} ${formatSpec(tensor)}`)

/** What the log says of the model. */
export const describeModel = (info: ModelInfo) => ({
  ...info,
  inputs: specs(info.inputs),
  outputs: specs(info.outputs),
})

/** Where the model has taken nothing that it was tried with, or was not tried. */
export const UNTRIED = 'The form of a request; no values are known that the model accepts:'

const describeTensors = ({ inputs, outputs, code }: ModelInfo): string =>
  [
    ...(inputs.length > 0 ? [`    inputs   ${specs(inputs).join(', ')}`] : []),
    ...(outputs.length > 0 ? [`    outputs  ${specs(outputs).join(', ')}`] : []),
    ...(code === undefined ? [] : [`    code     ${code.file}: ${code.exports.join(', ')}`]),
  ].join('\n')

/** As it stands in a URL: from here, where it is all of the machine's; an IPv6 address in brackets. */
const hostOf = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

export const banner = (
  config: Pick<Config, 'model' | 'port' | 'host'>,
  info: ModelInfo,
  layout: Layout,
  example: Example,
): string => {
  const address = `http://${hostOf(config.host)}:${config.port}`
  const isBatched = info.rows === 'dynamic' && !info.code?.exports.includes('predict')
  const batching = isBatched ? `batches of up to ${info.maxBatchSize} rows` : 'no batching'
  return `
  ${shownPath(config.model)}
${describeTensors(info)}
    device   ${info.device}, ${plural(layout.workers, 'worker')} × ${plural(layout.threads, 'thread')}, ${batching}
    address  ${address}

  ${example.tried ? 'Try it:' : UNTRIED}
    ${exampleRequest(example, info.rows, config.model, address)}
`
}
