/** Boxes of a detector's outputs, for one row, in float32 as PyTorch computes them: those above the confidence. */

import type { BoxesConfig } from '../../model/postprocess-config.ts'
import type { Candidates } from './nms.ts'

/** What a detector gives for one row, as plain numbers. */
export type Detected = { boxes: ArrayLike<number>; scores: ArrayLike<number>; classes: ArrayLike<number> }

/**
 * Ultralytics' [4 + classes, anchors]: centre, size, then a score for each class, of which the best counts.
 *
 * @param values the row's, `channels` × `anchors`
 */
export const yoloCandidates = (
  values: ArrayLike<number>,
  channels: number,
  anchors: number,
  confidence: number,
): Candidates => {
  const best = new Float32Array(anchors).fill(Number.NEGATIVE_INFINITY)
  const classes = new Int32Array(anchors)
  for (let channel = 4; channel < channels; channel++) {
    for (let anchor = 0, at = channel * anchors; anchor < anchors; anchor++, at++) {
      const score = values[at] as number
      // As torch's amax: a score that is NaN makes the whole box NaN, whatever follows it.
      if (score <= (best[anchor] as number) || Number.isNaN(best[anchor])) continue
      best[anchor] = score
      classes[anchor] = channel - 4
    }
  }
  const boxOf = (anchor: number): number[] => {
    const [x = 0, y = 0, width = 0, height = 0] = [0, 1, 2, 3].map((row) => values[row * anchors + anchor])
    const [right, down] = [Math.fround(width / 2), Math.fround(height / 2)]
    return [x - right, y - down, x + right, y + down]
  }
  return select(best, classes, confidence, boxOf)
}

/** [boxes, 6]: left, top, right, bottom, score, class. */
export const endToEndCandidates = (values: ArrayLike<number>, confidence: number): Candidates => {
  const count = Math.floor(values.length / 6)
  const column = (at: number): Float32Array =>
    Float32Array.from({ length: count }, (_, row) => values[row * 6 + at] as number)
  return select(column(4), column(5), confidence, (row) =>
    [0, 1, 2, 3].map((at) => values[row * 6 + at] as number),
  )
}

/** Boxes [boxes, 4], with scores and classes apart. */
export const torchvisionCandidates = ({ boxes, scores, classes }: Detected, confidence: number): Candidates =>
  select(Float32Array.from(scores), classes, confidence, (row) =>
    [0, 1, 2, 3].map((at) => boxes[row * 4 + at] as number),
  )

/** A score that is NaN is above nothing. */
const select = (
  scores: Float32Array,
  classes: ArrayLike<number>,
  confidence: number,
  boxOf: (index: number) => number[],
): Candidates => {
  const limit = Math.fround(confidence)
  const chosen = Array.from(scores.keys()).filter((index) => (scores[index] as number) > limit)
  return {
    boxes: Float32Array.from(chosen.flatMap(boxOf)),
    scores: Float32Array.from(chosen, (index) => scores[index] as number),
    classes: Int32Array.from(chosen, (index) => classes[index] as number),
  }
}

/** Whether the format's boxes overlap still, so that a default suppresses them. */
export const iouOf = ({ format, iou }: BoxesConfig): number | undefined =>
  iou ?? (format === 'yolo' ? 0.7 : undefined)
