/**
 * Start and end logits of windows to answers, as `QuestionAnsweringPipeline` of transformers 4.57 does it (5 has none any more).
 */

import type { CodePoints } from './code-points.ts'
import { mapInTurns } from './in-turns.ts'
import { best, type Floats, softmax } from './scores.ts'
import type { Placed } from './tokenizer.ts'

/** In code points of the context. */
export type Answer = { score: number; start: number; end: number; answer: string }

export type Options = {
  top_k: number
  /** Most tokens of an answer. */
  max_answer_len: number
  handle_impossible_answer: boolean
  /** Answers begin and end with words. */
  align_to_words: boolean
}

/** A window with the model's logits for its tokens. */
export type Window = { placed: Placed; starts: Floats; ends: Floats }

/** What transformers puts in place of the logits of tokens that no answer may have. */
const NOWHERE = -10_000

/** @param classId of the token that begins a window, and stands for "no answer" */
export const answersOf = async (
  windows: readonly Window[],
  context: CodePoints,
  classId: number | undefined,
  options: Options,
): Promise<Answer[]> => {
  const { top_k, handle_impossible_answer } = options
  /** By their texts, in the order in which they were found. */
  const answers = new Map<string, Answer>()
  let noAnswer = Number.POSITIVE_INFINITY
  const found = await mapInTurns(windows, (window) => searchWindow(window, classId, options))
  for (const [index, { placed }] of windows.entries()) {
    const own = found[index] as Found
    noAnswer = Math.min(noAnswer, own.noAnswer)
    for (const [from, to, score] of own.spans) {
      const [first, last] = charactersOf(placed, from, to, options)
      const answer = context.slice(first, last)
      const key = answer.toLowerCase()
      const same = answers.get(key)
      if (same === undefined) answers.set(key, { score, start: first, end: last, answer })
      else same.score += score
    }
  }
  const all = [...answers.values()]
  if (handle_impossible_answer) all.push({ score: noAnswer, start: 0, end: 0, answer: '' })
  return all.sort((a, b) => b.score - a.score).slice(0, top_k)
}

type Found = { spans: Span[]; noAnswer: number }

const searchWindow = (
  { placed, starts, ends }: Window,
  classId: number | undefined,
  options: Options,
): Found => {
  const isWanted = (place: number) => placed.sequences[place] === 1 || placed.ids[place] === classId
  const chances = (logits: Floats) =>
    softmax(logits.map((logit, place) => (isWanted(place) ? logit : NOWHERE)))
  const [start, end] = [chances(starts), chances(ends)]
  const noAnswer = Math.fround((start[0] as number) * (end[0] as number))
  start[0] = 0
  end[0] = 0
  return { spans: bestSpans(start, end, isWanted, options), noAnswer }
}

type Span = [start: number, end: number, score: number]

const bestSpans = (
  start: Floats,
  end: Floats,
  isWanted: (place: number) => boolean,
  { top_k, max_answer_len, align_to_words }: Options,
): Span[] => {
  // Several may become the same once they are aligned.
  const count = align_to_words ? 2 * top_k + 10 : top_k
  const { length } = start
  const width = Math.min(max_answer_len, length)
  const placesOf = (candidate: number): [number, number] => {
    const from = Math.floor(candidate / width)
    return [from, from + (candidate % width)]
  }
  const scoreOf = (candidate: number): number => {
    const [from, to] = placesOf(candidate)
    return Math.fround((start[from] as number) * (end[to] ?? 0))
  }
  return best(length * width, count, scoreOf).flatMap((candidate): Span[] => {
    const [from, to] = placesOf(candidate)
    const score = scoreOf(candidate)
    return score > 0 && isWanted(from) && isWanted(to) ? [[from, to, score]] : []
  })
}

/** The first and the last character of a span: those of the words that its tokens are part of, where they are of any. */
const charactersOf = (
  { words, sequences, offsets }: Placed,
  from: number,
  to: number,
  { align_to_words }: Options,
): [number, number] => {
  const place = (token: number, side: 0 | 1): number => (offsets[token] as readonly number[])[side] as number
  const isOf = (word: unknown) => (other: number | null, token: number) =>
    other === word && other !== null && sequences[token] === 1
  const first = align_to_words ? words.findIndex(isOf(words[from])) : -1
  const last = align_to_words ? words.findLastIndex(isOf(words[to])) : -1
  return first === -1 || last === -1 ? [place(from, 0), place(to, 1)] : [place(first, 0), place(last, 1)]
}
