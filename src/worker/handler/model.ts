/** An ONNX model as the model's own code sees it. */

import { ServingError } from '../../errors.ts'
import type { Model as HandlerModel, Inputs, Outputs } from '../../handler-types.ts'
import type { Model } from '../../model/model.ts'
import { requireInputNames } from '../../model/names.ts'
import type { TensorSpec } from '../../model/signature.ts'
import { canCast, cast } from '../../tensor/cast.ts'
import { DATA_TYPES, isDataType, type TensorData } from '../../tensor/data-type.ts'
import { elementCount, type NamedTensors, type Tensor } from '../../tensor/tensor.ts'
import { formatSpec, quote } from '../../words.ts'
import { columnsToTensors } from '../codec/json-rows.ts'
import type { Session } from '../engine/session.ts'
import { isRejection } from '../rejection.ts'
import { validateInputs } from '../task/validate.ts'

const TYPE_OF = new Map<unknown, string>([
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [Int8Array, 'int8'],
  [Int16Array, 'int16'],
  [Int32Array, 'int32'],
  [BigInt64Array, 'int64'],
  [Uint8Array, 'uint8'],
  [Uint16Array, 'uint16'],
  [Uint32Array, 'uint32'],
  [BigUint64Array, 'uint64'],
])

const invalid = (message: string): ServingError => new ServingError('ERR_INVALID_INPUT', message)

type Given = { type?: string; dims: readonly number[]; data: TensorData }

/** What code gives as the model's inputs. @throws ServingError ERR_INVALID_INPUT that names the input */
export const toTensors = (inputs: unknown, model: Model): NamedTensors => {
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs))
    throw invalid('the inputs of a model are an object by input name')
  const specs = model.signature.inputs
  requireInputNames(Object.keys(inputs), specs, 'inputs')
  return new Map(specs.map((spec) => [spec.name, toTensor((inputs as Inputs)[spec.name], spec, model)]))
}

const toTensor = (value: unknown, spec: TensorSpec, model: Model): Tensor => {
  const { dims, data, type } = (value ?? {}) as Given
  if (!Array.isArray(dims) || data === undefined) {
    const alone = { ...model, signature: { ...model.signature, inputs: [spec] } }
    return columnsToTensors({ [spec.name]: value }, alone).get(spec.name) as Tensor
  }
  const ofArray = TYPE_OF.get(data.constructor)
  // float16 and bool share their arrays with other types; a list of numbers has none.
  const from = type ?? (Array.isArray(data) || sharesArray(spec, ofArray) ? spec.type : ofArray)
  const place = `input ${quote(spec.name)}`
  if (from === undefined || !isDataType(from) || !canCast(from, spec.type))
    throw invalid(`${place}: expected ${formatSpec(spec)}, received values of ${from ?? 'an unknown type'}`)
  const { array } = DATA_TYPES[from]
  if (!Array.isArray(data) && !(data instanceof array))
    throw invalid(`${place}: data of ${from} is held in ${array.name}, received ${describe(data)}`)
  if (!dims.every((size) => Number.isInteger(size) && size >= 0) || elementCount(dims) !== data.length)
    throw invalid(`${place}: dims [${dims.join()}] do not multiply to the ${data.length} values of data`)
  const listed = Array.isArray(data) && spec.type !== 'string' ? fromList(data, spec, model) : data
  const result = cast(listed, from, spec.type)
  if ('misfit' in result)
    throw invalid(`${place}: value ${result.misfit} of data does not fit into ${spec.type}`)
  return { type: spec.type, dims, data: result.data }
}

const describe = (data: unknown): string => Object(data).constructor?.name ?? typeof data

const sharesArray = ({ type }: TensorSpec, array: string | undefined): boolean =>
  (type === 'float16' && array === 'uint16') || (type === 'bool' && array === 'uint8')

/** A flat list of numbers, read as JSON would be. */
const fromList = (data: readonly unknown[], spec: TensorSpec, model: Model): TensorData => {
  const flat: TensorSpec = { ...spec, dims: [''] }
  const alone = { ...model, signature: { ...model.signature, inputs: [flat] } }
  return columnsToTensors({ [spec.name]: data }, alone).get(spec.name)?.data as TensorData
}

export const toOutputs = (tensors: NamedTensors): Outputs => Object.fromEntries(tensors)

/** Runs of one session follow one another, as ONNX Runtime's binding wants it. */
export const toHandlerModel = (model: Model, session: Session): HandlerModel => {
  // A run has exactly the shapes that it is given.
  const signature = { ...model.signature, rows: 'none' as const }
  let last: Promise<unknown> = Promise.resolve()
  const run = async (inputs: NamedTensors): Promise<Outputs> => {
    try {
      return toOutputs(await session.run(inputs))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw isRejection(reason, inputs)
        ? new ServingError('ERR_REJECTED_BY_MODEL', `the model rejects this input: ${reason}`)
        : new ServingError('ERR_MODEL_FAILED', `the model failed on this input: ${reason}`)
    }
  }
  return {
    inputs: signature.inputs,
    outputs: signature.outputs,
    run: async (given) => {
      const { inputs } = validateInputs(toTensors(given, model), signature, model.config.limits.maxRows)
      const running = last.then(() => run(inputs))
      last = running.catch(() => {})
      return running
    },
  }
}
