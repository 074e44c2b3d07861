import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { test } from 'tap'
import { eachLine } from '../../src/instances/lines.ts'

const linesOf = async (...chunks: (string | Buffer)[]): Promise<string[]> => {
  const stream = new PassThrough()
  const lines: string[] = []
  eachLine(stream, (line) => lines.push(line))
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await finished(stream)
  return lines
}

test('lines are whole, however they come', async (t) => {
  t.same(await linesOf('one\ntw', 'o\r\n\nthree'), ['one', 'two', '', 'three'])
  const [first, second] = [Buffer.from('für'), Buffer.from('\n')]
  t.same(await linesOf(first.subarray(0, 2), first.subarray(2), second), ['für'])
})

test('a line without an end is given in pieces', async (t) => {
  const lines = await linesOf(...Array.from({ length: 10 }, () => 'x'.repeat(100_000)))
  t.same(
    lines.map(({ length }) => length),
    [262_118, 262_118, 262_118, 213_646],
  )
})
