/** What serving.yaml asks of the model's outputs: which of them, softmax, names and a ranking of the classes. */

import type { Model } from '../../model/model.ts'
import type { NumericArray } from '../../tensor/data-type.ts'
import { toFloat16 } from '../../tensor/float16.ts'
import type { PictureView } from '../../tensor/picture-view.ts'
import type { NamedTensors, Tensor } from '../../tensor/tensor.ts'
import { readElement } from '../../tensor/values.ts'
import type { Prediction, RankedLabel, Shown } from '../codec/codec.ts'
import { transcribe } from './ctc.ts'
import { detect } from './detect.ts'
import { toNumbers } from './numbers.ts'
import { isFloat, namedOutputs, targetOf } from './target.ts'

/**
 * What depends on the model alone is found out once.
 *
 * @returns the reply's content of a request's outputs. `byRow`: the first dimension of every output counts the request's rows;
 * `views`: how the rows' pictures lie in the tensor, where they were images
 */
export const createPostprocess = (
  model: Model,
): ((given: NamedTensors, byRow: boolean, views?: readonly PictureView[]) => Prediction) => {
  const { output, softmax: isSoftmax, topK, boxes, ctc } = model.config.postprocess
  if (boxes !== undefined) return (given, _byRow, views) => detect(given, model, boxes, views)
  const target = targetOf(model)?.name ?? ''
  const names = new Map(
    [...namedOutputs(model)].map(([name, classes]) => [name, namesOf(model.labels ?? [], classes)]),
  )
  return (given, byRow) => {
    const outputs: NamedTensors = output === undefined ? new Map(given) : pick(given, output)
    const tensor = outputs.get(target)
    if (isSoftmax && tensor !== undefined && isFloat(tensor)) outputs.set(target, softmax(tensor))
    if (ctc !== undefined) return transcribe(outputs, byRow, model, ctc)
    for (const [name, labels] of names) {
      const numbers = outputs.get(name)
      if (numbers !== undefined) outputs.set(name, withNames(numbers, labels))
    }
    const shown = new Map<string, Shown>()
    for (const [name, scores] of outputs) {
      if (scores.dims.length !== 2 || scores.type === 'string') continue
      const classes = model.classes?.get(name)
      if (name === target && (model.labels !== undefined || topK !== undefined))
        shown.set(name, { ranking: rank(scores, model.labels ?? classes?.labels ?? [], topK) })
      else if (classes?.zipped && classes.labels.length === scores.dims[1])
        shown.set(name, { labels: classes.labels })
    }
    return { outputs, byRow, ...(shown.size > 0 && { shown }) }
  }
}

const pick = (outputs: NamedTensors, name: string): NamedTensors =>
  new Map([...outputs].filter(([other]) => other === name))

/** @param classes what the graph calls them, in the order of the labels; else they are numbered */
const namesOf = (
  labels: readonly string[],
  classes: readonly string[] | undefined,
): ReadonlyMap<string, string> =>
  new Map(labels.map((label, index) => [classes?.[index] ?? String(index), label]))

const withNames = ({ type, dims, data }: Tensor, names: ReadonlyMap<string, string>): Tensor => {
  const text = (index: number): string => String(readElement(type, data, index))
  return {
    type: 'string',
    dims,
    data: Array.from({ length: data.length }, (_, index) => names.get(text(index)) ?? text(index)),
  }
}

/** Over the last axis, in float64, less the largest value of each row so that nothing overflows. */
const softmax = (tensor: Tensor): Tensor => {
  const values = toNumbers(tensor)
  const result = new Float64Array(values.length)
  const width = tensor.dims.at(-1) ?? 1
  for (let start = 0; start < values.length; start += width) {
    const end = start + width
    let largest = Number.NEGATIVE_INFINITY
    for (let i = start; i < end; i++) largest = Math.max(largest, values[i] as number)
    let sum = 0
    for (let i = start; i < end; i++) {
      const power = Math.exp((values[i] as number) - largest)
      result[i] = power
      sum += power
    }
    for (let i = start; i < end; i++) result[i] = (result[i] as number) / sum
  }
  return { ...tensor, data: fromNumbers(tensor.type, result) }
}

const fromNumbers = (type: Tensor['type'], numbers: Float64Array): NumericArray => {
  if (type === 'float64') return numbers
  if (type === 'float16') return Uint16Array.from(numbers, toFloat16)
  return Float32Array.from(numbers)
}

/** For a row of [rows, classes] the `count` best classes, all by default. */
const rank = (
  scores: Tensor,
  labels: readonly string[],
  count: number | undefined,
): ((row: number) => RankedLabel[]) => {
  const values = toNumbers(scores)
  const [, classes = 0] = scores.dims
  return (row) => {
    const start = row * classes
    const score = (index: number): number => values[start + index] as number
    return Array.from({ length: classes }, (_, index) => index)
      .sort((a, b) => byScore(score(a), score(b)) || a - b)
      .slice(0, count)
      .map((index) => ({ label: labels[index] ?? String(index), probability: score(index) }))
  }
}

/** Larger first, NaN last. */
const byScore = (a: number, b: number): number => {
  if (a === b) return 0
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1
  return a > b || Number.isNaN(b) ? -1 : 1
}
