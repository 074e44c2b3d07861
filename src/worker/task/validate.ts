/** Does a request fit the model? Asked of every request before its tensors join a batch. */

import { ServingError } from '../../errors.ts'
import { requireRowsWithin, requireStringsWithin } from '../../model/limits.ts'
import { requireInputNames } from '../../model/names.ts'
import type { ModelSignature, RowMode, TensorSpec } from '../../model/signature.ts'
import { elementCount, type NamedTensors, type Tensor } from '../../tensor/tensor.ts'
import { formatSpec, quote } from '../../words.ts'

/**
 * The most that the free dimensions of an input without elements may multiply to, 0 left out: no bytes stand behind them,
 * and yet a model may make a value for each. Caches of decoders that are still empty have some ten thousand.
 */
const MAX_EMPTY = 2 ** 20

/**
 * Names that exporters give to every dimension of unknown size say nothing of two sizes: Paddle's "?", "-1", and the
 * "None" of Keras and onnxmltools. Only an identifier is a name.
 */
const NAMES_A_SIZE = /^(?!None$)[\p{L}_][\p{L}\p{N}_.:/-]*$/u

/**
 * The inputs in the model's order, and how many rows they have: their common first dimension, or 1 where the model has
 * no rows. Throws ServingError ERR_INVALID_INPUT that names the input, what it takes and what was received.
 */
export const validateInputs = (
  inputs: NamedTensors,
  signature: ModelSignature,
  maxRows: number,
): { rows: number; inputs: NamedTensors } => {
  if (inputs.size !== signature.inputs.length || !signature.inputs.every(({ name }) => inputs.has(name)))
    requireInputNames([...inputs.keys()], signature.inputs, 'inputs')
  const ordered: NamedTensors = new Map()
  const sizes = new Map<string, { size: number; input: string }>()
  for (const spec of signature.inputs) {
    const tensor = inputs.get(spec.name) as Tensor
    checkShape(tensor, spec, signature.rows)
    checkFreeDimensions(tensor, spec, sizes)
    checkEmpty(tensor, spec)
    ordered.set(spec.name, tensor)
  }
  const rows = signature.rows === 'none' ? 1 : commonRows(ordered)
  requireRowsWithin(rows, maxRows)
  if (signature.recurrent) requireSteps(ordered)
  const tensors = [...ordered.values()]
  requireStringsWithin(
    'string',
    tensors.reduce((sum, { type, data }) => sum + (type === 'string' ? data.length : 0), 0),
  )
  if (
    rows > 0 &&
    signature.rows !== 'none' &&
    tensors.length > 0 &&
    tensors.every(({ data }) => data.length === 0)
  )
    throw invalid(`the request has ${rows} rows without a single value`)
  if (rows === 0 && signature.rows === 'single')
    throw invalid('the request has no rows; the model takes one at a time')
  return { rows, inputs: ordered }
}

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

const checkShape = (tensor: Tensor, spec: TensorSpec, rows: RowMode): void => {
  const fits =
    tensor.type === spec.type &&
    tensor.dims.length === spec.dims.length &&
    spec.dims.every(
      (dim, axis) =>
        typeof dim === 'string' || dim === tensor.dims[axis] || (axis === 0 && rows === 'single'),
    )
  if (fits) return
  throw invalid(`input ${quote(spec.name)}: expected ${formatSpec(spec)}, received ${received(tensor)}`)
}

const received = ({ type, dims }: Tensor): string =>
  dims.length <= 8 ? formatSpec({ type, dims }) : `${type} of ${dims.length} dimensions`

/** A free dimension's name stands for one size in the whole request. `sizes` remembers what the inputs before have set. */
const checkFreeDimensions = (
  { dims }: Tensor,
  spec: TensorSpec,
  sizes: Map<string, { size: number; input: string }>,
): void => {
  spec.dims.forEach((name, axis) => {
    const size = dims[axis] as number
    if (typeof name !== 'string' || !NAMES_A_SIZE.test(name)) return
    const known = sizes.get(name)
    if (known === undefined) sizes.set(name, { size, input: spec.name })
    else if (known.size !== size) {
      throw invalid(
        `input ${quote(spec.name)}: dimension ${quote(name)} is ${size}, but ${known.size} in input ${quote(known.input)}`,
      )
    }
  })
}

/** Also keeps sizes that are no 64-bit integer, or whose product is none, from ONNX Runtime. */
const checkEmpty = ({ type, dims, data }: Tensor, spec: TensorSpec): void => {
  if (data.length > 0) return
  const claimed = elementCount(dims.filter((size, axis) => size > 0 && typeof spec.dims[axis] === 'string'))
  if (claimed <= MAX_EMPTY) return
  throw invalid(
    `input ${quote(spec.name)}: ${received({ type, dims, data })} holds no value, and its other dimensions multiply to ` +
      `more than ${MAX_EMPTY}`,
  )
}

const requireSteps = (inputs: NamedTensors): void => {
  for (const [name, tensor] of inputs)
    if (tensor.data.length === 0)
      throw invalid(
        `input ${quote(name)}: ${received(tensor)} holds no value; a recurrent network takes at least one step of one row`,
      )
}

const commonRows = (inputs: NamedTensors): number => {
  const counts = [...inputs].map(([name, { dims }]) => ({ name, rows: dims[0] ?? 0 }))
  const [first] = counts
  if (first === undefined) return 1
  const other = counts.find(({ rows }) => rows !== first.rows)
  if (other === undefined) return first.rows
  throw invalid(
    `input ${quote(other.name)} has ${other.rows} rows, but input ${quote(first.name)} has ${first.rows}`,
  )
}
