/** DataProcessing: what of a record goes to the model, and what of the record and its prediction goes into the output. Pure. */

import type { DataProcessing } from '../models/sagemaker.ts'
import { evaluateJsonPath, parseJsonPath, type Step } from './json-path.ts'
import { InputError } from './records.ts'

/** `application/json` and `application/jsonlines` records are values, a row of CSV is a list of its fields. */
type Format = { parse: (record: Buffer) => unknown; write: (value: unknown) => Buffer }

const JSON_FORMAT: Format = {
  parse: (record) => JSON.parse(record.toString('utf8')),
  write: (value) => Buffer.from(JSON.stringify(value)),
}

/** Fields as they are written, quotes and all, so that they come out as they went in. */
const fieldsOf = (row: string): string[] => {
  const field = /\s*"(?:[^"]|"")*"[^,]*|[^,]*/y
  const fields: string[] = []
  do {
    fields.push(field.exec(row)?.[0] ?? '')
  } while (row[field.lastIndex++] === ',')
  return fields
}

const CSV_FORMAT: Format = {
  parse: (record) => fieldsOf(record.toString('utf8').replace(/\r$/, '')),
  write: (value) => Buffer.from(Array.isArray(value) ? value.join(',') : String(value)),
}

export const formatOf = (mediaType: string | undefined): 'csv' | 'json' | undefined => {
  const [type = ''] = (mediaType ?? '').split(';')
  if (type.trim() === 'text/csv') return 'csv'
  return /^application\/(json|jsonlines|x-jsonlines)$/.test(type.trim()) ? 'json' : undefined
}

const joinOf = (isCsv: boolean, input: unknown, output: unknown): unknown => {
  if (isCsv) return [...(input as unknown[]), ...(output as unknown[])]
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input)
  return isObject ? { ...input, SageMakerOutput: output } : { SageMakerInput: input, SageMakerOutput: output }
}

export type Processor = {
  /** What the model gets of a record. */
  filter: (record: Buffer) => Buffer
  /** What is stored for a record and the model's answer to it. */
  join: (record: Buffer, answer: Buffer) => Buffer
  /** False where answers are stored as they come, and need not be told apart. */
  isNeeded: boolean
}

const attempt = <Result>(what: string, run: () => Result): Result => {
  try {
    return run()
  } catch (error) {
    throw new InputError(`${what}: ${(error as Error).message}`)
  }
}

/** @throws Error for a path that is not supported */
export const createProcessor = (
  { InputFilter = '$', OutputFilter = '$', JoinSource = 'None' }: DataProcessing,
  mediaType: string | undefined,
): Processor => {
  const isCsv = formatOf(mediaType) === 'csv'
  const { parse, write } = isCsv ? CSV_FORMAT : JSON_FORMAT
  const inSteps: Step[] = parseJsonPath(InputFilter)
  const outSteps: Step[] = parseJsonPath(OutputFilter)
  const isJoined = JoinSource === 'Input'
  return {
    isNeeded: isJoined || outSteps.length > 0,
    filter: (record) =>
      inSteps.length === 0
        ? record
        : attempt(`The InputFilter ${InputFilter} cannot be applied`, () =>
            write(evaluateJsonPath(parse(record), inSteps)),
          ),
    join: (record, answer) =>
      attempt(`Failed to join or filter with OutputFilter ${OutputFilter}`, () => {
        const output = parse(answer)
        return write(evaluateJsonPath(isJoined ? joinOf(isCsv, parse(record), output) : output, outSteps))
      }),
  }
}
