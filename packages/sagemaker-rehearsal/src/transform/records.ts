/** The records of an object in S3, and the requests that are made of them. Pure. */

export type SplitType = 'None' | 'Line' | 'RecordIO' | 'TFRecord'

/** What is wrong with the input of a job: the user's to mend. */
export class InputError extends Error {}

const NEWLINE = 0x0a

const lines = (body: Buffer): Buffer[] => {
  const found: Buffer[] = []
  let start = 0
  for (let end = body.indexOf(NEWLINE); end !== -1; end = body.indexOf(NEWLINE, start)) {
    found.push(body.subarray(start, end))
    start = end + 1
  }
  if (start < body.length) found.push(body.subarray(start))
  return found
}

/** How long the record at an offset is, with its frame; undefined where none begins. */
type Frame = (body: Buffer, at: number) => number | undefined

const RECORD_IO_MAGIC = 0xced7230a

/** MXNet's RecordIO: a magic number, a length in 29 bits, the data, and zeros up to a multiple of four. */
const recordIo: Frame = (body, at) => {
  if (at + 8 > body.length || body.readUInt32LE(at) !== RECORD_IO_MAGIC) return undefined
  const length = body.readUInt32LE(at + 4) & 0x1fffffff
  return 8 + Math.ceil(length / 4) * 4
}

/** TensorFlow's: a length in 64 bits and its checksum, the data and its checksum. */
const tfRecord: Frame = (body, at) =>
  at + 12 > body.length ? undefined : 12 + Number(body.readBigUInt64LE(at)) + 4

const framed = (body: Buffer, frame: Frame, name: string): Buffer[] => {
  const found: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const length = frame(body, at)
    if (length === undefined || at + length > body.length)
      throw new InputError(`Failed to parse the input as ${name} at byte ${at}`)
    found.push(body.subarray(at, at + length))
    at += length
  }
  return found
}

/** @throws InputError for what is not of that type */
export const recordsOf = (body: Buffer, splitType: SplitType): Buffer[] => {
  if (splitType === 'Line') return lines(body)
  if (splitType === 'RecordIO') return framed(body, recordIo, 'RecordIO')
  if (splitType === 'TFRecord') return framed(body, tfRecord, 'TFRecord')
  return [body]
}

/** The body of a request with these records, and of an answer with these: lines are joined by newlines, all else as it is. */
export const joined = (records: readonly Buffer[], splitType: SplitType): Buffer => {
  if (splitType !== 'Line') return Buffer.concat(records)
  const newline = Buffer.from('\n')
  return Buffer.concat(records.flatMap((record, at) => (at === 0 ? [record] : [newline, record])))
}

/**
 * Records that go into a request together: one, or as many as fit.
 *
 * @param mostBytes of a request; 0 for no bound
 * @throws InputError for a record that does not fit alone
 */
export const batched = (
  records: readonly Buffer[],
  { isMulti, mostBytes }: { isMulti: boolean; mostBytes: number },
): Buffer[][] => {
  const batches: Buffer[][] = []
  let bytes = 0
  for (const record of records) {
    if (mostBytes > 0 && record.length > mostBytes) throw new InputError('Too much data for max payload size')
    const last = batches.at(-1)
    const grown = bytes + 1 + record.length
    if (isMulti && last !== undefined && (mostBytes === 0 || grown <= mostBytes)) {
      last.push(record)
      bytes = grown
    } else {
      batches.push([record])
      bytes = record.length
    }
  }
  return batches
}
