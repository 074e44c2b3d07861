/** Texts to tokens as sentence-transformers has them: behind a prompt, and cut to what the folder allows. */

import { ServingError } from '../../../errors.ts'
import { listNames, quote } from '../../../words.ts'
import { type Hub, requireTokenizer } from '../hub.ts'
import { type Encoded, MOST_UNBOUNDED_TOKENS } from '../tokenizer.ts'
import { checkIds, type EmbedInput } from './inputs.ts'

/** What stands before each text, and how many of its tokens it takes, special ones at the front included. */
export type Prompt = { text: string; tokens: number }

export type SentenceTokenizer = {
  /** The prompt of that name, else the folder's default, else none. @throws ServingError for a name that the folder does not have */
  promptOf(name: string | null | undefined): Promise<Prompt>
  /** @throws ServingError for a text that is too long and may not be cut, and for ids of another tokenizer */
  encode(input: EmbedInput, prompt: string, mayCut: boolean): Promise<Encoded>
}

export const openSentenceTokenizer = (hub: Hub): SentenceTokenizer => {
  const tokenizer = requireTokenizer(hub)
  const { prompts = {}, defaultPrompt, maxTokens } = hub.files.sentence ?? {}
  const { vocab_size: vocabulary } = hub.files.config
  const bound = tokenizer.maxTokens ?? MOST_UNBOUNDED_TOKENS
  return {
    promptOf: async (name) => {
      const named = name ?? defaultPrompt
      if (name != null && !Object.hasOwn(prompts, name))
        throw new ServingError(
          'ERR_INVALID_INPUT',
          `prompt_name: expected ${listNames(Object.keys(prompts)) || 'none, since the folder has no prompts'}, found ${quote(name)}`,
        )
      const text = named === undefined ? '' : (prompts[named] ?? '')
      if (text === '') return { text, tokens: 0 }
      const [{ ids }, empty] = await Promise.all([tokenizer.encode(text), tokenizer.encode('')])
      const endsAlike = empty.ids.length > 0 && ids.at(-1) === empty.ids.at(-1)
      return { text, tokens: endsAlike ? ids.length - 1 : ids.length }
    },
    encode: async (input, prompt, mayCut) => {
      if (typeof input !== 'string') {
        const { ids } = await tokenizer.encode('')
        return checkIds(input, ids, Math.min(maxTokens ?? bound, bound), Number(vocabulary))
      }
      return tokenizer.encode(prompt + input, undefined, { maxTokens, refuse: !mayCut })
    },
  }
}
