/** application/jsonlines: a row on each line, both ways. */

import type { Model } from '../../model/model.ts'
import type { Codec, DecodedRequest, MediaType } from './codec.ts'
import { parseJson } from './json-parse.ts'
import { createRowReader } from './json-rows.ts'
import { beginReply, writeRows, writeWhole } from './json-write.ts'
import { decodeUtf8, requireUtf8 } from './text.ts'

/** True if a line has nothing but white space. */
const isBlank = (line: string): boolean => {
  for (let i = 0; i < line.length; i++) if (line.charCodeAt(i) > 0x20) return false
  return true
}

/** Line by line: JSON has no line feed inside a string, and only one line's values are in memory at a time. */
const decode = (body: Uint8Array, mediaType: MediaType, model: Model): DecodedRequest => {
  requireUtf8(mediaType)
  const text = decodeUtf8(body)
  let number = 0
  // Empty lines are no rows, so that messages cannot count the rows before them.
  let current = 0
  const reader = createRowReader(model, () => `line ${current}`)
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    const line = text.slice(start, end)
    start = end + 1
    number += 1
    if (isBlank(line)) continue
    current = number
    reader.add(parseJson(line, `line ${number}`, model.signature.inputs.length))
  }
  return { inputs: reader.finish(), form: 'rows' }
}

export const jsonLinesCodec: Codec = {
  mediaTypes: [
    'application/jsonlines',
    'application/x-ndjson',
    'application/x-jsonlines',
    'application/jsonl',
  ],
  extensions: { '.jsonl': 'application/jsonlines' },
  decode,
  encode: (prediction, _form, maxBytes) => {
    const reply = beginReply(prediction, maxBytes)
    if (prediction.byRow) writeRows(prediction, reply, '\n')
    else writeWhole(prediction, reply)
    const [first] = prediction.outputs.values()
    if (!prediction.byRow || first?.dims[0] !== 0) reply.add('\n')
    return reply.finish()
  },
}
