/**
 * Whose fault is a run that fails? ONNX Runtime's Node binding throws plain errors that have the status' text and not its
 * code, so this is a judgement by the text: docs/errors.md says by which rules. Texts are those of ONNX Runtime 1.30.
 */

import type { NamedTensors } from '../tensor/tensor.ts'
import { isDeviceFault } from './engine/device-fault.ts'

/** What no input is to blame for, whatever else the text says; nor is it for a device that fails. */
const OWN_FAULT = /bad_alloc|alloc(?:at|\b)|not implemented|NOT_IMPLEMENTED/i

/** What ONNX Runtime says of the tensors that it is given, before it runs the first node. */
const BEFORE_THE_RUN =
  /^(?:Invalid rank for input|Got invalid dimensions for input|Unexpected input data type)/

/** What an operator says of the values or the shapes that reach it. */
const BY_AN_OPERATOR = [
  /out of (?:data )?bounds?|out of range|invalid index/i,
  /mismatch|must match|must have shape|not match|incompatible|inconsistent/i,
  /broadcast|cannot be reshaped|invalid (?:input )?(?:shape|dimension|rank|value|argument)|INVALID_ARGUMENT/i,
  /dimension is negative|shape\.Size\(\) must be|Dimension of input \d+ must be/i,
  /Status Message: sto(?:d|f|i|l|ll|ul|ull)\s*$/,
  /(?:must|should|can ?not|value) (?:not )?be (?:non-negative|positive|negative|greater|less|zero|0)|cannot be 0|is negative/i,
  /exceeds the remaining size/,
  /Unknown Category/,
]

/** True if ONNX Runtime's error names a value or a shape of the input, or if the input has a dimension of 0. */
export const isRejection = (text: string, inputs: NamedTensors): boolean => {
  if (OWN_FAULT.test(text) || isDeviceFault(text)) return false
  if (BEFORE_THE_RUN.test(text)) return true
  if (!text.startsWith('Non-zero status code returned while running ')) return false
  // The text may hold the source's path and an operator's C++ types; they come before what is said.
  if (BY_AN_OPERATOR.some((pattern) => pattern.test(text))) return true
  return [...inputs.values()].some(({ data }) => data.length === 0)
}
