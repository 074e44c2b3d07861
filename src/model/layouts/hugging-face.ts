/** The layout of Hugging Face's save_pretrained and of Optimum's exporter: config.json and its companions beside the model. */

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '../../errors.ts'
import { describe } from '../../words.ts'
import { readSentenceTransformers, type SentenceTransformers } from './sentence-transformers.ts'

/** A JSON object of the folder, as it stands there. */
export type Json = Readonly<Record<string, unknown>>

/** What the folder says of the model besides its graph. Files that it does not have are undefined. */
export type HuggingFaceFolder = {
  /** Absolute. */
  folder: string
  /** config.json. */
  config: Json
  /** Of the tokenizer, absolute: tokenizer.json. */
  tokenizer?: string
  /** tokenizer_config.json. */
  tokenizerConfig?: Json
  /** special_tokens_map.json. */
  specialTokens?: Json
  /** preprocessor_config.json. */
  preprocessor?: Json
  /** What sentence-transformers left there. */
  sentence?: SentenceTransformers
}

/** The largest of these files seen, config.json of a model of 21,000 classes, has 1.5 MB. */
const MOST_BYTES = 16 * 2 ** 20

/**
 * @returns undefined for a folder of another layout, or one that holds nothing of how requests become inputs
 * @throws StartupError for a file that cannot be read
 */
export const readHuggingFace = (folder: string): HuggingFaceFolder | undefined => {
  const config = readJson(folder, 'config.json')
  if (config === undefined || typeof config.model_type !== 'string') return undefined
  const tokenizer = join(folder, 'tokenizer.json')
  const hasTokenizer = existsSync(tokenizer)
  const preprocessor = readJson(folder, 'preprocessor_config.json')
  if (!hasTokenizer && preprocessor === undefined) return undefined
  const tokenizerConfig = readJson(folder, 'tokenizer_config.json')
  const specialTokens = readJson(folder, 'special_tokens_map.json')
  const sentence = readSentenceTransformers((name) => readValue(folder, name), config)
  return {
    folder,
    config,
    ...(hasTokenizer && { tokenizer }),
    ...(tokenizerConfig && { tokenizerConfig }),
    ...(specialTokens && { specialTokens }),
    ...(preprocessor && { preprocessor }),
    ...(sentence && { sentence }),
  }
}

const readJson = (folder: string, name: string): Json | undefined => {
  const value = readValue(folder, name)
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new StartupError(`${name}: expected an object, found ${describe(value)}`)
  return value as Json
}

const readValue = (folder: string, name: string): unknown => {
  const file = join(folder, name)
  if (!existsSync(file)) return undefined
  const { size } = statSync(file)
  if (size > MOST_BYTES)
    throw new StartupError(`${name} has ${size} bytes; at most ${MOST_BYTES} are expected of it`)
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new StartupError(`${name} is not JSON: ${(error as Error).message}`)
  }
}
