/** The layout of Hugging Face's save_pretrained and of Optimum's exporter: config.json and its companions beside the model. */

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '../../errors.ts'
import { describe, quote } from '../../words.ts'
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

const WAY_OUT = '"task: tensors" in serving.yaml serves the model as it is'

/** The largest of these files seen, config.json of a model of 21,000 classes, has 1.5 MB. */
const MOST_BYTES = 16 * 2 ** 20

/**
 * @returns undefined for a folder of another layout, or one that holds nothing of how requests become inputs
 * @throws StartupError for a file that cannot be read
 */
export const readHuggingFace = (folder: string): HuggingFaceFolder | undefined => {
  const config = readConfig(folder)
  if (config === undefined) return undefined
  const tokenizer = join(folder, 'tokenizer.json')
  const hasTokenizer = existsSync(tokenizer)
  const preprocessor = readJson(folder, 'preprocessor_config.json')
  if (!hasTokenizer && preprocessor === undefined) {
    refuseVocabulary(folder)
    return undefined
  }
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

/** Undefined for a config.json of something else. */
const readConfig = (folder: string): Json | undefined => {
  const config = readValue(folder, 'config.json')
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return undefined
  const { model_type: type, architectures } = config as Json
  if (type === undefined && !Array.isArray(architectures)) return undefined
  if (type !== undefined && typeof type !== 'string')
    throw new StartupError(`config.json: model_type: expected a name, found ${describe(type)}. ${WAY_OUT}`)
  return config as Json
}

/** For the log, of a folder with config.json that is served as tensors although nobody said so. */
export const unreadNotes = (folder: string): string[] => {
  const config = readConfig(folder)
  if (config === undefined) return []
  const [name = config.model_type] = Array.isArray(config.architectures) ? config.architectures : []
  return [
    `config.json says that the model is a ${quote(String(name))}, and neither tokenizer.json nor preprocessor_config.json is beside it: requests are tensors. Put it there to send texts or pictures; "task: tensors" in serving.yaml silences this`,
  ]
}

/** What a tokenizer was saved as before there was tokenizer.json. */
const VOCABULARIES = ['vocab.txt', 'vocab.json', 'spiece.model', 'sentencepiece.bpe.model', 'tokenizer.model']

/** @throws StartupError with the command that writes tokenizer.json, if there is a vocabulary that it can be made of */
export const refuseVocabulary = (folder: string): void => {
  const found = VOCABULARIES.find((name) => existsSync(join(folder, name)))
  if (found === undefined) return
  const path = /^[\w./-]+$/.test(folder) ? folder : 'DIR'
  throw new StartupError(
    `the folder has a vocabulary, ${found}, and no tokenizer.json, with which texts are read. "pip install transformers sentencepiece", then this writes it: python -c "from transformers import AutoTokenizer; AutoTokenizer.from_pretrained('${path}', use_fast=True).save_pretrained('${path}')". ${WAY_OUT}`,
  )
}

const readJson = (folder: string, name: string): Json | undefined => {
  const value = readValue(folder, name)
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new StartupError(`${name}: expected an object, found ${describe(value)}. ${WAY_OUT}`)
  return value as Json
}

const readValue = (folder: string, name: string): unknown => {
  const file = join(folder, name)
  if (!existsSync(file)) return undefined
  const { size } = statSync(file)
  if (size > MOST_BYTES)
    throw new StartupError(`${name} has ${size} bytes; at most ${MOST_BYTES} are expected of it. ${WAY_OUT}`)
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new StartupError(`${name} is not JSON: ${(error as Error).message}. ${WAY_OUT}`)
  }
}
