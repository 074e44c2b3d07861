/** What the fuzzer found, as a file: the bytes that went over the connection, what came back, and what was wrong with it. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DATA_TYPES, type DataType } from '../../src/tensor/data-type.ts'
import type { Expected } from './answer.ts'
import type { Case } from './case.ts'
import type { Fault } from './judge.ts'
import type { Front } from './server.ts'
import type { Value } from './value.ts'

type StoredExpected = Omit<Expected, 'tensor'> & { type: DataType; dims: number[]; values: string[] }

type Stored = Omit<Case, 'pieces' | 'expected'> & {
  front: Front
  faults: readonly Fault[]
  /** The beginning of what was sent, to be read by people. */
  shown: string
  pieces: { base64: string; pauseMs: number }[]
  expected?: StoredExpected
}

export type FaultFile = { sent: Case; front: Front; faults: readonly Fault[] }

const SHOWN_BYTES = 400

const parseValue = (type: DataType, text: string): Value => {
  const { kind } = DATA_TYPES[type]
  if (kind === 'string') return text
  if (kind === 'bool') return text === 'true'
  return kind === 'float' ? Number(text) : BigInt(text)
}

const store = ({ writer, form, tensor }: Expected): StoredExpected => ({
  writer,
  form,
  type: tensor.type,
  dims: [...tensor.dims],
  values: tensor.values.map(String),
})

const restore = ({ writer, form, type, dims, values }: StoredExpected): Expected => ({
  writer,
  form,
  tensor: { type, dims, values: values.map((text) => parseValue(type, text)) },
})

/** @returns the file's path */
export const writeFaultFile = (folder: string, { sent, front, faults }: FaultFile): string => {
  const { pieces, expected, ...rest } = sent
  const stored: Stored = {
    ...rest,
    front,
    faults,
    shown: Buffer.concat(pieces.map(({ bytes }) => bytes)).toString('latin1', 0, SHOWN_BYTES),
    pieces: pieces.map(({ bytes, pauseMs }) => ({ base64: bytes.toString('base64'), pauseMs })),
    ...(expected && { expected: store(expected) }),
  }
  mkdirSync(folder, { recursive: true })
  const kind = (faults[0]?.kind ?? 'fault').replaceAll(/\W+/g, '-')
  const file = join(folder, `${kind}-${sent.model}-${sent.seed}-${sent.number}.json`)
  writeFileSync(file, `${JSON.stringify(stored, null, 2)}\n`)
  return file
}

export const readFaultFile = (file: string): FaultFile => {
  const {
    front,
    faults,
    shown: _,
    pieces,
    expected,
    ...rest
  } = JSON.parse(readFileSync(file, 'utf8')) as Stored
  const sent: Case = {
    ...rest,
    pieces: pieces.map(({ base64, pauseMs }) => ({ bytes: Buffer.from(base64, 'base64'), pauseMs })),
    ...(expected && { expected: restore(expected) }),
  }
  return { sent, front, faults }
}
