/**
 * The folder's tokenizer, by Hugging Face's own binding. It only encodes whole texts: its truncation ends the process for a
 * stride that does not fit the length, and gives wrong windows (huggingface/tokenizers#2091), so cutting and padding are ours.
 */

import { readFileSync, statSync } from 'node:fs'
import { type Encoding, lowercase, sequenceNormalizer, Tokenizer } from 'tokenizers'
import { ServingError, StartupError } from '../../errors.ts'
import type { HuggingFaceFolder, Json } from '../../model/layouts/hugging-face.ts'
import type { ModelSignature } from '../../model/signature.ts'
import { createBatcher, type Texts } from './batcher.ts'
import { keptLengths, lengthsOf, placesOf, type Range, type Strategy } from './cut.ts'
import { encodeEnough } from './enough.ts'
import { maxTokensOf } from './max-tokens.ts'

/** One text or pair as the model takes it, special tokens included. */
export type Encoded = {
  ids: readonly number[]
  /** 0 for the first text of a pair, 1 for the second. */
  typeIds: readonly number[]
}

/** With where each token comes from. */
export type Placed = Encoded & {
  tokens: readonly string[]
  /** From a character to the one behind, in code points of its text. */
  offsets: readonly (readonly [number, number])[]
  /** The word that a token is part of, by the tokenizer's own division of its text. */
  words: readonly (number | null)[]
  /** 0 or 1 for a token of the first or the second text, null for one that the tokenizer has added. */
  sequences: readonly (number | null)[]
}

/** How a text that is too long is cut; without it as the model needs it. */
export type Cut = {
  maxTokens?: number | undefined
  /** The request itself says `maxTokens`: that a text is cut to them is no news for the log. */
  isAsked?: boolean
  strategy?: Strategy | undefined
  /** A text that is too long is refused. */
  refuse?: boolean
}

export type TextTokenizer = {
  /** Most tokens that the model takes, special ones included; undefined if the folder says no bound. */
  maxTokens: number | undefined
  padId: number
  /** What tokenizer.json says of its model: type, continuing_subword_prefix, unk_token. */
  model: Json
  /** True if what is too long loses its beginning, not its end. */
  cutsLeft: boolean
  paddingSide: 'left' | 'right'
  /**
   * The id of a token that tokenizer_config.json or special_tokens_map.json names, e.g. "mask_token"; undefined if they do not, or if it has none.
   */
  special(key: string): { token: string; id: number } | undefined
  /** A text, or a pair of them, cut to what the model takes. */
  encode(text: string, pair?: string, cut?: Cut): Promise<Encoded>
  /** The same with the places of tokens. */
  encodePlaced(text: string, pair?: string, cut?: Cut): Promise<Placed>
  /** All tokens of it, however many the model takes. */
  encodeWhole(text: string, pair?: string): Promise<Placed>
  /** For one that is cut elsewhere: the log says it of the first. */
  noteCut(): void
  idOf(token: string): number | undefined
  /** Texts of token ids, as `tokenizer.decode` gives them in Python. */
  decode(ids: number[][], skipSpecialTokens: boolean): Promise<string[]>
  /** `convert_tokens_to_string`. */
  join(tokens: string[]): string
}

/** The largest seen, of a vocabulary of 256,000 words, has 35 MB. */
const MOST_BYTES = 256 * 2 ** 20

/** Where the folder says no bound, more tokens are refused: a model's memory grows with their square. */
export const MOST_UNBOUNDED_TOKENS = 8192

/** @throws StartupError naming tokenizer.json */
export const openTokenizer = (
  file: string,
  folder: HuggingFaceFolder,
  signature: Pick<ModelSignature, 'inputs'>,
): TextTokenizer => {
  const { tokenizer, model } = openFile(file)
  if (folder.sentence?.lowerCase) addLowercase(tokenizer)
  const { config, tokenizerConfig = {}, specialTokens = {} } = folder
  const encodeTexts = createBatcher(tokenizer)
  const maxTokens = maxTokensOf(folder, signature)
  const cutsLeft = tokenizerConfig.truncation_side === 'left'
  const idOf = (token: string) => tokenizer.tokenToId(token) ?? undefined
  const special: TextTokenizer['special'] = (key) => {
    const token = tokenOf(tokenizerConfig[key] ?? specialTokens[key])
    const id = token === undefined ? undefined : idOf(token)
    return token === undefined || id === undefined ? undefined : { token, id }
  }
  const bound = maxTokens ?? MOST_UNBOUNDED_TOKENS
  let hasCut = false
  const noteCut = (limit = bound): void => {
    if (hasCut) return
    hasCut = true
    process.stderr.write(
      `a text was longer than the ${limit} tokens that the model takes, and was cut; that is said once, and holds for others\n`,
    )
  }

  /** The encoding, and the places of its tokens that stay; undefined if all do. */
  const encodeCut = async (texts: Texts, cut: Cut): Promise<[Encoding, number[] | undefined]> => {
    const limit = Math.min(cut.maxTokens ?? bound, bound)
    const isBounded = maxTokens !== undefined || (cut.maxTokens !== undefined && cut.maxTokens <= bound)
    const encoding = await encodeEnough(encodeTexts, texts, cutsLeft ? Number.POSITIVE_INFINITY : limit + 1)
    const length = encoding.getLength()
    if (length <= limit) return [encoding, undefined]
    if (cut.refuse || !isBounded) throw tooLong(limit, maxTokens)
    if (!cut.isAsked || limit === bound) noteCut(limit)
    const sequences = encoding.getSequenceIds()
    const lengths = lengthsOf(sequences)
    const added = length - lengths[0] - lengths[1]
    const kept =
      limit < added ? undefined : keptLengths(lengths, limit - added, cut.strategy ?? 'longest_first')
    if (kept === undefined) throw noRoom(limit, cut.strategy)
    const ranges = kept.map((keep, index): Range => {
      const all = lengths[index] as number
      return cutsLeft ? { start: all - keep, end: all } : { start: 0, end: keep }
    })
    return [encoding, placesOf(sequences, ranges)]
  }

  const textsOf = (text: string, pair: string | undefined): Texts =>
    pair === undefined ? [text] : [text, pair]

  return {
    maxTokens,
    padId: typeof config.pad_token_id === 'number' ? config.pad_token_id : (special('pad_token')?.id ?? 0),
    model,
    cutsLeft,
    paddingSide: tokenizerConfig.padding_side === 'left' ? 'left' : 'right',
    special,
    noteCut,
    idOf,
    encode: async (text, pair, cut = {}) => {
      const [encoding, places] = await encodeCut(textsOf(text, pair), cut)
      return { ids: pick(encoding.getIds(), places), typeIds: pick(encoding.getTypeIds(), places) }
    },
    encodePlaced: async (text, pair, cut = {}) => toPlaced(...(await encodeCut(textsOf(text, pair), cut))),
    encodeWhole: async (text, pair) =>
      toPlaced(await encodeEnough(encodeTexts, textsOf(text, pair), Number.POSITIVE_INFINITY)),
    decode: async (ids, skipSpecialTokens) => {
      const texts = await tokenizer.decodeBatch(ids, skipSpecialTokens)
      return tokenizerConfig.clean_up_tokenization_spaces === true && model.type !== 'BPE'
        ? texts.map(cleanUp)
        : texts
    },
    join: (tokens) => tokenizer.getDecoder()?.decode(tokens) ?? tokens.join(' '),
  }
}

const openFile = (file: string): { tokenizer: Tokenizer; model: Json } => {
  const { size } = statSync(file)
  if (size > MOST_BYTES)
    throw new StartupError(`tokenizer.json has ${size} bytes; at most ${MOST_BYTES} are expected of it`)
  try {
    const text = readFileSync(file, 'utf8')
    const { model: all } = JSON.parse(text) as { model?: Json }
    if (typeof all !== 'object' || all === null) throw new Error('it has no "model"')
    const { vocab, merges, ...model } = all
    const tokenizer = Tokenizer.fromString(text)
    // The file may have some of its own, which Python passes over, too.
    tokenizer.disableTruncation()
    tokenizer.disablePadding()
    return { tokenizer, model }
  } catch (error) {
    throw new StartupError(`tokenizer.json cannot be used: ${(error as Error).message}`)
  }
}

/** Before what the tokenizer does itself, as sentence-transformers has it; special tokens stay as they are. */
const addLowercase = (tokenizer: Tokenizer): void => {
  const own = tokenizer.getNormalizer()
  tokenizer.setNormalizer(sequenceNormalizer(own === null ? [lowercase()] : [lowercase(), own]))
}

/** A special token is named by its text, or by an object that has it. */
const tokenOf = (value: unknown): string | undefined => {
  const content = typeof value === 'object' && value !== null && 'content' in value ? value.content : value
  return typeof content === 'string' ? content : undefined
}

const pick = <T>(values: readonly T[], places: readonly number[] | undefined): readonly T[] =>
  places?.map((place) => values[place] as T) ?? values

/** @param places of the tokens that are wanted; all of them where it is undefined */
export const pickPlaces = (placed: Placed, places: readonly number[] | undefined): Placed => ({
  ids: pick(placed.ids, places),
  typeIds: pick(placed.typeIds, places),
  tokens: pick(placed.tokens, places),
  offsets: pick(placed.offsets, places),
  words: pick(placed.words, places),
  sequences: pick(placed.sequences, places),
})

const toPlaced = (encoding: Encoding, places?: number[]): Placed =>
  pickPlaces(
    {
      ids: encoding.getIds(),
      typeIds: encoding.getTypeIds(),
      tokens: encoding.getTokens(),
      offsets: encoding.getOffsets() as [number, number][],
      words: encoding.getWordIds() as (number | null)[],
      sequences: encoding.getSequenceIds() as (number | null)[],
    },
    places,
  )

const tooLong = (limit: number, maxTokens: number | undefined): ServingError =>
  new ServingError(
    'ERR_INVALID_INPUT',
    maxTokens === undefined
      ? `a text has more than ${limit} tokens, and the model's folder does not say how many the model takes: say max_length in the parameters, or "model_max_length" in tokenizer_config.json`
      : `a text has more than ${limit} tokens, and is not to be cut`,
  )

const noRoom = (limit: number, strategy: Strategy | undefined): ServingError =>
  new ServingError(
    'ERR_INVALID_INPUT',
    strategy === 'only_first' || strategy === 'only_second'
      ? `${strategy === 'only_first' ? 'the second' : 'the first'} of two texts leaves no room for the other in ${limit} tokens`
      : `${limit} tokens leave no room for a text beside the tokens that the tokenizer adds`,
  )

/** `clean_up_tokenization` of transformers, which 5 does not do for byte-pair tokenizers. */
const cleanUp = (text: string): string =>
  text
    .replaceAll(/ ([.?!,])/g, '$1')
    .replaceAll(" ' ", "'")
    .replaceAll(/ (n't|'m|'s|'ve|'re)/g, '$1')
