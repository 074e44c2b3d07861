/** application/jsonlines: a row on each line, both ways. */

import type { Model } from '../model/model.ts'
import type { Codec, DecodedRequest, MediaType } from './codec.ts'
import { parseJson } from './json-parse.ts'
import { rowsToTensors } from './json-tensor.ts'
import { writeRows, writeWhole } from './json-write.ts'
import { requireUtf8 } from './text.ts'

const NEWLINE = 0x0a

type Line = { number: number; bytes: Uint8Array }

/** Lines that have more than white space on them; JSON has no line feed inside a string. */
const splitLines = (body: Uint8Array): Line[] => {
  const lines: Line[] = []
  let start = 0
  for (let number = 1; start < body.length; number++) {
    const found = body.indexOf(NEWLINE, start)
    const end = found === -1 ? body.length : found
    const bytes = body.subarray(start, end)
    if (bytes.some((byte) => byte > 0x20)) lines.push({ number, bytes })
    start = end + 1
  }
  return lines
}

const decode = (body: Uint8Array, mediaType: MediaType, model: Model): DecodedRequest => {
  requireUtf8(mediaType)
  const lines = splitLines(body)
  const rows = lines.map(({ bytes, number }) => parseJson(bytes, `Line ${number}`))
  return { inputs: rowsToTensors(rows, model, (row) => `line ${lines[row]?.number}`), form: 'rows' }
}

export const jsonLinesCodec: Codec = {
  mediaTypes: [
    'application/jsonlines',
    'application/x-ndjson',
    'application/x-jsonlines',
    'application/jsonl',
  ],
  decode,
  encode: (prediction) =>
    (prediction.byRow ? writeRows(prediction) : [writeWhole(prediction)]).map((line) => `${line}\n`).join(''),
}
