import t from 'tap'
import { createProcessor } from '../../src/transform/data-processing.ts'
import { batched, joined, recordsOf } from '../../src/transform/records.ts'

const texts = (records: readonly Buffer[]) => records.map(String)

t.test('lines', async (t) => {
  t.strictSame(texts(recordsOf(Buffer.from('a\nb\n'), 'Line')), ['a', 'b'])
  t.strictSame(texts(recordsOf(Buffer.from('a\n\nb'), 'Line')), ['a', '', 'b'])
  t.strictSame(recordsOf(Buffer.alloc(0), 'Line'), [])
  t.strictSame(texts(recordsOf(Buffer.from('a\nb\n'), 'None')), ['a\nb\n'])
})

t.test('RecordIO and TFRecord are split by their frames, which stay', async (t) => {
  const recordIo = (text: string) => {
    const head = Buffer.alloc(8)
    head.writeUInt32LE(0xced7230a, 0)
    head.writeUInt32LE(text.length, 4)
    return Buffer.concat([head, Buffer.from(text), Buffer.alloc((4 - (text.length % 4)) % 4)])
  }
  const tfRecord = (text: string) => {
    const head = Buffer.alloc(12)
    head.writeBigUInt64LE(BigInt(text.length), 0)
    return Buffer.concat([head, Buffer.from(text), Buffer.alloc(4)])
  }
  for (const [type, frame] of [
    ['RecordIO', recordIo],
    ['TFRecord', tfRecord],
  ] as const) {
    const records = ['hello', 'four', ''].map(frame)
    t.strictSame(recordsOf(Buffer.concat(records), type), records)
    t.throws(() => recordsOf(Buffer.concat(records).subarray(0, -6), type), /Failed to parse the input as/)
    t.throws(() => recordsOf(Buffer.from('no records, but long enough to be some'), type), /Failed to parse/)
  }
})

t.test('as many records as fit, and no more', async (t) => {
  const records = ['aaaa', 'bb', 'c', 'dddddddd'].map((text) => Buffer.from(text))
  const of = (mostBytes: number, isMulti = true) =>
    batched(records, { isMulti, mostBytes }).map((batch) => joined(batch, 'Line').toString())
  t.strictSame(of(9), ['aaaa\nbb\nc', 'dddddddd'])
  t.strictSame(of(8), ['aaaa\nbb', 'c', 'dddddddd'])
  t.strictSame(of(0), ['aaaa\nbb\nc\ndddddddd'])
  t.strictSame(of(9, false), ['aaaa', 'bb', 'c', 'dddddddd'])
  t.throws(() => of(7), /Too much data for max payload size/)
})

t.test('rows of CSV come out as they went in', async (t) => {
  const processor = createProcessor({ InputFilter: '$[0:]', JoinSource: 'Input' }, 'text/csv; charset=utf-8')
  for (const row of ['a,b', ',a', 'a,', '', ',', '"x, ""y""",2', ' "a" ,b', 'a"b,c'])
    t.equal(String(processor.filter(Buffer.from(row))), row, row)
  t.equal(String(processor.join(Buffer.from('1,"2"\r'), Buffer.from('0.5,x'))), '1,"2",0.5,x')
})

t.test('JSON that is no object gets one round it', async (t) => {
  const processor = createProcessor({ JoinSource: 'Input' }, 'application/json')
  t.equal(
    String(processor.join(Buffer.from('[1]'), Buffer.from('2'))),
    '{"SageMakerInput":[1],"SageMakerOutput":2}',
  )
})
