/** Does `postprocess.boxes` of serving.yaml fit the model's outputs? */

import type { BoxesConfig } from '../../model/postprocess-config.ts'
import type { TensorSpec } from '../../model/signature.ts'
import { formatSpec } from '../../words.ts'
import { SHAPES, torchvisionOutputs } from './detect.ts'
import { type Asked, isFloat } from './target.ts'

/** @param target the output that is read, unless the format has three */
export const boxesMistakes = (asked: Asked, { format, iou }: BoxesConfig, target: TensorSpec): string[] => {
  const { softmax, topK, ctc, output } = asked.config.postprocess
  const mistakes: string[] = []
  const others = { softmax, topK: topK !== undefined, ctc: ctc !== undefined }
  for (const [key, isGiven] of Object.entries(others))
    if (isGiven) mistakes.push(`postprocess.${key}: not possible beside postprocess.boxes`)
  if (format === 'end-to-end' && iou !== undefined)
    mistakes.push('postprocess.boxes.iou: not possible with end-to-end, whose boxes are final')
  if (format === 'torchvision') {
    if (output !== undefined)
      mistakes.push('postprocess.output: not possible with torchvision, which reads three outputs')
    const { boxes, scores, labels } = torchvisionOutputs(asked.signature.outputs)
    const ranks = [(boxes?.dims.length ?? 0) - 1, scores?.dims.length, labels?.dims.length]
    if (new Set(ranks).size === 1 && (boxes?.dims.length ?? 9) <= 3) return mistakes
    const found = asked.signature.outputs.map((spec) => `${spec.name} ${formatSpec(spec)}`).join(', ')
    return [
      ...mistakes,
      `postprocess.boxes.format: torchvision expects ${SHAPES.torchvision}, found ${found}`,
    ]
  }
  const misfit = format === 'yolo' ? yoloMisfit(target, asked.labels?.length) : endToEndMisfit(target)
  if (misfit !== undefined)
    mistakes.push(
      `postprocess.boxes.format: ${format} expects ${SHAPES[format]}${misfit}, found output ${target.name} ${formatSpec(target)}`,
    )
  return mistakes
}

/** What is said beside the shape; undefined if it fits. A free dimension may turn out to. */
const yoloMisfit = (target: TensorSpec, labels: number | undefined): string | undefined => {
  const [, channels, boxes] = target.dims
  if (!isFloat(target) || target.dims.length !== 3) return ' of floats'
  if (boxes === 6) return '; end-to-end is for [rows, boxes, 6]'
  if (typeof channels !== 'number') return undefined
  if (channels < 5) return ' with at least one class'
  if (typeof boxes === 'number' && boxes < channels) return '; this one has the boxes before the classes'
  if (labels !== undefined && channels !== 4 + labels) return ` for ${labels} labels, 4 + ${labels} channels`
  return undefined
}

const endToEndMisfit = (target: TensorSpec): string | undefined => {
  const last = target.dims[2]
  return isFloat(target) && target.dims.length === 3 && (last === 6 || typeof last === 'string')
    ? undefined
    : ' of floats'
}
