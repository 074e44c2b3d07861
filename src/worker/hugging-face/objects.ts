/** Objects of what DETR and its kin give, as post_process_object_detection of their image processors finds them. */

import type { Processor } from '../../model/layouts/image-processors.ts'
import { best, type Floats, sigmoid, softmax } from './scores.ts'

/** A class's number, its score, and the query whose box it has. */
export type Found = { query: number; label: number; score: number }

/**
 * @param logits `queries` × `classes`
 * @param threshold scores above this count
 */
export const findObjects = (
  logits: Floats,
  queries: number,
  classes: number,
  threshold: number,
  rule: NonNullable<Processor['objects']>,
): Found[] => {
  const found =
    rule === 'best-class' ? bestClasses(logits, queries, classes) : bestPairs(logits, queries, classes, rule)
  const limit = Math.fround(threshold)
  return found.filter(({ score }) => score > limit)
}

/** Of each query the likeliest class, the last of which is no object. */
const bestClasses = (logits: Floats, queries: number, classes: number): Found[] =>
  Array.from({ length: queries }, (_, query) => {
    const scores = softmax(logits.subarray(query * classes, (query + 1) * classes))
    let label = 0
    for (let other = 1; other < classes - 1; other++)
      if ((scores[other] as number) > (scores[label] as number)) label = other
    return { query, label, score: scores[label] as number }
  })

/** The best pairs of query and class: one query may be several objects. */
const bestPairs = (
  logits: Floats,
  queries: number,
  classes: number,
  rule: 'as-many-as-queries' | 'at-most-100',
): Found[] => {
  const most = rule === 'as-many-as-queries' ? queries : Math.min(100, queries * classes)
  const scores = sigmoid(logits)
  return best(scores.length, most, (pair) => scores[pair] as number).map((pair) => ({
    query: Math.floor(pair / classes),
    label: pair % classes,
    score: scores[pair] as number,
  }))
}

export type Box = { xmin: number; ymin: number; xmax: number; ymax: number }

/**
 * A box in the picture's pixels, cut to whole numbers, by PyTorch's arithmetic in float32.
 * @param boxes centre and size of each, as shares of the picture's width and height
 */
export const toBox = (
  boxes: ArrayLike<number>,
  query: number,
  { width, height }: { width: number; height: number },
): Box => {
  const [x = 0, y = 0, across = 0, down = 0] = [0, 1, 2, 3].map((at) => boxes[4 * query + at])
  const pixel = (center: number, half: number, side: number): number =>
    Math.trunc(Math.fround(Math.fround(center + Math.fround(half)) * side))
  return {
    xmin: pixel(x, -0.5 * across, width),
    ymin: pixel(y, -0.5 * down, height),
    xmax: pixel(x, 0.5 * across, width),
    ymax: pixel(y, 0.5 * down, height),
  }
}
