/** Outputs of a model, by the names that exporters give them. */

import { ServingError, StartupError } from '../../errors.ts'
import { elementCount, type Tensor } from '../../tensor/tensor.ts'
import { formatSpec, listNames } from '../../words.ts'
import { toNumbers } from '../task/numbers.ts'
import { isFloat } from '../task/target.ts'
import type { Outputs } from '../task/task.ts'
import type { Hub } from './hub.ts'

/** An output with the shape that its task needs: numbers where that is known, for a reason that messages give. */
export type Wanted = { name: string; dims: readonly (number | string)[]; why?: string | undefined }

/**
 * The output of this name, else the only one of floats.
 * @param dims its shape, with names for what may be any size
 * @throws StartupError if there is none, or it has another shape
 */
export const requireOutput = ({ model }: Hub, name: string, dims: Wanted['dims'], why?: string): Wanted => {
  const { outputs } = model.signature
  const floats = outputs.filter(isFloat)
  const spec = outputs.find((output) => output.name === name) ?? (floats.length === 1 ? floats[0] : undefined)
  if (spec === undefined)
    throw new StartupError(
      `the task needs an output "${name}", and the model has ${listNames(outputs.map((output) => output.name))}`,
    )
  const wanted = { name: spec.name, dims, why }
  const misfit = misfitOf(spec.dims, wanted)
  if (misfit !== undefined || !isFloat(spec))
    throw new StartupError(`output ${spec.name}: expected ${misfit ?? 'floats'}, found ${formatSpec(spec)}`)
  return wanted
}

/** A dimension of the model's that is free may turn out to fit. */
const misfitOf = (found: readonly (number | string)[], { dims, why }: Wanted): string | undefined => {
  const fits =
    found.length === dims.length &&
    dims.every(
      (dim, axis) => typeof dim === 'string' || typeof found[axis] === 'string' || dim === found[axis],
    )
  return fits ? undefined : `[${dims.join(', ')}]${why === undefined ? '' : ` ${why}`}`
}

/** Why an output has as many classes as there are labels. */
export const forLabels = ({ model, labels }: Hub): string =>
  `for the ${labels.length} labels of ${model.labels === undefined ? 'id2label in config.json' : 'serving.yaml'}`

/**
 * The output of each part, which has one row.
 * @throws ServingError ERR_MODEL_FAILED if it has another shape than the task needs
 */
export const tensorsOf = (parts: readonly Outputs[], wanted: Wanted): Tensor[] =>
  parts.map(({ outputs }) => {
    const tensor = outputs.get(wanted.name) as Tensor
    const misfit = misfitOf(tensor.dims, wanted)
    if (misfit === undefined) return tensor
    throw new ServingError(
      'ERR_MODEL_FAILED',
      `output ${wanted.name}: expected ${misfit}, and the model gave ${formatSpec(tensor)}`,
    )
  })

/** The same as plain numbers, in row-major order. */
export const rowsOf = (parts: readonly Outputs[], wanted: Wanted): ArrayLike<number>[] =>
  tensorsOf(parts, wanted).map(toNumbers)

/** Nested lists of a tensor's numbers. */
export const toNested = (tensor: Tensor): unknown => {
  const values = toNumbers(tensor)
  const nest = (axis: number, start: number): unknown => {
    const size = tensor.dims[axis] as number
    const step = elementCount(tensor.dims.slice(axis + 1))
    if (axis === tensor.dims.length - 1)
      return Array.from((values as Float32Array).subarray(start, start + size))
    return Array.from({ length: size }, (_, index) => nest(axis + 1, start + index * step))
  }
  return tensor.dims.length === 0 ? values[0] : nest(0, 0)
}
