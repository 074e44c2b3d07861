/**
 * pandas' data frames as MLflow's scoring protocol sends them: `dataframe_split` and `dataframe_records`. The columns are the
 * inputs of one column each, by name in any order; a single input takes a row's columns in their order, whatever they are called.
 */

import { ServingError } from '../../errors.ts'
import { requireRowsWithin } from '../../model/limits.ts'
import type { Model } from '../../model/model.ts'
import { requireInputNames } from '../../model/names.ts'
import type { TensorSpec } from '../../model/signature.ts'
import type { NamedTensors } from '../../tensor/tensor.ts'
import { describe, quote } from '../../words.ts'
import { createRowReader, isObject } from './json-rows.ts'

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

/** The most columns that a row may name: the inputs, or those of a single input. */
export const columnCount = (inputs: readonly TensorSpec[]): number => {
  const [only, ...others] = inputs
  const width = only?.dims[1]
  return others.length === 0 && only?.dims.length === 2 && typeof width === 'number' ? width : inputs.length
}

/**
 * @param key `dataframe_split` or `dataframe_records`
 * @returns undefined for another key
 * @throws ServingError ERR_INVALID_INPUT
 */
export const readFrame = (key: string, frame: unknown, model: Model): NamedTensors | undefined => {
  if (key === 'dataframe_split') return readSplit(frame, model)
  return key === 'dataframe_records' ? readRecords(frame, model) : undefined
}

const readSplit = (frame: unknown, model: Model): NamedTensors => {
  if (!isObject(frame) || !Array.isArray(frame.columns) || !Array.isArray(frame.data))
    throw invalid('dataframe_split: expected {"columns": […], "data": […]}')
  const unknown = Object.keys(frame).find((name) => !['index', 'columns', 'data'].includes(name))
  if (unknown !== undefined) throw invalid(`dataframe_split: unknown key ${quote(unknown)}`)
  const columns = frame.columns.map(String)
  return readRows(columns, frame.data, model, 'dataframe_split.data', (row, place) => {
    if (Array.isArray(row) && row.length === columns.length) return row
    throw invalid(
      `${place}: expected a list of ${columns.length}, one for each column, received ${describe(row)}`,
    )
  })
}

/** The first record says which columns there are, in which order. */
const readRecords = (frame: unknown, model: Model): NamedTensors => {
  if (!Array.isArray(frame)) throw invalid(`dataframe_records: expected a list, received ${describe(frame)}`)
  const [first] = frame
  const columns = isObject(first) ? Object.keys(first) : []
  if (!areNamed(columns, model.signature.inputs)) requireOrder(columns)
  return readRows(columns, frame, model, 'dataframe_records', (row, place) => {
    if (!isObject(row)) throw invalid(`${place}: expected an object by column, received ${describe(row)}`)
    const odd =
      columns.find((name) => !Object.hasOwn(row, name)) ??
      (Object.keys(row).length > columns.length
        ? Object.keys(row).find((name) => !columns.includes(name))
        : undefined)
    if (odd !== undefined)
      throw invalid(`${place}: column ${quote(odd)} is not in all records; a missing value is null`)
    return columns.map((name) => row[name])
  })
}

/** Whether columns go to inputs by name, and not by their order. */
const areNamed = (columns: readonly string[], inputs: readonly TensorSpec[]): boolean =>
  inputs.length > 1 || (columns.length === 1 && columns[0] === inputs[0]?.name)

/** JavaScript puts members that are called by numbers first, by size: the order in the body is lost. 0, 1, 2, … say theirs. */
const requireOrder = (columns: readonly string[]): void => {
  const number = columns.find((name) => /^(0|[1-9]\d{0,9})$/.test(name))
  if (number === undefined || columns.length === 1 || columns.every((name, index) => name === String(index)))
    return
  throw invalid(
    `dataframe_records: the order of columns that are called by numbers, as ${quote(number)}, is not known; send dataframe_split`,
  )
}

const readRows = (
  columns: readonly string[],
  rows: readonly unknown[],
  model: Model,
  name: string,
  toCells: (row: unknown, place: string) => readonly unknown[],
): NamedTensors => {
  const { inputs } = model.signature
  requireRowsWithin(rows.length, model.config.limits.maxRows)
  const byName = areNamed(columns, inputs)
  if (byName) requireInputNames(columns, inputs, `${name}: the columns`)
  const twice = byName ? columns.find((column, index) => columns.indexOf(column) < index) : undefined
  if (twice !== undefined) throw invalid(`${name}: the column ${quote(twice)} is there twice`)
  const reader = createRowReader(model, (row) => `${name}[${row}]`)
  rows.forEach((row, index) => {
    const cells = toCells(row, `${name}[${index}]`)
    if (byName) reader.add(Object.fromEntries(columns.map((column, at) => [column, cells[at]])))
    else reader.add(cells.length === 1 ? cells[0] : cells)
  })
  return reader.finish()
}
