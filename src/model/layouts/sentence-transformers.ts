/** What sentence-transformers saves beside config.json: the modules behind the model, its prompts and its bounds. */

import type { Json } from './hugging-face.ts'

/** A step behind or before the model; `config` is empty where the module has no file of its own. */
export type SentenceModule = {
  /** The last part of its Python name: Transformer, Pooling, Normalize, Dense. */
  type: string
  config: Json
}

export type SentenceTransformers = {
  /** In the order in which they are applied; none where no file lists them. */
  modules: readonly SentenceModule[]
  /** It scores pairs of texts. */
  isCrossEncoder: boolean
  /** The Python name of what a cross-encoder's logits go through. */
  activation?: string
  /** What is put before texts, by name. */
  prompts: Readonly<Record<string, string>>
  /** The prompt where a request names none. */
  defaultPrompt?: string
  /** Most tokens, special ones included. */
  maxTokens?: number
  lowerCase: boolean
}

/** @param read a JSON object of the folder, or a list; undefined where there is no such file */
export const readSentenceTransformers = (
  read: (name: string) => unknown,
  config: Json,
): SentenceTransformers | undefined => {
  const listed = read('modules.json')
  const pooling = read('1_Pooling/config.json')
  const own = asObject(read('config_sentence_transformers.json'))
  const inside = asObject(config.sentence_transformers)
  const activation =
    own?.activation_fn ?? inside?.activation_fn ?? config.sbert_ce_default_activation_function
  const isCrossEncoder = own?.model_type === 'CrossEncoder' || activation != null
  const bounds = asObject(read('sentence_bert_config.json'))
  if ([listed, pooling, own, bounds].every((file) => file === undefined) && !isCrossEncoder) return undefined
  const { max_seq_length: maxTokens } = bounds ?? {}
  const defaultPrompt = own?.default_prompt_name
  return {
    modules: Array.isArray(listed)
      ? listed.map((module) => readModule(asObject(module) ?? {}, read))
      : pooling === undefined
        ? []
        : [{ type: 'Pooling', config: asObject(pooling) ?? {} }],
    isCrossEncoder,
    ...(typeof activation === 'string' && { activation }),
    prompts: Object.fromEntries(
      Object.entries(asObject(own?.prompts) ?? {}).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
    ...(typeof defaultPrompt === 'string' && { defaultPrompt }),
    ...(Number.isInteger(maxTokens) && Number(maxTokens) > 0 && { maxTokens: Number(maxTokens) }),
    lowerCase: bounds?.do_lower_case === true,
  }
}

const readModule = ({ type, path }: Json, read: (name: string) => unknown): SentenceModule => {
  // A path from the file may not lead out of the folder.
  const isInside = typeof path === 'string' && /^[\w-]+$/.test(path)
  return {
    type: String(type).split('.').at(-1) ?? '',
    config: (isInside && asObject(read(`${path}/config.json`))) || {},
  }
}

const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
