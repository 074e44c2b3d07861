/** Which outputs a reply holds, and to which of them `labels` and `postprocess` of serving.yaml apply. */

import type { Model } from '../../model/model.ts'
import type { ModelSignature, TensorSpec } from '../../model/signature.ts'
import { DATA_TYPES } from '../../tensor/data-type.ts'

/** What of a model decides it. */
export type Asked = Pick<Model, 'config' | 'labels' | 'classes'> & {
  signature: Pick<ModelSignature, 'outputs'>
}

const kindOf = ({ type }: Pick<TensorSpec, 'type'>) => DATA_TYPES[type].kind

export const isFloat = (spec: Pick<TensorSpec, 'type'>): boolean => kindOf(spec) === 'float'

/** The classes can be ranked: [rows, classes] of numbers. */
export const canRank = ({ type, dims }: TensorSpec): boolean => dims.length === 2 && type !== 'string'

/** One class's number for each row. */
export const isClassNumber = (spec: TensorSpec): boolean =>
  spec.dims.length === 1 && ['integer', 'bigint'].includes(kindOf(spec))

/** Fits all that is asked for; a dimension that is free may turn out to fit. */
const fits = (spec: TensorSpec, { config, labels }: Asked): boolean => {
  const { softmax, topK } = config.postprocess
  if (softmax && !isFloat(spec)) return false
  if (topK === undefined && labels === undefined) return softmax
  if (!canRank(spec)) return false
  const [, classes] = spec.dims
  return typeof classes !== 'number' || labels === undefined || labels.length === classes
}

/**
 * The output that labels, softmax and topK are about: the one that serving.yaml names, else the first that fits, else the
 * first. Scores go before the number of a class, which labels name too.
 */
export const targetOf = (asked: Asked): TensorSpec | undefined => {
  const { outputs } = asked.signature
  const { output, softmax, topK, boxes, ctc } = asked.config.postprocess
  if (output !== undefined) return outputs.find(({ name }) => name === output)
  if (boxes !== undefined || ctc !== undefined)
    return outputs.find((spec) => isFloat(spec) && spec.dims.length === 3) ?? outputs[0]
  const fitting = outputs.find((spec) => fits(spec, asked))
  if (fitting !== undefined) return fitting
  const onlyNames = asked.labels !== undefined && !softmax && topK === undefined
  return (onlyNames ? outputs.find(isClassNumber) : undefined) ?? outputs[0]
}

/** Outputs of a class's label or number for each row, which `labels` name, each with what the graph calls the classes. */
export const namedOutputs = (asked: Asked): ReadonlyMap<string, readonly string[] | undefined> => {
  const { labels, classes, signature } = asked
  const named = new Map<string, readonly string[] | undefined>()
  if (labels === undefined) return named
  const target = targetOf(asked)
  if (target !== undefined && isClassNumber(target)) named.set(target.name, undefined)
  for (const { name } of signature.outputs) {
    const known = classes?.get(name)
    if (known?.of === 'label' && known.labels.length === labels.length) named.set(name, known.labels)
  }
  return named
}
