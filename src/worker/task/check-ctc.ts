/** Does `postprocess.ctc` of serving.yaml fit the model's outputs? */

import type { CtcConfig } from '../../model/postprocess-config.ts'
import type { TensorSpec } from '../../model/signature.ts'
import { formatSpec } from '../../words.ts'
import { type Asked, isFloat } from './target.ts'

export const ctcMistakes = (asked: Asked, { blank, space }: CtcConfig, target: TensorSpec): string[] => {
  const shown = `output ${target.name} ${formatSpec(target)}`
  if (asked.config.postprocess.topK !== undefined)
    return ['postprocess.topK: not possible beside postprocess.ctc']
  if (!isFloat(target) || target.dims.length !== 3)
    return [`postprocess.ctc: expected scores [rows, steps, classes], found ${shown}`]
  const classes = target.dims[2]
  if (typeof classes === 'number' && blank >= classes)
    return [`postprocess.ctc.blank: expected at most ${classes - 1} for ${shown}, found ${blank}`]
  if (asked.labels === undefined)
    return [`labels: expected the characters of ${shown}, without the blank, found nothing`]
  const count = asked.labels.length
  const wanted = typeof classes === 'number' ? classes - 1 - (space ? 1 : 0) : count
  if (count === wanted) return []
  const hint = !space && count === wanted - 1 ? '; or postprocess.ctc.space: true, as in PaddleOCR' : ''
  return [
    `labels: expected ${wanted} characters for ${shown}, without the blank${space ? ' and the space' : ''}, found ${count}${hint}`,
  ]
}
