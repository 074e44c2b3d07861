/**
 * Reads the settings from the command line and the environment.
 * Flags win over the environment; of several variables the first that is set wins. An empty variable counts as unset.
 */

import { parseArgs } from 'node:util'
import { StartupError } from '../../errors.ts'
import { isInS3 } from '../fetch/location.ts'
import { LAMBDA_DEFAULTS, readLambda } from './lambda.ts'
import { type Config, flagOf, SETTINGS, type Setting, type Unit, variableName } from './settings.ts'
import { expectation, OWN_UNIT, parseValue } from './values.ts'

type Found = { text: string; source: string; unit: Unit }

const find = (
  key: string,
  setting: Setting,
  flags: Record<string, string>,
  environment: NodeJS.ProcessEnv,
): Found | undefined => {
  const flag = flagOf(key)
  const given = flags[flag.slice(2)]
  if (given !== undefined) return { text: given, source: flag, unit: OWN_UNIT }
  for (const variable of setting.variables) {
    const name = variableName(variable)
    const text = environment[name]
    if (!text) continue
    return { text, source: name, unit: typeof variable === 'string' ? OWN_UNIT : variable }
  }
  return undefined
}

const readFlags = (
  args: readonly string[],
  mistakes: string[],
): { flags: Record<string, string>; help: boolean } => {
  const options = Object.fromEntries(
    Object.keys(SETTINGS).map((key) => [flagOf(key).slice(2), { type: 'string' as const }]),
  )
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const flags: Record<string, string> = {}
  let help = false
  for (const token of tokens) {
    if (token.kind === 'positional') {
      // SageMaker runs `docker run IMAGE serve` and, for training, `docker run IMAGE train`.
      if (token.value === 'train') mistakes.push('train: this image serves models; it does not train them')
      else if (token.value !== 'serve')
        mistakes.push(
          `${token.value}: unknown argument; only "serve" is known, and a model is named with --model`,
        )
    } else if (token.kind === 'option') {
      if (token.name === 'help' || token.name === 'h') help = true
      else if (!Object.hasOwn(options, token.name))
        mistakes.push(`${token.rawName}: unknown flag; see --help`)
      else if (!token.value) mistakes.push(`${token.rawName}: a value is missing`)
      // A value may begin with a dash only behind an equals sign; a number below zero is told its range.
      else if (!token.inlineValue && /^-\D/.test(token.value))
        mistakes.push(`${token.rawName}: a value is missing before ${token.value}`)
      else flags[token.name] = token.value
    }
  }
  return { flags, help }
}

/**
 * Reads all settings; 'help' if that was asked for.
 * @throws StartupError that lists every mistake, one on each line.
 */
export const readConfig = (args: readonly string[], environment: NodeJS.ProcessEnv): Config | 'help' => {
  const mistakes: string[] = []
  const { flags, help } = readFlags(args, mistakes)
  if (help) return 'help'
  const lambda = readLambda(environment)
  const defaults = lambda === undefined ? {} : LAMBDA_DEFAULTS
  const values: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries<Setting>(SETTINGS)) {
    const found = find(key, setting, flags, environment)
    const value =
      found === undefined ? (defaults[key] ?? setting.default) : parseValue(setting, found.text, found.unit)
    if (value !== undefined) values[key] = value
    else {
      const expected = expectation(setting, found?.unit)
      mistakes.push(`${found?.source}: expected ${expected}, received "${found?.text}"`)
    }
  }
  const {
    model = '',
    modelSha256 = 'none',
    maxBatchDelayMs = 0,
    requestTimeoutMs = Number.POSITIVE_INFINITY,
  } = values as Partial<Config>
  // Nobody is to believe that a model was held against it.
  if (modelSha256 !== 'none' && !isInS3(model))
    mistakes.push(`MODEL_SHA256 is of an object in S3, and ${model} is none; leave it out`)
  if (maxBatchDelayMs >= requestTimeoutMs) {
    mistakes.push(
      `--max-batch-delay-ms: expected less than --request-timeout-ms, ${requestTimeoutMs}, received ${maxBatchDelayMs}`,
    )
  }
  if (mistakes.length > 0) throw new StartupError(mistakes.join('\n'))
  const config = values as Omit<Config, 'lambda'>
  // Nothing stands between Lambda and the server, whatever the image has for elsewhere.
  return Object.freeze(lambda === undefined ? config : { ...config, front: 'none', lambda })
}
