/** The columns of a table divided among a model's inputs. */

import { ServingError } from '../../errors.ts'
import type { TensorSpec } from '../../model/signature.ts'
import { elementCount, type NamedTensors } from '../../tensor/tensor.ts'
import { excerpt, formatSpec, quote } from '../../words.ts'
import { createGrowing, type Growing, grown } from './growing.ts'

/** The columns that one input takes, the shape of its rows, and what its rows held so far. */
export type Columns = { spec: TensorSpec; dims: readonly number[]; width: number; elements: Growing }

/** True if a row of the input is one value, so that its name is a column's. */
export const isOneColumn = ({ dims }: TensorSpec): boolean =>
  dims.length > 0 && dims.every((dim, axis) => axis === 0 || dim === 1)

/**
 * Divides the columns among the inputs, in their order.
 *
 * @param open how many columns a single input has that leaves its row's length open; else it is an error as others are
 * @param form what is read, for messages
 * @throws ServingError ERR_INVALID_INPUT for inputs whose rows have no fixed shape
 */
export const divideColumns = (inputs: readonly TensorSpec[], form: string, open?: number): Columns[] =>
  inputs.map((spec) => {
    const row = spec.dims.slice(1)
    const free = inputs.length === 1 && row.length === 1 ? open : undefined
    const dims = row.map((dim) => (typeof dim === 'number' ? dim : free))
    if (spec.dims.length === 0 || !dims.every((dim) => dim !== undefined)) {
      throw new ServingError(
        'ERR_INVALID_INPUT',
        `${form} cannot determine the shape of input ${quote(spec.name)} (${formatSpec(spec)}); send application/json`,
      )
    }
    return { spec, dims, width: elementCount(dims), elements: createGrowing(spec.type) }
  })

export const widthOf = (columns: readonly Columns[]): number =>
  columns.reduce((sum, { width }) => sum + width, 0)

/** For messages. */
export const describeColumns = (columns: readonly Columns[]): string =>
  excerpt(columns.map(({ spec }) => `${spec.name}: ${formatSpec(spec)}`).join(', '))

export const columnsToTensors = (columns: readonly Columns[], rows: number): NamedTensors =>
  new Map(
    columns.map(({ spec, dims, elements }) => [
      spec.name,
      { type: spec.type, dims: [rows, ...dims], data: grown(elements) },
    ]),
  )
