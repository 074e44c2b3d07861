/**
 * ONNX Runtime's Node binding takes no maps, which is what ZipMap makes of a classifier's scores. So a graph with ZipMaps is
 * changed before it is loaded: each gives the scores as they are, a tensor [rows, classes]. A change is a few edits to the
 * file's bytes; all others are copied, a piece at a time.
 */

import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Edit } from '../../../model/model.ts'
import { producersOf, zipMapOf } from './classes.ts'
import type { Node, OnnxFile, Value } from './read.ts'
import type { Field } from './wire.ts'

/** Any version has Identity as it is. */
const OPSET_OF_IDENTITY = 9
const FLOAT = 1
const DOUBLE = 11

const message = (number: number, write: (writer: BinaryWriter) => void): Uint8Array => {
  const writer = new BinaryWriter().tag(number, WireType.LengthDelimited).fork()
  write(writer)
  return writer.join().finish()
}

const text = (writer: BinaryWriter, number: number, value: string) =>
  writer.tag(number, WireType.LengthDelimited).string(value)

const identity = ({ inputs, outputs }: Node): Uint8Array =>
  message(1, (writer) => {
    text(writer, 1, inputs[0] ?? '')
    text(writer, 2, outputs[0] ?? '')
    text(writer, 4, 'Identity')
  })

/** skl2onnx exports in float64 what was trained in it, whose ZipMap ONNX Runtime in Python does not take. */
const elementOf = (type: Value['type']): number => {
  if (type.kind === 'sequence' || type.kind === 'map') return elementOf(type.of)
  return type.kind === 'tensor' && type.element === 'float64' ? DOUBLE : FLOAT
}

/** A ValueInfoProto of float32[?, classes], or float64. */
const scores = ({ name, type }: Value, classes: number): Uint8Array =>
  message(12, (writer) => {
    text(writer, 1, name)
    writer.tag(2, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).fork()
    writer.tag(1, WireType.Varint).int32(elementOf(type))
    writer.tag(2, WireType.LengthDelimited).fork()
    writer.tag(1, WireType.LengthDelimited).fork().join()
    writer.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.Varint).int64(classes).join()
    writer.join().join().join()
  })

const opset = (): Uint8Array =>
  message(8, (writer) => {
    text(writer, 1, '').tag(2, WireType.Varint).int64(OPSET_OF_IDENTITY)
  })

const replace = ({ at, end }: Field, bytes: Uint8Array): Edit => ({ start: at, end, bytes })

/**
 * The edits that turn the outputs of ZipMaps into tensors, in order; none where there are none.
 * @param counts how many classes an output has, by its name
 */
export const withoutZipMaps = (
  { nodes, outputs, graph, opsets }: OnnxFile,
  counts: (output: string) => number | undefined,
  size: number,
): Edit[] => {
  const producers = producersOf(nodes)
  const changes = outputs.flatMap((output) => {
    const node = zipMapOf(output, producers)
    const classes = counts(output.name)
    if (node === undefined || classes === undefined) return []
    return [replace(node.range, identity(node)), replace(output.range, scores(output, classes))]
  })
  if (changes.length === 0 || graph === undefined) return []
  // Two outputs may come from one ZipMap.
  const inGraph = [...new Map(changes.map((edit) => [edit.start, edit])).values()]
  const grown = inGraph.reduce((sum, { start, end, bytes }) => sum + bytes.length - (end - start), 0)
  const length = graph.end - graph.start + grown
  const head = new BinaryWriter().tag(7, WireType.LengthDelimited).uint32(length).finish()
  const ends = opsets.has('') ? [] : [{ start: size, end: size, bytes: opset() }]
  return [{ start: graph.at, end: graph.start, bytes: head }, ...inGraph, ...ends].sort(
    (a, b) => a.start - b.start,
  )
}

const PIECE = 2 ** 20

/** Writes the edited file. @throws the file system's error */
export const writeEdited = (path: string, edits: readonly Edit[], target: string): void => {
  const from = openSync(path, 'r')
  try {
    const to = openSync(target, 'w')
    try {
      let at = 0
      for (const { start, end, bytes } of edits) {
        copy(from, to, at, start)
        writeAll(to, bytes)
        at = end
      }
      copy(from, to, at, Number.POSITIVE_INFINITY)
    } finally {
      closeSync(to)
    }
  } finally {
    closeSync(from)
  }
}

const copy = (from: number, to: number, start: number, end: number): void => {
  const piece = new Uint8Array(Math.min(PIECE, end - start))
  for (let at = start; at < end; ) {
    const count = readSync(from, piece, 0, Math.min(piece.length, end - at), at)
    if (count === 0) return
    writeAll(to, piece.subarray(0, count))
    at += count
  }
}

const writeAll = (to: number, bytes: Uint8Array): void => {
  for (let done = 0; done < bytes.length; ) done += writeSync(to, bytes, done)
}

/** The edited file's bytes. */
export const readEdited = (path: string, edits: readonly Edit[]): Uint8Array => {
  const whole = readFileSync(path)
  let at = 0
  const parts = edits.flatMap(({ start, end, bytes }) => {
    const before = whole.subarray(at, start)
    at = end
    return [before, bytes]
  })
  return Buffer.concat([...parts, whole.subarray(at)])
}
