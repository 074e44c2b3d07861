/**
 * The class labels of a classifier's outputs, as scikit-learn, XGBoost, LightGBM and CatBoost leave them in the graph: in a
 * ZipMap, which makes a map from label to score of each row, or in the operator that classifies.
 */

import type { Classes } from '../../../model/model.ts'
import type { Node, OnnxFile, Value } from './read.ts'
import { readAttribute } from './values.ts'
import type { WireFile } from './wire.ts'

const ML = 'ai.onnx.ml'

/** Their first output is the label of each row, the second has a column for each class. */
const CLASSIFIERS = new Set(['TreeEnsembleClassifier', 'LinearClassifier', 'SVMClassifier'])
const LABELS = ['classlabels_strings', 'classlabels_int64s', 'classlabels_ints']

/** Through these a label stays a label, and a column stays the column of its class. */
const KEEPS_LABELS = new Set(['Identity', 'Cast', 'Reshape', 'Flatten', 'Squeeze'])
const KEEPS_COLUMNS = new Set(
  'Identity Cast Normalizer Softmax LogSoftmax Sigmoid Mul Div Add Sub Neg Exp Log Clip'.split(' '),
)

const MAX_STEPS = 64
/** Of more, nobody reads the names. */
const MAX_CLASSES = 65_536

/** None if there are too many. */
const readLabels = (file: WireFile, { attributes }: Node): readonly string[] => {
  for (const name of LABELS) {
    const range = attributes.get(name)
    if (range === undefined) continue
    const labels = readAttribute(file, range, MAX_CLASSES + 1)
    return labels.length > MAX_CLASSES ? [] : labels.map(String)
  }
  return []
}

export const producersOf = (nodes: readonly Node[]): ReadonlyMap<string, Node> =>
  new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))

/** The node that the value comes from, past those of `kept`. */
const origin = (
  name: string,
  producers: ReadonlyMap<string, Node>,
  kept: ReadonlySet<string>,
): { node: Node; place: number } | undefined => {
  let current = name
  for (let step = 0; step < MAX_STEPS; step++) {
    const node = producers.get(current)
    if (node === undefined) return undefined
    if (!kept.has(node.op)) return { node, place: node.outputs.indexOf(current) }
    current = node.inputs[0] ?? ''
  }
  return undefined
}

/** The ZipMap that makes an output, if one does: only its name may change in between. */
export const zipMapOf = (output: Value, producers: ReadonlyMap<string, Node>): Node | undefined => {
  const node = origin(output.name, producers, new Set(['Identity']))?.node
  return node?.op === 'ZipMap' && node.domain === ML ? node : undefined
}

const classesOf = (
  output: Value,
  producers: ReadonlyMap<string, Node>,
  file: WireFile,
): Classes | undefined => {
  const zipMap = zipMapOf(output, producers)
  if (zipMap !== undefined) return { of: 'scores', labels: readLabels(file, zipMap), zipped: true }
  if (output.type.kind !== 'tensor') return undefined
  const label = origin(output.name, producers, KEEPS_LABELS)
  if (label !== undefined && label.place === 0 && isClassifier(label.node))
    return { of: 'label', labels: readLabels(file, label.node), zipped: false }
  const scores = origin(output.name, producers, KEEPS_COLUMNS)
  if (scores === undefined || scores.place !== 1 || !isClassifier(scores.node)) return undefined
  const labels = readLabels(file, scores.node)
  return output.type.dims?.[1] === labels.length ? { of: 'scores', labels, zipped: false } : undefined
}

const isClassifier = ({ op, domain }: Node): boolean => domain === ML && CLASSIFIERS.has(op)

/** By output name, where it is certain. */
export const findClasses = (
  { nodes, outputs }: Pick<OnnxFile, 'nodes' | 'outputs'>,
  file: WireFile,
): Map<string, Classes> => {
  const producers = producersOf(nodes)
  const found = new Map<string, Classes>()
  for (const output of outputs) {
    const classes = classesOf(output, producers, file)
    if (classes !== undefined && classes.labels.length > 0) found.set(output.name, classes)
  }
  // Other classifiers compute the label by means of their own; it is the only other output.
  const [other] = outputs.filter(({ name }) => !found.has(name))
  const [scores] = found.values()
  if (outputs.length === 2 && found.size === 1 && scores?.of === 'scores' && other && isLabel(other))
    found.set(other.name, { ...scores, of: 'label', zipped: false })
  return found
}

const isLabel = ({ type }: Value): boolean =>
  type.kind === 'tensor' && type.dims?.length === 1 && ['int64', 'string'].includes(type.element)
