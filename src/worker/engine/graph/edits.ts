/**
 * Edits to an ONNX file's bytes, without reading the rest of it: a changed graph has another length, and the file is copied
 * around its edits, a piece at a time.
 */

import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Edit } from '../../../model/model.ts'
import type { Field } from './wire.ts'

/** A field with a length before its content. */
export const message = (number: number, write: (writer: BinaryWriter) => void): Uint8Array => {
  const writer = new BinaryWriter().tag(number, WireType.LengthDelimited).fork()
  write(writer)
  return writer.join().finish()
}

export const text = (writer: BinaryWriter, number: number, value: string): BinaryWriter =>
  writer.tag(number, WireType.LengthDelimited).string(value)

export const replace = ({ at, end }: Field, bytes: Uint8Array): Edit => ({ start: at, end, bytes })

/** Puts edits inside a message into order, with one more, of the length that it then has. */
export const within = ({ at, start, end, number }: Field, inside: readonly Edit[]): Edit[] => {
  const grown = inside.reduce((sum, edit) => sum + edit.bytes.length - (edit.end - edit.start), 0)
  const bytes = new BinaryWriter()
    .tag(number, WireType.LengthDelimited)
    .uint32(end - start + grown)
    .finish()
  // What is put in before a field comes before what replaces it.
  return [{ start: at, end: start, bytes }, ...inside].sort((a, b) => a.start - b.start || a.end - b.end)
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
