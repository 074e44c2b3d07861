/** Inputs of which a file does not even say how many dimensions they have: ONNX Runtime's binding calls them scalars. */

import type { ModelSignature } from '../../../model/signature.ts'
import { quote } from '../../../words.ts'
import type { OnnxFile } from './read.ts'

/** A line for each, with the way to have it otherwise. */
export const withoutShapes = (onnx: OnnxFile | undefined, { inputs }: ModelSignature): string[] =>
  (onnx?.inputs ?? [])
    .filter(({ type }) => type.kind === 'tensor' && type.dims === undefined)
    .filter(({ name }) => inputs.some((input) => input.name === name))
    .map(
      ({ name }) =>
        `the file does not say of what shape input ${quote(name)} is, so it is taken for a single value: export the model with a shape, in which free dimensions have names`,
    )
