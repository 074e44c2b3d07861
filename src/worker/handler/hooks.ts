/** Loads the model's own code, and holds its exports against what they may be. All that is wrong is found at the start. */

import { pathToFileURL } from 'node:url'
import { StartupError } from '../../errors.ts'
import type { Load, Postprocess, Predict, PredictBatch, Preprocess } from '../../handler-types.ts'
import { editDistance } from '../../model/config-issue.ts'
import type { CodeInfo } from '../../protocol/model-info.ts'
import { listNames } from '../../words.ts'
import { type CodeFolder, reasonOf, shownCode } from './place.ts'

export type Hooks = {
  load?: Load
  preprocess?: Preprocess<unknown>
  predict?: Predict<never> | PredictBatch<never>
  postprocess?: Postprocess<never>
  /** `predict` gets what came in together. */
  batch: boolean
  /** A request's JSON that works, for people. */
  example?: unknown
}

const FUNCTIONS = ['load', 'preprocess', 'predict', 'postprocess'] as const

/** For people. */
export const describeHooks = (hooks: Hooks, file: string): CodeInfo => ({
  file,
  exports: FUNCTIONS.filter((name) => hooks[name] !== undefined),
})

/** What people would try, from other spellings and from SageMaker's toolkits, without case and underscores. */
const ALIASES: Record<string, (typeof FUNCTIONS)[number] | 'batch'> = {
  load: 'load',
  setup: 'load',
  modelfn: 'load',
  preprocess: 'preprocess',
  inputfn: 'preprocess',
  decoderequest: 'preprocess',
  predict: 'predict',
  predictfn: 'predict',
  handler: 'predict',
  postprocess: 'postprocess',
  outputfn: 'postprocess',
  encoderesponse: 'postprocess',
  batch: 'batch',
}

/** The export that was probably meant; a hook that is misspelt would be left out in silence. */
const meantBy = (name: string): string | undefined => {
  const key = name.toLowerCase().replaceAll('_', '')
  return (
    (Object.hasOwn(ALIASES, key) ? ALIASES[key] : undefined) ??
    ['preprocess', 'predict', 'postprocess', 'load', 'batch', 'example'].find(
      (known) => editDistance(key, known) <= (known.length > 5 ? 2 : 1),
    )
  )
}

/** @throws StartupError with the file and the line */
export const importHooks = async (folder: CodeFolder): Promise<Hooks> => {
  const { code: file } = folder
  const shown = shownCode(folder)
  let namespace: Record<string, unknown>
  try {
    namespace = await importFile(file)
  } catch (error) {
    throw new StartupError(`${shown} cannot be loaded: ${reasonOf(error, file, shown)}`)
  }
  // CommonJS, and `export default { predict }`.
  const { default: whole, 'module.exports': _, ...named } = namespace
  return checkHooks({ ...(whole as object), ...named }, shown)
}

const checkHooks = (exported: Record<string, unknown>, shown: string): Hooks => {
  const mistakes = Object.keys(exported).flatMap((name) => {
    const meant = meantBy(name)
    return meant === undefined || meant === name ? [] : [`it exports ${name}: call it ${meant}`]
  })
  for (const name of FUNCTIONS) {
    if (exported[name] !== undefined && typeof exported[name] !== 'function')
      mistakes.push(`${name} is to be a function, and is ${typeof exported[name]}`)
  }
  if (exported.batch !== undefined && typeof exported.batch !== 'boolean')
    mistakes.push('batch is to be true or false')
  if (exported.batch === true && exported.predict === undefined)
    mistakes.push('batch says how predict is called, and there is no predict')
  const names = Object.keys(exported)
  if (mistakes.length === 0 && !['preprocess', 'predict', 'postprocess'].some((name) => names.includes(name)))
    mistakes.push(
      `it exports ${names.length === 0 ? 'nothing' : listNames(names)}, and none of preprocess, predict and postprocess`,
    )
  if (mistakes.length > 0) throw new StartupError(`${shown}: ${mistakes.join('; ')}`)
  return { ...(exported as Omit<Hooks, 'batch'>), batch: exported.batch === true }
}

/**
 * Under tsx, which costs a third of a second: TypeScript, modules in a file called .js, and a line in every error, on each
 * version of Node. Where this file runs under it, all does.
 */
const importFile = async (file: string): Promise<Record<string, unknown>> => {
  if (!import.meta.url.endsWith('.ts')) {
    const { register: forCommonJs } = await import('tsx/cjs/api')
    const { register: forModules } = await import('tsx/esm/api')
    forCommonJs()
    forModules()
  }
  return import(pathToFileURL(file).href)
}
