/** Walks through an ONNX file, message by message, and keeps what `OnnxFile` has. */

import type { Node, OnnxFile, Value } from './read.ts'
import { elementType, readType, type ValueType } from './types.ts'
import { type Field, type Range, WireError, type WireFile } from './wire.ts'

/** Attributes that somebody looks into. */
const KEPT = new Set(
  'classlabels_strings classlabels_int64s classlabels_ints cats_strings cats_int64s keys_strings keys_int64s keys_floats keys_tensor pool_strings pool_int64s locale value'.split(
    ' ',
  ),
)

const MAX_NODES = 2 ** 20
const MAX_NAME_BYTES = 65_536
const MAX_DEPTH = 64

/** Fields of an attribute that hold numbers and texts, perhaps millions: f, i, s, floats, ints, strings. */
const PLAIN_VALUES = new Set([2, 3, 4, 7, 8, 9])

const operatorName = (domain: string, op: string): string =>
  domain === '' || domain === 'ai.onnx' ? op : `${domain}.${op}`

export class OnnxReader implements OnnxFile {
  readonly inputs: Value[] = []
  readonly outputs: Value[] = []
  readonly nodes: Node[] = []
  readonly initializers = new Map<string, Range>()
  readonly operators = new Set<string>()
  readonly functions = new Set<string>()
  readonly elementTypes = new Set<string>()
  readonly externalFiles = new Set<string>()
  readonly opsets = new Map<string, number>()
  graph: Field | undefined
  producer = ''
  #count = 0
  readonly #file: WireFile

  constructor(file: WireFile) {
    this.#file = file
  }

  model(): void {
    for (const field of this.#file.fields({ start: 0, end: this.#file.size })) {
      if (field.number === 2 || field.number === 3) this.#producer(field)
      else if (field.number === 7) {
        this.graph = field
        this.#graph(field, 0)
      } else if (field.number === 8) this.#opset(field)
      else if (field.number === 25) this.#function(field)
    }
  }

  #text(field: Range): string {
    return this.#file.text(field, MAX_NAME_BYTES)
  }

  /** CatBoost's version has twelve lines. */
  #producer(field: Range): void {
    const [line = ''] = this.#text(field).split('\n')
    this.producer = `${this.producer} ${line}`.trim()
  }

  #opset(range: Range): void {
    let domain = ''
    let version = 0
    for (const field of this.#file.fields(range)) {
      if (field.number === 1) domain = this.#text(field)
      else if (field.number === 2) version = Number(this.#file.varint(field))
    }
    this.opsets.set(domain === 'ai.onnx' ? '' : domain, version)
  }

  #function(range: Range): void {
    let name = ''
    let domain = ''
    for (const field of this.#file.fields(range)) {
      if (field.number === 1) name = this.#text(field)
      else if (field.number === 10) domain = this.#text(field)
      else if (field.number === 7) this.#node(field, 1)
    }
    this.functions.add(operatorName(domain, name))
  }

  #graph(range: Range, depth: number): void {
    if (depth > MAX_DEPTH)
      throw new WireError(`byte ${range.start}: subgraphs lie more than ${MAX_DEPTH} deep`)
    for (const field of this.#file.fields(range)) {
      if (field.number === 1) this.#node(field, depth)
      else if (field.number === 5) this.#tensor(field, depth === 0)
      else if (field.number === 15)
        for (const part of this.#file.fields(field)) {
          if (part.number === 1 || part.number === 2) this.#tensor(part, false)
        }
      else if (field.number >= 11 && field.number <= 13) {
        const value = this.#value(field)
        if (depth === 0 && field.number === 11) this.inputs.push(value)
        if (depth === 0 && field.number === 12) this.outputs.push(value)
      }
    }
  }

  #value(range: Field): Value {
    let name = ''
    let type: ValueType = { kind: 'unknown' }
    for (const field of this.#file.fields(range)) {
      if (field.number === 1) name = this.#text(field)
      else if (field.number === 2) type = readType(this.#file, field, this.elementTypes)
    }
    return { name, type, range }
  }

  #node(range: Field, depth: number): void {
    this.#count += 1
    if (this.#count > MAX_NODES) throw new WireError(`byte ${range.start}: more than ${MAX_NODES} nodes`)
    let op = ''
    let domain = ''
    const inputs: string[] = []
    const outputs: string[] = []
    const attributes = new Map<string, Range>()
    for (const field of this.#file.fields(range)) {
      if (field.number === 1) inputs.push(this.#text(field))
      else if (field.number === 2) outputs.push(this.#text(field))
      else if (field.number === 4) op = this.#text(field)
      else if (field.number === 7) domain = this.#text(field)
      else if (field.number === 5) this.#attribute(field, depth, attributes)
    }
    this.operators.add(operatorName(domain, op))
    if (depth > 0) return
    this.nodes.push({ op, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, range, attributes })
  }

  #attribute(range: Range, depth: number, attributes: Map<string, Range>): void {
    for (const field of this.#file.fields(range)) {
      if (field.number === 1) {
        const name = this.#text(field)
        if (KEPT.has(name)) attributes.set(name, range)
      } else if (PLAIN_VALUES.has(field.number)) return
      else if (field.number === 5 || field.number === 10) this.#tensor(field, false)
      else if (field.number === 6 || field.number === 11) this.#graph(field, depth + 1)
    }
  }

  #tensor(range: Range, isInitializer: boolean): void {
    for (const field of this.#file.fields(range)) {
      if (field.number === 2) this.elementTypes.add(elementType(Number(this.#file.varint(field))))
      else if (field.number === 8 && isInitializer) this.initializers.set(this.#text(field), range)
      else if (field.number === 13) this.#external(field)
    }
  }

  #external(range: Range): void {
    let key = ''
    let value = ''
    for (const field of this.#file.fields(range)) {
      if (field.number === 1) key = this.#text(field)
      else if (field.number === 2) value = this.#text(field)
    }
    if (key === 'location') this.externalFiles.add(value)
  }
}
