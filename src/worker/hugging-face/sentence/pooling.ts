/** One vector of a text's token vectors, as sentence-transformers' Pooling makes it. */

import { StartupError } from '../../../errors.ts'
import type { Json } from '../../../model/layouts/hugging-face.ts'
import type { Floats } from '../scores.ts'

/** Vectors of the tokens that count, one after the other: `tokens` of them from number `first` on, each of `width` numbers. */
export type TokenVectors = { data: Floats; first: number; tokens: number; width: number }

/** Writes one vector of `width` numbers into `into`. */
type Mode = (vectors: TokenVectors, into: Float32Array) => void

const row = ({ data, width }: TokenVectors, token: number): Floats =>
  data.subarray(token * width, (token + 1) * width)

/** The sum over the tokens of weight × vector, divided. */
const weighted = (
  vectors: TokenVectors,
  into: Float32Array,
  weightOf: (token: number) => number,
  divisorOf: (weights: number) => number,
): void => {
  const { first, tokens, width } = vectors
  const sums = new Float64Array(width)
  let weights = 0
  for (let token = first; token < tokens; token++) {
    const weight = weightOf(token)
    weights += weight
    const own = row(vectors, token)
    for (let i = 0; i < width; i++) sums[i] = (sums[i] as number) + weight * (own[i] as number)
  }
  const divisor = divisorOf(weights)
  for (let i = 0; i < width; i++) into[i] = (sums[i] as number) / divisor
}

const one = () => 1

const MODES: Readonly<Record<string, Mode>> = {
  cls: (vectors, into) => into.set(row(vectors, vectors.first)),
  max: (vectors, into) => {
    into.fill(Number.NEGATIVE_INFINITY)
    for (let token = vectors.first; token < vectors.tokens; token++)
      row(vectors, token).forEach((value, i) => {
        if (value > (into[i] as number)) into[i] = value
      })
  },
  mean: (vectors, into) => weighted(vectors, into, one, (count) => count),
  mean_sqrt_len_tokens: (vectors, into) => weighted(vectors, into, one, Math.sqrt),
  // Positions count from 1, those of a prompt that is left out too.
  weightedmean: (vectors, into) =>
    weighted(
      vectors,
      into,
      (token) => token + 1,
      (weights) => weights,
    ),
  lasttoken: (vectors, into) => into.set(row(vectors, vectors.tokens - 1)),
}

/** Flags of older versions, in the order in which their vectors are joined. */
const FLAGS: Readonly<Record<string, string>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_max_tokens: 'max',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len_tokens',
  pooling_mode_weightedmean_tokens: 'weightedmean',
  pooling_mode_lasttoken: 'lasttoken',
}

export type Pooling = {
  /** Vectors that are joined into one. */
  modes: number
  /** Whether the tokens of a prompt count. */
  includePrompt: boolean
  /** A new array of `modes` × `width` numbers. */
  pool(vectors: TokenVectors): Float32Array
}

/**
 * @param config 1_Pooling/config.json, of any version of sentence-transformers; empty for its default, the mean
 * @throws StartupError for a mode that sentence-transformers does not have
 */
export const readPooling = (config: Json): Pooling => {
  const modes = modesOf(config).map((name) => {
    const mode = Object.hasOwn(MODES, name) ? MODES[name] : undefined
    if (mode !== undefined) return mode
    throw new StartupError(
      `1_Pooling/config.json: pooling_mode: expected ${Object.keys(MODES).join(', ')}, found ${JSON.stringify(name)}`,
    )
  })
  return {
    modes: modes.length,
    includePrompt: config.include_prompt !== false,
    pool: (vectors) => {
      const { width } = vectors
      const pooled = new Float32Array(modes.length * width)
      for (const [place, mode] of modes.entries())
        mode(vectors, pooled.subarray(place * width, (place + 1) * width))
      return pooled
    },
  }
}

const modesOf = (config: Json): readonly string[] => {
  const { pooling_mode: named } = config
  if (typeof named === 'string') return [named]
  if (Array.isArray(named) && named.length > 0) return named.map(String)
  const flagged = Object.entries(FLAGS).flatMap(([flag, name]) => (config[flag] === true ? [name] : []))
  return flagged.length > 0 ? flagged : ['mean']
}
