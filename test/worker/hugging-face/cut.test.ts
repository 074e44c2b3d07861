import { readFileSync } from 'node:fs'
import t from 'tap'
import { keptLengths, placesOf, type Strategy, windowsOf } from '../../../src/worker/hugging-face/cut.ts'
import type { Placed } from '../../../src/worker/hugging-face/tokenizer.ts'
import { cutWindows } from '../../../src/worker/hugging-face/windows.ts'
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

/** Tokens whose ids are their places. */
const placedIn = (sequences: (number | null)[]): Placed => ({
  ids: [...sequences.keys()],
  typeIds: sequences.map(() => 0),
  tokens: sequences.map(String),
  offsets: sequences.map(() => [0, 1]),
  words: sequences,
  sequences,
})

const NAMES = { limit: 'max_seq_len', overlap: 'doc_stride' }

t.test('each window has what stands around the text, and a question before it', async (t) => {
  const ids = (placed: Placed, limit: number, overlap: number) =>
    cutWindows(placed, limit, overlap, NAMES).map((window) => window.ids)
  t.strictSame(ids(placedIn([null, 0, 0, 0, 0, null]), 5, 2), [
    [0, 1, 2, 3, 5],
    [0, 2, 3, 4, 5],
  ])
  t.strictSame(ids(placedIn([null, 0, null, 1, 1, 1, null]), 6, 0), [
    [0, 1, 2, 3, 4, 6],
    [0, 1, 2, 5, 6],
  ])
})

t.test(
  'windows of more tokens together than a request may have are refused before they are made',
  async (t) => {
    const long = placedIn([null, ...Array<number>(5000).fill(0), null])
    t.equal(cutWindows(long, 384, 128, NAMES).length, 20)
    t.throws(() => cutWindows(long, 384, 381, NAMES), {
      code: 'ERR_INVALID_INPUT',
      message: /1048576 tokens/,
    })
  },
)
