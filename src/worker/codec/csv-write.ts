/** Predictions to CSV after RFC 4180: a line for each row, the outputs' values side by side in row-major order. */

import { elementCount, type Tensor } from '../../tensor/tensor.ts'
import { readElement } from '../../tensor/values.ts'
import type { Encode, RankedLabel } from './codec.ts'
import { beginReply } from './json-write.ts'
import type { ReplyText } from './reply-text.ts'

export const writeCsv: Encode = (prediction, _form, maxBytes) => {
  const outputs = [...prediction.outputs]
  const { shown } = prediction
  const reply = beginReply(prediction, maxBytes)
  const rows = outputs[0]?.[1].dims[0] ?? 1
  // Outputs that do not count the same rows go on one line.
  const lines = outputs.every(([, { dims }]) => (dims[0] ?? 1) === rows) ? rows : 1
  const writers = outputs.map(([name, tensor]) => {
    const other = shown?.get(name)
    if (other === undefined || !('ranking' in other)) return rowWriter(tensor, lines, reply)
    return (line: number) => {
      const [start, end] = lines === 1 ? [0, rows] : [line, line + 1]
      for (let row = start; row < end; row++) {
        if (row > start) reply.add(',')
        reply.add(writeRanked(other.ranking(row)))
      }
    }
  })
  for (let line = 0; line < lines; line++) {
    writers.forEach((write, position) => {
      if (position > 0) reply.add(',')
      write(line)
    })
    reply.add('\n')
  }
  return reply.finish()
}

const rowWriter = (tensor: Tensor, lines: number, reply: ReplyText): ((line: number) => void) => {
  const width = lines === 0 ? 0 : elementCount(tensor.dims) / lines
  return (line) => {
    for (let column = 0; column < width; column++) {
      if (column > 0) reply.add(',')
      reply.add(cell(tensor, line * width + column, reply))
    }
  }
}

const cell = ({ type, data }: Tensor, index: number, reply: ReplyText): string => {
  const value = readElement(type, data, index)
  if (type !== 'string') return String(value)
  reply.expect((value as string).length)
  return quote(value as string)
}

const writeRanked = (ranking: readonly RankedLabel[]): string =>
  ranking.map(({ label, probability }) => `${quote(label)},${probability}`).join(',')

const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
