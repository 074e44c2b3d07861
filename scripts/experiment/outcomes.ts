/** A file of outcomes: CSV with a header, or an object a line. A column says whose they are, the others are metrics. */

import { constants } from 'node:buffer'
import { readFileSync, statSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { CommandError, EXIT } from '../cli/command.ts'

/** What an outcome may be joined by: a request, a user as the log has them, or the user's own id. */
const KEYS = ['inferenceId', 'user', 'userId'] as const
export type Key = (typeof KEYS)[number]

/** The file is read whole, as one string: half a GiB. */
const MAX_BYTES = constants.MAX_STRING_LENGTH

/** Values in the order of `metrics`; NaN where there is none. */
export type Outcomes = { key: Key; metrics: string[]; rows: Map<string, number[][]>; count: number }

const refuse = (message: string, fix?: string) =>
  new CommandError(message, { exitCode: EXIT.usage, ...(fix !== undefined && { fix }) })

type Row = Record<string, unknown>

const readRows = (file: string): Row[] => {
  try {
    const { size } = statSync(file)
    if (size > MAX_BYTES) throw refuse(`${file} has ${size} bytes; outcomes have ${MAX_BYTES} at most`)
    const text = readFileSync(file, 'utf8')
    if (/\.csv$/i.test(file))
      return parse(text, { columns: true, bom: true, skip_empty_lines: true }) as Row[]
    return text.split('\n').flatMap((line, at): Row[] => {
      if (line.trim() === '') return []
      const value = JSON.parse(line) as unknown
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return [value as Row]
      throw new Error(`line ${at + 1} is no object`)
    })
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw refuse(
      `${file} cannot be read: ${(error as Error).message}`,
      'outcomes are .csv with a header, or a JSON object a line',
    )
  }
}

/** A blank cell is a missing value, and pandas writes `True`. Undefined if it is no number. */
const numberOf = (cell: unknown): number | undefined => {
  const value = typeof cell === 'string' ? cell.trim().toLowerCase() : cell
  if (value === undefined || value === null || value === '') return Number.NaN
  if (typeof value === 'boolean') return Number(value)
  if (value === 'true' || value === 'false') return Number(value === 'true')
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

/** @param wanted the metrics; else all columns but the key. Throws a CommandError that names the file, the row and the column. */
export const readOutcomes = (file: string, wanted: readonly string[]): Outcomes => {
  const read = readRows(file)
  const columns = new Set(read.slice(0, 1000).flatMap((row) => Object.keys(row)))
  const key = KEYS.find((name) => columns.has(name))
  if (key === undefined)
    throw refuse(`${file} has no column ${KEYS.join(', ')}`, 'one of them says whose the outcomes are')
  const metrics =
    wanted.length > 0
      ? [...wanted]
      : [...columns].filter((name) => !(KEYS as readonly string[]).includes(name))
  const missing = metrics.find((name) => !columns.has(name))
  if (missing !== undefined || metrics.length === 0)
    throw refuse(
      `${file} has no column ${missing ?? 'with a metric'}`,
      `its columns are ${[...columns].join(', ')}`,
    )
  const rows: Outcomes['rows'] = new Map()
  for (const [at, row] of read.entries()) {
    const id = row[key]
    if (id === undefined || id === null || id === '') throw refuse(`${file}: row ${at + 1} has no ${key}`)
    if (Number.isInteger(id) && !Number.isSafeInteger(id))
      throw refuse(
        `${file}: row ${at + 1}: ${key} is a number that JSON readers round (above 2^53)`,
        'write the ids as strings',
      )
    const values = metrics.map((name) => {
      const value = numberOf(row[name])
      if (value !== undefined) return value
      throw refuse(
        `${file}: row ${at + 1}: ${name} is ${JSON.stringify(row[name])}, not a number`,
        'name the metrics with --metric',
      )
    })
    const others = rows.get(String(id))
    if (others === undefined) rows.set(String(id), [values])
    else others.push(values)
  }
  return { key, metrics, rows, count: read.length }
}
