/**
 * Which values a model's columns may have, as far as its graph says it: the categories of an encoder, which may refuse all
 * others, or the words of a text model, without which all texts are the same. Columns are followed from the inputs on, through
 * what takes some out, joins them or fills gaps.
 */

import type { Node, OnnxFile, Value } from './read.ts'
import { readAttribute, readTensorValues, type Values } from './values.ts'
import type { WireFile } from './wire.ts'

/** Values of the columns of each input, by its name; undefined where nothing is known. */
export type Columns = ReadonlyMap<string, readonly (Values | undefined)[]>

/** A column of an input. */
type Origin = { input: string; column: number }

/** The attribute of an operator that lists values which it knows. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  OneHotEncoder: ['cats_strings', 'cats_int64s'],
  LabelEncoder: ['keys_strings', 'keys_int64s', 'keys_floats', 'keys_tensor'],
  CategoryMapper: ['cats_strings'],
  TfIdfVectorizer: ['pool_strings', 'pool_int64s'],
}

/** A value that goes in comes out, at the same column; a text perhaps in pieces. */
const KEEPS = new Set(
  'Identity Cast Reshape Flatten Squeeze Unsqueeze Imputer StringNormalizer Tokenizer'.split(' '),
)

/** Inputs of more columns are not followed. */
const MAX_COLUMNS = 4096
/** More values than these make no trial better. */
const MAX_VALUES = 64

class Tracing {
  readonly found = new Map<string, (Values | undefined)[]>()
  readonly #origins = new Map<string, readonly Origin[]>()
  readonly #onnx: OnnxFile
  readonly #file: WireFile
  readonly #constants: ReadonlyMap<string, Node>

  constructor(onnx: OnnxFile, file: WireFile) {
    this.#onnx = onnx
    this.#file = file
    const constants = onnx.nodes.filter(({ op }) => op === 'Constant')
    this.#constants = new Map(constants.map((node) => [node.outputs[0] ?? '', node]))
    for (const input of onnx.inputs) {
      const origins = columnsOf(input)
      if (origins.length > 0) this.#origins.set(input.name, origins)
    }
  }

  follow(node: Node): void {
    const [first = '', second = ''] = node.inputs
    const origins = this.#origins.get(first)
    const lists = LISTS[node.op]
    if (lists !== undefined) {
      for (const name of lists) if (origins) this.#record(origins, node.attributes.get(name))
    } else if (KEEPS.has(node.op)) this.#set(node, origins)
    else if (node.op === 'Concat') this.#set(node, this.#joined(node.inputs))
    else if (node.op === 'Where')
      this.#set(node, this.#origins.get(node.inputs[2] ?? '') ?? this.#origins.get(second))
    else if (origins && (node.op === 'ArrayFeatureExtractor' || node.op === 'Gather'))
      this.#set(node, this.#picked(origins, second))
    else if (origins && node.op === 'Split' && origins.length === node.outputs.length)
      for (const [index, name] of node.outputs.entries())
        this.#origins.set(name, origins.slice(index, index + 1))
  }

  #set({ outputs }: Node, origins: readonly Origin[] | undefined): void {
    const [name] = outputs
    if (name !== undefined && origins !== undefined) this.#origins.set(name, origins)
  }

  #joined(names: readonly string[]): readonly Origin[] | undefined {
    const parts = names.map((name) => this.#origins.get(name) ?? [])
    const all = parts.flat()
    return parts.every((part) => part.length > 0) && all.length <= MAX_COLUMNS ? all : undefined
  }

  #picked(origins: readonly Origin[], indices: string): readonly Origin[] | undefined {
    const initializer = this.#onnx.initializers.get(indices)
    const value = this.#constants.get(indices)?.attributes.get('value')
    const read = initializer
      ? readTensorValues(this.#file, initializer, MAX_COLUMNS)
      : value && readAttribute(this.#file, value, MAX_COLUMNS)
    const picked = read?.flatMap((index) => origins[Number(index)] ?? [])
    return picked !== undefined && picked.length > 0 ? picked : undefined
  }

  /** Of several lists for a column the longest says most: an imputer's own has only the missing value. */
  #record(origins: readonly Origin[], attribute: Parameters<typeof readAttribute>[1] | undefined): void {
    if (attribute === undefined) return
    const values = readAttribute(this.#file, attribute, MAX_VALUES)
    if (values.length === 0) return
    for (const { input, column } of origins) {
      const columns = this.found.get(input) ?? []
      if ((columns[column]?.length ?? 0) < values.length) columns[column] = values
      this.found.set(input, columns)
    }
  }
}

/** Of an input [rows] or [rows, columns]. */
const columnsOf = ({ name, type }: Value): Origin[] => {
  if (type.kind !== 'tensor' || type.dims === undefined) return []
  const [, count = 1, ...others] = type.dims
  if (type.dims.length === 0 || others.length > 0 || typeof count !== 'number' || count > MAX_COLUMNS)
    return []
  return Array.from({ length: count }, (_, column) => ({ input: name, column }))
}

export const findColumns = (onnx: OnnxFile, file: WireFile): Columns => {
  const tracing = new Tracing(onnx, file)
  for (const node of onnx.nodes) {
    tracing.follow(node)
  }
  return tracing.found
}
