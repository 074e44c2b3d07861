/**
 * ONNX Runtime's Node binding takes no maps, which is what ZipMap makes of a classifier's scores. So a graph with ZipMaps is
 * changed before it is loaded: each gives the scores as they are, a tensor [rows, classes].
 */

import { WireType } from '@bufbuild/protobuf/wire'
import type { Edit } from '../../../model/model.ts'
import { producersOf, zipMapOf } from './classes.ts'
import { message, replace, text } from './edits.ts'
import type { Node, OnnxFile, Value } from './read.ts'

const OPSET_OF_IDENTITY = 9
const FLOAT = 1
const DOUBLE = 11

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

/** ONNX's own operators, at a version that has Identity as it is: an entry for a file that uses none of them. */
export const opset = (): Uint8Array =>
  message(8, (writer) => {
    text(writer, 1, '').tag(2, WireType.Varint).int64(OPSET_OF_IDENTITY)
  })

/**
 * Edits inside the graph that turn the outputs of ZipMaps into tensors.
 * @param counts how many classes an output has, by its name
 */
export const withoutZipMaps = (
  { nodes, outputs }: OnnxFile,
  counts: (output: string) => number | undefined,
): Edit[] => {
  const producers = producersOf(nodes)
  const changes = outputs.flatMap((output) => {
    const node = zipMapOf(output, producers)
    const classes = counts(output.name)
    if (node === undefined || classes === undefined) return []
    return [replace(node.range, identity(node)), replace(output.range, scores(output, classes))]
  })
  // Two outputs may come from one ZipMap.
  return [...new Map(changes.map((edit) => [edit.start, edit])).values()]
}
