/** `npm run inspect -- DIR`: what a model folder is, found as the server finds it, and a request that works. */

import { parseArgs } from 'node:util'
import { StartupError } from './errors.ts'
import { DEFAULT_MAX_BATCH_SIZE } from './protocol/defaults.ts'
import { UNTRIED } from './server/banner.ts'
import { readConfig } from './server/config/read-config.ts'
import { exampleBody, exampleRequest } from './server/example-request.ts'
import { type Inspected, inspect } from './server/pool/inspect.ts'
import { shownPath } from './server/shown-path.ts'
import { formatSpec, listNames } from './words.ts'

const HELP = `Says what a model folder is and how it would be served, or why it cannot be.

Usage: npm run inspect -- DIR [--json] [--device auto|cpu|cuda] [--port N]

  DIR       a folder, or an ONNX file
  --json    the same as JSON, all labels and warnings included
  --device  where the model is tried, as the server's setting; auto
  --port    the port in the request that is shown; 8080

Ends with 0 if it can be served, with 1 and the reason if not, and with 2 for wrong arguments.
`

const ROWS = {
  single: 'one a run; a request of several is several runs',
  none: 'not known to be independent: a request is one run, of the shapes above',
}

const summary = (model: string, { description, rows, device, warnings, name }: Inspected, port: number) => {
  const { inputs, outputs, preprocess, labels, answers, example, maxBatchSize, code, task } = description
  const specs = (tensors: typeof inputs) => tensors.map((spec) => `${spec.name} ${formatSpec(spec)}`)
  return {
    name,
    task: code
      ? 'what its code makes of requests'
      : task !== undefined
        ? `${task}, as ${answers}`
        : `${preprocess === undefined ? 'tensors' : 'images, or tensors'} in, ${answers} out`,
    ...(code && { code: `${code.file}: ${code.exports.join(', ')}` }),
    inputs: specs(inputs),
    outputs: specs(outputs),
    preprocess: preprocess ?? 'none',
    labels: labels ?? [],
    rows:
      rows === 'dynamic'
        ? `independent: batches of up to ${maxBatchSize ?? DEFAULT_MAX_BATCH_SIZE}`
        : ROWS[rows],
    device,
    request: exampleRequest(example, rows, model, `http://localhost:${port}`),
    tried: example.tried,
    warnings,
  }
}

/** For programs: the request that is shown, as it goes over the wire. */
const bodyOf = (model: string, { description, rows }: Inspected) => {
  const found = exampleBody(description.example, rows, model)
  return found && { contentType: found.contentType, bodyBase64: Buffer.from(found.body).toString('base64') }
}

const lines = (model: string, found: ReturnType<typeof summary>): string => {
  const { labels } = found
  const named = labels.length === 0 ? 'none' : `${labels.length}: ${listNames(labels)}`
  const ofModel = [
    `  inputs      ${found.inputs.join(', ')}`,
    `  outputs     ${found.outputs.join(', ')}`,
    `  preprocess  ${found.preprocess}`,
    `  labels      ${named}`,
    `  rows        ${found.rows}`,
    `  device      ${found.device}`,
  ]
  return [
    shownPath(model),
    `  task        ${found.task}`,
    ...(found.code === undefined ? [] : [`  code        ${found.code}`]),
    ...(found.outputs.length === 0 ? [] : ofModel),
    ...found.warnings.map((warning) => `  warning     ${warning}`),
    found.tried ? '  request' : `  ${UNTRIED}`,
    `    ${found.request}`,
    '',
  ].join('\n')
}

/** @throws StartupError or parseArgs' own error for arguments that are not understood */
const readArguments = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      device: { type: 'string', default: 'auto' },
      port: { type: 'string', default: '8080' },
    },
  })
  if (values.help) return 'help'
  const [model, ...others] = positionals
  if (model === undefined || others.length > 0) throw new StartupError('expected one folder; see --help')
  const config = readConfig([`--model=${model}`, `--device=${values.device}`, `--port=${values.port}`], {})
  return config === 'help' ? config : { config, json: values.json }
}

const main = async (): Promise<number> => {
  let given: ReturnType<typeof readArguments>
  try {
    given = readArguments()
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 2
  }
  if (given === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  const { config, json } = given
  try {
    const inspected = await inspect(config)
    const found = summary(config.model, inspected, config.port)
    process.stdout.write(
      json
        ? `${JSON.stringify({ ...found, body: bodyOf(config.model, inspected) }, null, 2)}\n`
        : lines(config.model, found),
    )
    return 0
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    process.stderr.write(`${error.message}\n`)
    return 1
  }
}

process.exitCode = await main()
