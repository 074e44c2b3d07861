/** Outputs that are no tensors are never left out in silence. */

import { StartupError } from '../../../errors.ts'
import type { ServingConfig } from '../../../model/serving-config.ts'
import type { Session } from '../session.ts'
import type { OnnxFile } from './read.ts'
import { describeType, type ValueType } from './types.ts'

const WITHOUT_MAPS = "export it without (skl2onnx: options={'zipmap': False}, onnxmltools: zipmap=False)"

/** @throws StartupError that names one, unless serving.yaml says which output is wanted, and that is a tensor */
export const refuseOtherOutputs = (
  { otherOutputs, signature }: Pick<Session, 'otherOutputs' | 'signature'>,
  { postprocess }: ServingConfig,
  onnx: Pick<OnnxFile, 'outputs'> | undefined,
): void => {
  const [name] = otherOutputs ?? []
  if (name === undefined || signature.outputs.some((output) => output.name === postprocess.output)) return
  const type = onnx?.outputs.find((output) => output.name === name)?.type
  const [tensor] = signature.outputs
  const remedies = [
    isOfMaps(type)
      ? WITHOUT_MAPS
      : 'export it with tensors as outputs, e.g. a sequence stacked by ConcatFromSequence',
    ...(tensor
      ? [`or say which output is wanted in serving.yaml, e.g. "postprocess: {output: ${tensor.name}}"`]
      : []),
  ]
  throw new StartupError(
    `output "${name}" is no tensor but a ${type ? describeType(type) : 'sequence, a map or an optional value'}: ${remedies.join(', ')}`,
  )
}

const isOfMaps = (type: ValueType | undefined): boolean => {
  if (type === undefined || type.kind === 'unknown') return false
  return type.kind === 'map' || ('of' in type && isOfMaps(type.of))
}
