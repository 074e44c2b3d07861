/**
 * What an ONNX file says of itself, without its weights: operators, types, inputs and outputs, where its external data lies.
 * Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */

import { OnnxReader } from './reader.ts'
import type { ValueType } from './types.ts'
import { type Field, type Range, WireError, WireFile } from './wire.ts'

/** An input or output; `range` is its message. */
export type Value = { name: string; type: ValueType; range: Field }

/** A node of the main graph. */
export type Node = {
  op: string
  /** '' is ONNX's own. */
  domain: string
  inputs: readonly string[]
  outputs: readonly string[]
  range: Field
  /** Those that `KEPT` names, unread. */
  attributes: ReadonlyMap<string, Range>
}

export type OnnxFile = {
  /** The program that wrote it, and its version. */
  producer: string
  /** Versions by domain. */
  opsets: ReadonlyMap<string, number>
  inputs: readonly Value[]
  outputs: readonly Value[]
  nodes: readonly Node[]
  /** Where the message of the main graph lies. */
  graph: Field | undefined
  /** By name, unread. */
  initializers: ReadonlyMap<string, Range>
  /** All that occur, also in subgraphs and functions, as `domain.Name`, or `Name` for ONNX's own. */
  operators: ReadonlySet<string>
  /** Operators that the file itself defines. */
  functions: ReadonlySet<string>
  /** Element types of weights, inputs, outputs and values between. */
  elementTypes: ReadonlySet<string>
  /** Files with weights, relative to the model's folder. */
  externalFiles: ReadonlySet<string>
}

/**
 * Reads what is in the file but its weights: memory grows with the number of nodes and not with the file.
 * @throws WireError that says at which byte the file is not ONNX
 */
export const readOnnx = (path: string): OnnxFile => {
  const file = new WireFile(path)
  try {
    const reader = new OnnxReader(file)
    reader.model()
    if (reader.graph === undefined) throw new WireError(`no graph in ${file.size} bytes`)
    return reader
  } finally {
    file.close()
  }
}
