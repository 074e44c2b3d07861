/**
 * Tokens and their scores to entities, as `TokenClassificationPipeline` of transformers does it. Names follow its source, so that
 * both can be read side by side.
 */

import type { CodePoints } from './code-points.ts'
import { countCodePoints } from './code-points.ts'
import { type Floats, indexOfLargest } from './scores.ts'
import type { Placed } from './tokenizer.ts'

export const STRATEGIES = ['none', 'simple', 'first', 'average', 'max'] as const
export type Strategy = (typeof STRATEGIES)[number]

export type Entity = {
  entity?: string
  entity_group?: string
  score: number
  index?: number
  word: string
  start: number
  end: number
}

/** A token that is part of the text. */
type Token = { word: string; scores: Floats; start: number; end: number; index: number; isSubword: boolean }

/** A token or a word with its class. */
type Labelled = Omit<Entity, 'entity' | 'entity_group'> & { entity: string }

/** What entities are made with. */
export type Means = {
  strategy: Strategy
  labels: readonly string[]
  /** What the vocabulary has in front of parts of words; empty or undefined where it says so in another way. */
  prefix: unknown
  unknownId: number | undefined
  join(words: string[]): string
}

/** Of the text that the tokens were made of; offsets of theirs count its code points. */
export const gatherTokens = (
  placed: Placed,
  text: CodePoints,
  scoresOf: (index: number) => Floats,
  { prefix, unknownId }: Pick<Means, 'prefix' | 'unknownId'>,
): Token[] =>
  placed.ids.flatMap((id, index): Token[] => {
    if (placed.sequences[index] === null) return []
    const [start, end] = placed.offsets[index] as [number, number]
    const token = placed.tokens[index] as string
    const part = text.slice(start, end)
    const isUnknown = id === unknownId
    const isSubword = prefix
      ? countCodePoints(token) !== end - start
      : start > 0 && !text.slice(start - 1, start + 1).includes(' ')
    return [
      {
        word: isUnknown ? part : token,
        scores: scoresOf(index),
        start,
        end,
        index,
        isSubword: isSubword && !isUnknown,
      },
    ]
  })

export const aggregate = (tokens: readonly Token[], means: Means): Entity[] => {
  const { strategy, labels } = means
  if (strategy !== 'none' && strategy !== 'simple') return groupEntities(aggregateWords(tokens, means), means)
  const entities = tokens.map(({ scores, index, word, start, end }): Labelled => {
    const best = indexOfLargest(scores)
    return { entity: labels[best] as string, score: scores[best] as number, index, word, start, end }
  })
  return strategy === 'none' ? entities : groupEntities(entities, means)
}

/** Of the parts of a word each has its class; the word gets one. */
const aggregateWords = (tokens: readonly Token[], means: Means): Labelled[] => {
  const words: Token[][] = []
  for (const token of tokens) {
    const last = words.at(-1)
    if (last !== undefined && token.isSubword) last.push(token)
    else words.push([token])
  }
  return words.map((word) => {
    const scores = scoresOfWord(word, means.strategy)
    const best = indexOfLargest(scores)
    return {
      entity: means.labels[best] as string,
      score: scores[best] as number,
      word: means.join(word.map((token) => token.word)),
      start: (word[0] as Token).start,
      end: (word.at(-1) as Token).end,
    }
  })
}

const largest = (scores: Floats): number => scores[indexOfLargest(scores)] as number

const scoresOfWord = (word: readonly Token[], strategy: Strategy): Floats => {
  const [first] = word as [Token]
  if (strategy === 'first') return first.scores
  if (strategy === 'max')
    return word.reduce((best, token) => (largest(token.scores) > largest(best.scores) ? token : best)).scores
  return first.scores.map((_, label) => mean(word.map(({ scores }) => scores[label] as number)))
}

const mean = (numbers: readonly number[]): number =>
  Math.fround(numbers.reduce((sum, number) => sum + number, 0) / numbers.length)

/** A label without B- or I- counts as I-. */
const tagOf = (entity: string): { isBeginning: boolean; tag: string } => ({
  isBeginning: entity.startsWith('B-'),
  tag: /^[BI]-/.test(entity) ? entity.slice(2) : entity,
})

/** Neighbours of the same tag are one entity, unless the later begins another. */
const groupEntities = (entities: readonly Labelled[], { join }: Pick<Means, 'join'>): Entity[] => {
  const groups: Labelled[][] = []
  for (const entity of entities) {
    const last = groups.at(-1)
    const { isBeginning, tag } = tagOf(entity.entity)
    if (last !== undefined && !isBeginning && tagOf((last.at(-1) as Labelled).entity).tag === tag)
      last.push(entity)
    else groups.push([entity])
  }
  return groups.map((group) => {
    const [first] = group as [Labelled]
    return {
      entity_group: first.entity.slice(first.entity.indexOf('-') + 1),
      score: mean(group.map(({ score }) => score)),
      word: join(group.map(({ word }) => word)),
      start: first.start,
      end: (group.at(-1) as Labelled).end,
    }
  })
}

/** Of entities of several windows that overlap the longest stays, of equally long ones that with the higher score. */
export const mergeWindows = (entities: readonly Entity[]): Entity[] => {
  const [first, ...others] = entities.toSorted((a, b) => a.start - b.start)
  if (first === undefined) return []
  const merged: Entity[] = []
  let previous = first
  for (const entity of others) {
    if (entity.start >= previous.start && entity.start < previous.end) {
      const difference = entity.end - entity.start - (previous.end - previous.start)
      if (difference > 0 || (difference === 0 && entity.score > previous.score)) previous = entity
    } else {
      merged.push(previous)
      previous = entity
    }
  }
  return [...merged, previous]
}
