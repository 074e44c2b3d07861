import { readFileSync } from 'node:fs'
import t from 'tap'
import { keptLengths, placesOf, type Strategy, windowsOf } from '../../../src/worker/hugging-face/cut.ts'
import { ROOT } from '../../fixtures/index.ts'

type Cut = { strategy: Strategy; lengths: [number, number]; room: number; kept: [number, number] | null }
type Windows = { length: number; size: number; overlap: number; windows: [number, number][] }

/** What tokenizers itself does, by make_cuts.py. */
const made: (Cut | Windows)[] = JSON.parse(
  readFileSync(`${ROOT}test/fixtures/hugging-face/cuts.json`, 'utf8'),
)

t.test('one text or two are cut as tokenizers cuts them, by each strategy', async (t) => {
  const cuts = made.filter((one): one is Cut => 'kept' in one)
  t.equal(cuts.length, 168)
  t.strictSame(
    cuts.filter(({ strategy, lengths, room, kept }) => {
      const own = keptLengths(lengths, room, strategy) ?? null
      return JSON.stringify(own) !== JSON.stringify(kept)
    }),
    [],
  )
})

t.test('windows overlap as those of tokenizers, and the last ends with the text', async (t) => {
  for (const { length, size, overlap, windows } of made.filter((one): one is Windows => 'windows' in one))
    t.strictSame(
      windowsOf(length, size, overlap).map(({ start, end }) => [start, end]),
      windows,
      `${length} in ${size} with ${overlap}`,
    )
})

t.test('what the tokenizer has added stays wherever it stands', async (t) => {
  const sequences = [null, 0, 0, 0, null, 1, 1, null]
  const ranges = [
    { start: 0, end: 2 },
    { start: 1, end: 2 },
  ]
  t.strictSame(placesOf(sequences, ranges), [0, 1, 2, 4, 6, 7])
})
