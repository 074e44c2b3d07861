/** Do `labels` and `postprocess` of serving.yaml fit the model's outputs? A key without effect is a mistake. */

import type { TensorSpec } from '../../model/signature.ts'
import { formatSpec } from '../../words.ts'
import { boxesMistakes } from './check-boxes.ts'
import { ctcMistakes } from './check-ctc.ts'
import { type Asked, canRank, isFloat, namedOutputs, targetOf } from './target.ts'

export const outputMistakes = (asked: Asked): string[] => {
  const { output } = asked.config.postprocess
  const target = targetOf(asked)
  if (target === undefined) {
    const names = asked.signature.outputs.map(({ name }) => name).join(' | ')
    return output === undefined
      ? []
      : [`postprocess.output: expected ${names}, found ${JSON.stringify(output)}`]
  }
  const { boxes, ctc } = asked.config.postprocess
  if (boxes !== undefined) return boxesMistakes(asked, boxes, target)
  if (ctc !== undefined) return [...softmaxMistakes(asked, target), ...ctcMistakes(asked, ctc, target)]
  return [...softmaxMistakes(asked, target), ...labelMistakes(asked, target), ...topKMistakes(asked, target)]
}

const shownAs = (spec: TensorSpec): string => `output ${spec.name} ${formatSpec(spec)}`

const softmaxMistakes = ({ config }: Asked, target: TensorSpec): string[] =>
  config.postprocess.softmax && !isFloat(target)
    ? [`postprocess.softmax: expected false, since ${shownAs(target)} is not of floats, found true`]
    : []

const labelMistakes = (asked: Asked, target: TensorSpec): string[] => {
  const { labels } = asked
  if (labels === undefined || namedOutputs(asked).size > 0) return []
  // Of a shape that ONNX does not say nothing is known.
  if (target.dims.length === 0 && target.type !== 'string') return []
  const count = canRank(target) ? target.dims[1] : asked.classes?.get(target.name)?.labels.length
  if (typeof count === 'number' && count !== labels.length)
    return [`labels: expected ${count} names for ${shownAs(target)}, found ${labels.length}`]
  if (canRank(target)) return []
  return [
    `labels: expected none, since ${shownAs(target)} has neither a score for each class nor the number of one`,
  ]
}

const topKMistakes = ({ config }: Asked, target: TensorSpec): string[] => {
  const { topK } = config.postprocess
  if (topK === undefined) return []
  if (!canRank(target))
    return [`postprocess.topK: expected an output [rows, classes], found ${shownAs(target)}`]
  const classes = target.dims[1] as number | string
  return typeof classes === 'number' && topK > classes
    ? [`postprocess.topK: expected at most ${classes} for ${shownAs(target)}, found ${topK}`]
    : []
}
