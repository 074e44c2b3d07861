/** What `postprocess.boxes` makes of a detector's outputs: objects with boxes in the picture's own pixels, best first. */

import { ServingError } from '../../errors.ts'
import type { Model } from '../../model/model.ts'
import type { BoxesConfig } from '../../model/postprocess-config.ts'
import type { TensorSpec } from '../../model/signature.ts'
import type { PictureView } from '../../tensor/picture-view.ts'
import type { NamedTensors, Tensor } from '../../tensor/tensor.ts'
import { elementCount } from '../../tensor/tensor.ts'
import { formatSpec } from '../../words.ts'
import type { Prediction } from '../codec/codec.ts'
import { endToEndCandidates, iouOf, torchvisionCandidates, yoloCandidates } from './candidates.ts'
import { byScore, type Candidates, suppressAsTorchvision, suppressAsUltralytics } from './nms.ts'
import { toNumbers } from './numbers.ts'
import { isFloat, targetOf } from './target.ts'

/** As Hugging Face's object detection answers. */
type Detection = {
  label: string
  score: number
  box: { xmin: number; ymin: number; xmax: number; ymax: number }
}

/** What the formats take. */
export const SHAPES = {
  yolo: '[rows, 4 + classes, boxes]',
  'end-to-end': '[rows, boxes, 6]',
  torchvision: 'boxes [boxes, 4], labels [boxes] and scores [boxes], all of them with rows before or none',
}

/** The three outputs of torchvision's detectors, [boxes, …] or [rows, boxes, …], by what they are. */
export const torchvisionOutputs = (specs: readonly TensorSpec[]) => ({
  boxes: specs.find((spec) => isFloat(spec) && spec.dims.at(-1) === 4 && spec.dims.length >= 2),
  scores: specs.find((spec) => isFloat(spec) && spec.dims.length <= 2 && spec.dims.at(-1) !== 4),
  labels: specs.find(({ type }) => type === 'int64' || type === 'int32'),
})

/** @param views of the request's pictures, one for each row; boxes of other requests stay in the tensor's pixels */
export const detect = (
  outputs: NamedTensors,
  model: Model,
  config: BoxesConfig,
  views: readonly PictureView[] | undefined,
): Prediction => {
  const { name, tensor, rows, candidatesOf } = openOutputs(outputs, model, config)
  const json = (row: number): string => {
    const candidates = candidatesOf(row)
    const kept = keep(candidates, config)
    return JSON.stringify(
      kept.map((index) => describe(candidates, index, views?.[row], model.labels)),
      (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value),
    )
  }
  const dims = [rows, elementCount(tensor.dims) / Math.max(1, rows)]
  return { outputs: new Map([[name, { ...tensor, dims }]]), byRow: true, shown: new Map([[name, { json }]]) }
}

type Opened = { name: string; tensor: Tensor; rows: number; candidatesOf: (row: number) => Candidates }

const openOutputs = (outputs: NamedTensors, model: Model, { format, confidence }: BoxesConfig): Opened => {
  if (format === 'torchvision') {
    const found = torchvisionOutputs(model.signature.outputs)
    const [boxes, scores, labels] = [found.boxes, found.scores, found.labels].map((spec) =>
      outputs.get(spec?.name ?? ''),
    ) as [Tensor, Tensor, Tensor]
    const rows = boxes.dims.length === 3 ? (boxes.dims[0] as number) : 1
    const all = { boxes: toNumbers(boxes), scores: toNumbers(scores), classes: toNumbers(labels) }
    const rowOf = (values: ArrayLike<number>, row: number) => rowValues(values, rows, row)
    return {
      name: found.boxes?.name ?? '',
      tensor: boxes,
      rows,
      candidatesOf: (row) =>
        torchvisionCandidates(
          {
            boxes: rowOf(all.boxes, row),
            scores: rowOf(all.scores, row),
            classes: rowOf(all.classes, row),
          },
          confidence,
        ),
    }
  }
  const name = targetOf(model)?.name ?? ''
  const tensor = outputs.get(name) as Tensor
  if (tensor.dims.length !== 3 || (format === 'yolo' ? (tensor.dims[1] as number) < 5 : tensor.dims[2] !== 6))
    throw new ServingError(
      'ERR_MODEL_FAILED',
      `postprocess.boxes: ${format} expects ${SHAPES[format]}, and output ${name} has ${formatSpec(tensor)}`,
    )
  const [rows = 0, channels = 0, anchors = 0] = tensor.dims
  const values = toNumbers(tensor)
  return {
    name,
    tensor,
    rows,
    candidatesOf: (row) =>
      format === 'yolo'
        ? yoloCandidates(rowValues(values, rows, row), channels, anchors, confidence)
        : endToEndCandidates(rowValues(values, rows, row), confidence),
  }
}

const rowValues = (values: ArrayLike<number>, rows: number, row: number): ArrayLike<number> => {
  const size = values.length / rows
  return (values as Float32Array).subarray(row * size, (row + 1) * size)
}

const keep = (candidates: Candidates, config: BoxesConfig): number[] => {
  const { format, maxDetections } = config
  const iou = iouOf(config)
  if (iou === undefined) {
    // Ultralytics leaves them in the model's order, which is the best first.
    if (format === 'end-to-end') return Array.from(candidates.scores.keys()).slice(0, maxDetections)
    return byScore(candidates.scores, maxDetections)
  }
  return format === 'yolo'
    ? suppressAsUltralytics(candidates, iou, maxDetections)
    : suppressAsTorchvision(candidates, iou, maxDetections)
}

const describe = (
  { boxes, scores, classes }: Candidates,
  index: number,
  view: PictureView | undefined,
  labels: readonly string[] | undefined,
): Detection => {
  const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(4 * index, 4 * index + 4)
  const x = (value: number): number => (view ? toPicture(value, view.left, view.scaleX, view.width) : value)
  const y = (value: number): number => (view ? toPicture(value, view.top, view.scaleY, view.height) : value)
  const label = classes[index] as number
  return {
    label: labels?.[label] ?? String(label),
    score: scores[index] as number,
    box: { xmin: x(left), ymin: y(top), xmax: x(right), ymax: y(bottom) },
  }
}

/** Ultralytics' scale_boxes, in float32; what lies outside the picture goes to its edge. */
const toPicture = (value: number, start: number, scale: number, size: number): number =>
  Math.min(Math.max(Math.fround(Math.fround(value - start) / Math.fround(scale)), 0), size)
