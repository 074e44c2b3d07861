/** Predictions to CSV after RFC 4180: a line for each row, the outputs' values side by side in row-major order. */

import { elementCount, type Tensor } from '../tensor/tensor.ts'
import { readElement } from '../tensor/values.ts'
import type { Prediction, RankedLabel } from './codec.ts'

export const writeCsv = (prediction: Prediction): string => {
  const outputs = [...prediction.outputs.values()]
  const { byRow, ranked } = prediction
  // Outputs that do not count the same rows go on one line, unless there is but one, which has its own first dimension.
  const lines = byRow || outputs.length === 1 ? (outputs[0]?.dims[0] ?? 1) : 1
  const writers = outputs.map((tensor, position) =>
    position === 0 && ranked !== undefined
      ? (line: number) => writeRanked(lines === 1 ? ranked.flat() : (ranked[line] ?? []))
      : rowWriter(tensor, lines),
  )
  return Array.from(
    { length: lines },
    (_, line) => `${writers.map((write) => write(line)).join(',')}\n`,
  ).join('')
}

const rowWriter = (tensor: Tensor, lines: number): ((line: number) => string) => {
  const width = lines === 0 ? 0 : elementCount(tensor.dims) / lines
  return (line) => Array.from({ length: width }, (_, column) => cell(tensor, line * width + column)).join(',')
}

const cell = ({ type, data }: Tensor, index: number): string => {
  const value = readElement(type, data, index)
  return type === 'string' ? quote(value as string) : String(value)
}

const writeRanked = (ranking: readonly RankedLabel[]): string =>
  ranking.map(({ label, probability }) => `${quote(label)},${probability}`).join(',')

const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
