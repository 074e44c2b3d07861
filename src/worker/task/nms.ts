/** Non-maximum suppression: of boxes that overlap, the one with the best score is kept. Arithmetic in float32, as in torchvision. */

/** `boxes` has four numbers for each: left, top, right, bottom. */
export type Candidates = { boxes: Float32Array; scores: Float32Array; classes: Int32Array }

/** Indices by score, best first, the earlier of equals first; at most `most`. */
export const byScore = (scores: Float32Array, most: number): number[] =>
  Array.from(scores.keys())
    .sort((a, b) => (scores[b] as number) - (scores[a] as number))
    .slice(0, most)

/**
 * torchvision.ops.nms, ended after `most` boxes: each candidate is held against those that are kept, so the time is bounded by
 * candidates × `most`, whatever the scores are.
 *
 * @param order candidates, best first
 * @param isRival whether two may suppress each other
 * @returns those kept, in order
 */
export const suppress = (
  boxes: Float32Array,
  order: readonly number[],
  iou: number,
  most: number,
  isRival: (a: number, b: number) => boolean,
): number[] => {
  const kept: number[] = []
  for (const candidate of order) {
    if (kept.length === most) break
    if (!kept.some((better) => isRival(better, candidate) && overlap(boxes, 4 * better, 4 * candidate) > iou))
      kept.push(candidate)
  }
  return kept
}

/** Intersection over union of the boxes that begin at `a` and at `b`; NaN, which suppresses nothing, if neither has an area. */
const overlap = (boxes: Float32Array, a: number, b: number): number => {
  const width = least(boxes, a + 2, b + 2) - most(boxes, a, b)
  const height = least(boxes, a + 3, b + 3) - most(boxes, a + 1, b + 1)
  const common = Math.fround(Math.max(0, Math.fround(width)) * Math.max(0, Math.fround(height)))
  const union = Math.fround(Math.fround(areaOf(boxes, a) + areaOf(boxes, b)) - common)
  return Math.fround(common / union)
}

const least = (values: Float32Array, a: number, b: number): number =>
  Math.min(values[a] as number, values[b] as number)

const most = (values: Float32Array, a: number, b: number): number =>
  Math.max(values[a] as number, values[b] as number)

const areaOf = (boxes: Float32Array, at: number): number =>
  Math.fround(
    Math.fround((boxes[at + 2] as number) - (boxes[at] as number)) *
      Math.fround((boxes[at + 3] as number) - (boxes[at + 1] as number)),
  )

/** Ultralytics moves the classes apart by this many pixels, in float32, so that only boxes of one class meet. */
const APART = 7680

/** Ultralytics takes no more candidates than these. */
const MAX_CANDIDATES = 30_000

/** Ultralytics' non_max_suppression, of candidates above the confidence. @returns those kept, best first */
export const suppressAsUltralytics = (
  { boxes, scores, classes }: Candidates,
  iou: number,
  most: number,
): number[] => {
  const apart = boxes.map((side, at) => side + Math.fround((classes[at >> 2] as number) * APART))
  return suppress(apart, byScore(scores, MAX_CANDIDATES), iou, most, () => true)
}

/**
 * torchvision.ops.batched_nms: up to 1000 boxes it moves the classes apart by the largest coordinate, with more it goes class by
 * class.
 *
 * @returns those kept, best first
 */
export const suppressAsTorchvision = (
  { boxes, scores, classes }: Candidates,
  iou: number,
  most: number,
): number[] => {
  const order = byScore(scores, MAX_CANDIDATES)
  if (boxes.length > 4000) return suppress(boxes, order, iou, most, (a, b) => classes[a] === classes[b])
  const step = Math.fround(boxes.reduce((largest, side) => Math.max(largest, side), 0) + 1)
  const apart = boxes.map((side, at) => side + Math.fround((classes[at >> 2] as number) * step))
  return suppress(apart, order, iou, most, () => true)
}
