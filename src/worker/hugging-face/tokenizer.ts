/**
 * The folder's tokenizer, by Hugging Face's own binding. Only whole texts are encoded with it: its truncation ends the process for
 * a stride that does not fit the length, and gives wrong windows (huggingface/tokenizers#2091), so cutting and padding are ours.
 */

import { Tokenizer } from 'tokenizers'
import { StartupError } from '../../errors.ts'
import type { HuggingFaceFolder } from '../../model/layouts/hugging-face.ts'

/** One text or pair as the model takes it, special tokens included. */
export type Encoded = {
  ids: readonly number[]
  /** 0 for the first text of a pair, 1 for the second. */
  typeIds: readonly number[]
}

export type TextTokenizer = {
  /** Most tokens that the model takes, special ones included; undefined if the folder says no bound. */
  maxTokens: number | undefined
  padId: number
  /** A text, or a pair of them, cut to what the model takes. */
  encode(text: string, pair?: string): Promise<Encoded>
}

export const openTokenizer = (
  file: string,
  { config, tokenizerConfig }: HuggingFaceFolder,
): TextTokenizer => {
  let tokenizer: Tokenizer
  try {
    tokenizer = Tokenizer.fromFile(file)
  } catch (error) {
    throw new StartupError(`tokenizer.json cannot be used: ${(error as Error).message}`)
  }
  const maxTokens = Number(tokenizerConfig?.model_max_length)
  return {
    maxTokens: maxTokens < 1e9 ? maxTokens : undefined,
    padId: typeof config.pad_token_id === 'number' ? config.pad_token_id : 0,
    encode: async (text, pair) => {
      const encoding = await tokenizer.encode(text, pair ?? null)
      return { ids: encoding.getIds(), typeIds: encoding.getTypeIds() }
    },
  }
}
