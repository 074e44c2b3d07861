/** The models that are fuzzed: every element type, and every kind of shape. */

import { fileURLToPath } from 'node:url'
import { DATA_TYPES, type DataType } from '../../src/tensor/data-type.ts'
import { CHANNEL_MEANS, IMAGE_YAML, identityOf, type ModelFiles, writeModel } from './model-folder.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export type Input = { name: string; type: DataType; dims: readonly (number | string)[] }

export type Subject = {
  name: string
  /** The folder, which is written first if it is none of the test's own. */
  folder(root: string): string
  inputs: readonly Input[]
  /** The answer is what was sent. */
  identity: boolean
  /** The first dimension counts rows; a number where only so many will do. */
  rows: boolean | number
  takesImages: boolean
}

/** Reads `float32[batch,2]`. */
const parseInput = ([name, text]: [string, string]): Input => {
  const [, type = '', dims = ''] = /^(\w+)\[(.*)\]$/.exec(text) ?? []
  const sizes = dims === '' ? [] : dims.split(',').map((dim) => (/^\d+$/.test(dim) ? Number(dim) : dim))
  return { name, type: type as DataType, dims: sizes }
}

type Kind = Partial<Pick<Subject, 'identity' | 'rows' | 'takesImages'>>

const subject = (
  name: string,
  folder: Subject['folder'],
  inputs: Readonly<Record<string, string>>,
  { identity = false, rows = true, takesImages = false }: Kind = {},
): Subject => ({
  name,
  folder,
  inputs: Object.entries(inputs).map(parseInput),
  identity,
  rows,
  takesImages,
})

const fixture = (name: string, inputs: Readonly<Record<string, string>>, kind?: Kind): Subject =>
  subject(name, () => `${ROOT}test/fixtures/models/${name}`, inputs, kind)

const written = (name: string, files: ModelFiles, kind?: Kind): Subject =>
  subject(name, (root) => writeModel(root, name, files), files.graph.inputs, kind)

const identity = (name: string, type: string): Subject =>
  written(name, { graph: identityOf(type) }, { identity: true })

export const SUBJECTS: readonly Subject[] = [
  ...(Object.keys(DATA_TYPES) as DataType[]).map((type) =>
    fixture(`identity-${type}`, { x: `${type}[batch,2]` }, { identity: true }),
  ),
  identity('vector', 'float32[batch]'),
  identity('wide', 'float32[batch,n]'),
  identity('free', 'int32[batch,height,width]'),
  identity('texts', 'string[batch,n]'),
  fixture('two-in-two-out', { a: 'float32[batch,2]', b: 'int64[batch,2]' }),
  fixture('fixed-one', { x: 'float32[1,3]' }, { rows: 1 }),
  fixture('fixed-four', { x: 'float32[4,2]' }, { rows: 4 }),
  fixture('no-batch', { x: 'float32[n,2]', scale: 'float32[]' }, { rows: false }),
  fixture('sequence', { ids: 'int64[batch,sequence]', mask: 'int64[batch,sequence]' }),
  fixture('external-data', { x: 'float32[batch,4]' }),
  fixture('rows-changed', { x: 'float32[batch,2]' }, { rows: false }),
  subject('classifier', () => `${ROOT}examples/sklearn-classifier/model`, { X: 'float32[batch,4]' }),
  fixture('fails-on-negative', { x: 'float32[batch,1]' }),
  fixture('images', { x: 'float32[batch,3,8,8]' }),
  written('photos', { graph: CHANNEL_MEANS, yaml: IMAGE_YAML }, { takesImages: true }),
  subject(
    'digits',
    () => `${ROOT}examples/digits/model`,
    { image: 'float32[batch,1,16,16]' },
    { takesImages: true },
  ),
]
