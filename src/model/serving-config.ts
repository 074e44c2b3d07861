/**
 * serving.yaml: what ONNX does not say about a model. The schema is the only source of keys, defaults and types;
 * docs/serving-yaml.md is held against it by a test. Whether a valid file fits its model is asked in validate.ts.
 */

import { parseDocument } from 'yaml'
import * as z from 'zod'
import { StartupError } from '../errors.ts'
import { formatIssue, keyPaths } from './config-issue.ts'
import { boxesSchema, ctcSchema } from './postprocess-config.ts'
import { preprocessSchema } from './preprocess-config.ts'

/** Whole numbers are accepted as names too, so that `[0, 1, 2]` needs no quotes. */
const labelName = z
  .union([z.string().min(1), z.int()], { error: 'a name; put it in quotes' })
  .transform(String)

export const servingConfigSchema = z.strictObject({
  model: z.string().min(1).optional(),
  task: z.string().min(1).optional(),
  rows: z.boolean().optional(),
  preprocess: preprocessSchema.optional(),
  labels: z
    .union([z.string().min(1), z.array(labelName).min(1)], {
      error: 'a list of names, or the name of a text file',
    })
    .optional(),
  postprocess: z
    .strictObject({
      output: z.string().min(1).optional(),
      softmax: z.boolean().default(false),
      topK: z.int().min(1).optional(),
      boxes: boxesSchema.optional(),
      ctc: ctcSchema.optional(),
    })
    .prefault({}),
  links: z.array(z.string().min(1)).min(1).optional(),
  limits: z
    .strictObject({
      maxBatchSize: z.int().min(1).optional(),
      maxImagePixels: z.int().min(1).max(1_000_000_000).default(25_000_000),
      maxRows: z.int().min(1).max(100_000_000).default(1_000_000),
      // SageMaker developer guide, "Real-time inference": at most 25 MB in a reply. V8 holds no text above 512 MiB.
      maxResponseBytes: z
        .int()
        .min(1)
        .max(512 * 1024 * 1024 - 1024)
        .default(25 * 1024 * 1024),
    })
    .prefault({}),
})

/** The validated content of serving.yaml with its defaults. */
export type ServingConfig = z.output<typeof servingConfigSchema>

/** The path of every key, e.g. `preprocess.crop.width`. Not made before it is needed: every start of a process would pay. */
export const configKeys = (): readonly string[] =>
  keyPaths(z.toJSONSchema(servingConfigSchema, { io: 'input' }))

/** A file with all class names of a large model is well below this; anything above it is not a configuration. */
const MAX_CHARACTERS = 4 * 1024 * 1024

/** How often YAML aliases may be resolved: a few are handy, many are a bomb. */
const MAX_ALIASES = 100

/** Throws StartupError with every mistake of the file, each on its own line. An empty text gives the defaults. */
export const parseServingConfig = (text: string): ServingConfig => {
  const raw = parseYaml(text)
  const result = servingConfigSchema.safeParse(raw ?? {})
  if (result.success) return result.data
  const keys = configKeys()
  throw configError(
    'is not valid',
    result.error.issues.flatMap((issue) => formatIssue(issue, raw, keys)),
  )
}

const parseYaml = (text: string): unknown => {
  if (text.length > MAX_CHARACTERS) {
    throw configError('is not valid', [`expected at most ${MAX_CHARACTERS} characters, found ${text.length}`])
  }
  const document = parseDocument(text, { logLevel: 'error', prettyErrors: false })
  if (document.errors.length > 0) {
    const line = (offset: number): number => text.slice(0, offset).split('\n').length
    throw configError(
      'is not valid',
      document.errors.map((error) => `line ${line(error.pos[0])}: ${error.message}`),
    )
  }
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (error) {
    throw configError('is not valid', [error instanceof Error ? error.message : String(error)])
  }
}

/** `problem` in a few words, then one line for each mistake. */
export const configError = (problem: string, mistakes: readonly string[]): StartupError =>
  new StartupError(`serving.yaml ${problem}:\n${mistakes.map((line) => `  ${line}`).join('\n')}`)
