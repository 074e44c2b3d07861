/** Inputs and outputs that no request or reply can hold, by name, before ONNX Runtime says less about them. */

import { StartupError } from '../../../errors.ts'
import { isDataType } from '../../../tensor/data-type.ts'
import { quote } from '../../../words.ts'
import type { OnnxFile, Value } from './read.ts'
import { describeType, type ValueType } from './types.ts'

const remedyOf = (type: ValueType): string =>
  type.kind === 'tensor'
    ? 'export the model with float32 or float16 there, e.g. with a Cast at each end, or after `model.float()` in torch'
    : 'export the model with tensors there, e.g. a sequence of tensors stacked into one, and an optional value always given'

/** An output that is no tensor may be left out, which serving.yaml says. */
const find = ({ inputs, outputs, initializers }: Pick<OnnxFile, 'inputs' | 'outputs' | 'initializers'>) => {
  const isSupported = ({ type }: Value): boolean => type.kind === 'tensor' && isDataType(type.element)
  const input = inputs.find((value) => !initializers.has(value.name) && !isSupported(value))
  if (input !== undefined) return { value: input, place: 'input' }
  const output = outputs.find((value) => value.type.kind === 'tensor' && !isSupported(value))
  return output && { value: output, place: 'output' }
}

/** @throws StartupError that names one, its type, and what to export instead */
export const refuseUnsupportedTypes = (
  onnx: Pick<OnnxFile, 'inputs' | 'outputs' | 'initializers'> | undefined,
): void => {
  const found = onnx && find(onnx)
  if (found === undefined) return
  const { value, place } = found
  // A type that says nothing of its elements is ONNX Runtime's to judge.
  if (value.type.kind === 'unknown' || (value.type.kind === 'tensor' && value.type.element === 'undefined'))
    return
  throw new StartupError(
    `${place} ${quote(value.name)} is of type ${describeType(value.type)}, which is not supported: ${remedyOf(value.type)}`,
  )
}
