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
    if (!kept.some((better) => isRival(better, candidate) && overlap(boxes, better, candidate) > iou))
      kept.push(candidate)
  }
  return kept
}

/** Intersection over union; NaN for two boxes without area, which suppress nothing. */
const overlap = (boxes: Float32Array, a: number, b: number): number => {
  const [left, top, right, bottom] = cornersOf(boxes, a)
  const [otherLeft, otherTop, otherRight, otherBottom] = cornersOf(boxes, b)
  const width = Math.max(0, Math.fround(Math.min(right, otherRight) - Math.max(left, otherLeft)))
  const height = Math.max(0, Math.fround(Math.min(bottom, otherBottom) - Math.max(top, otherTop)))
  const common = Math.fround(width * height)
  const union = Math.fround(Math.fround(areaOf(boxes, a) + areaOf(boxes, b)) - common)
  return Math.fround(common / union)
}

const areaOf = (boxes: Float32Array, index: number): number => {
  const [left, top, right, bottom] = cornersOf(boxes, index)
  return Math.fround(Math.fround(right - left) * Math.fround(bottom - top))
}

const cornersOf = (boxes: Float32Array, index: number): [number, number, number, number] => [
  boxes[4 * index] as number,
  boxes[4 * index + 1] as number,
  boxes[4 * index + 2] as number,
  boxes[4 * index + 3] as number,
]

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
