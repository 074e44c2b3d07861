/** How many tokens a model takes, special ones included: what its tokenizer is set to, its positions, and its graph. */

import type { HuggingFaceFolder } from '../../model/layouts/hugging-face.ts'
import type { ModelSignature } from '../../model/signature.ts'

/** Models of transformers that count positions from behind the padding's id, which takes as many from `max_position_embeddings`. */
const BEHIND_PADDING =
  /^(xlm-)?roberta(-xl|-prelayernorm)?$|^(camembert|data2vec-text|ibert|longformer|luke|mluke|lilt|markuplm|mpnet|xmod)$/

/** Undefined if the folder says nothing; transformers writes 1e30 where it does not know. */
export const maxTokensOf = (
  { config, tokenizerConfig }: Pick<HuggingFaceFolder, 'config' | 'tokenizerConfig'>,
  { inputs }: Pick<ModelSignature, 'inputs'>,
): number | undefined => {
  const lengths = [tokenizerConfig?.model_max_length, positionsOf(config), fixedLength(inputs)].filter(
    (length): length is number => typeof length === 'number' && length > 0 && length < 1e9,
  )
  return lengths.length === 0 ? undefined : Math.floor(Math.min(...lengths))
}

/** The second dimension of `input_ids`, where the graph has it fixed. */
export const fixedLength = (inputs: ModelSignature['inputs']): number | undefined => {
  const length = inputs.find(({ name }) => name === 'input_ids')?.dims[1]
  return typeof length === 'number' ? length : undefined
}

const positionsOf = (config: HuggingFaceFolder['config']): number | undefined => {
  const { model_type: type, position_biased_input: biased, pad_token_id: padding } = config
  // DeBERTa's positions are relative, and so is its bound.
  if (biased === false) return undefined
  const positions = type === 'gpt2' ? config.n_positions : config.max_position_embeddings
  if (typeof positions !== 'number') return undefined
  const isBehind = typeof type === 'string' && BEHIND_PADDING.test(type)
  return isBehind ? positions - (typeof padding === 'number' ? padding : 1) - 1 : positions
}
