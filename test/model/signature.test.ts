import t from 'tap'
import { rowMode, type TensorSpec } from '../../src/model/signature.ts'
import { formatSpec } from '../../src/words.ts'

const spec = (...dims: (number | string)[]): TensorSpec => ({ name: 'x', type: 'float32', dims })

t.test('A spec is written with its type, its names and ? for a dimension without one', async (t) => {
  t.equal(formatSpec(spec('batch', 3, '', 224)), 'float32[batch,3,?,224]')
  t.equal(formatSpec({ type: 'string', dims: [] }), 'string[]')
})

t.test('Rows are dynamic if the first dimension is free everywhere, or 1 in an output', async (t) => {
  t.equal(rowMode([spec('n', 4)], [spec('n')]), 'dynamic')
  t.equal(rowMode([spec('n', 4), spec('', 2)], [spec('m', 3), spec('n', 1)]), 'dynamic')
  t.equal(
    rowMode([spec('n', 4)], [spec(1), spec('n', 3)]),
    'dynamic',
    'an output of 1 may be any number: a trial tells',
  )
})

t.test('Rows are single if the first dimension is 1 everywhere', async (t) => {
  t.equal(rowMode([spec(1, 4), spec(1)], [spec(1, 'boxes')]), 'single')
})

t.test('Anything else has no rows', async (t) => {
  t.equal(rowMode([spec('n', 4)], [spec(2, 2)]), 'none')
  t.equal(rowMode([spec(8, 4)], [spec(8)]), 'none')
  t.equal(rowMode([spec('n', 4), spec(3)], [spec('n')]), 'none')
  t.equal(rowMode([spec()], [spec()]), 'none')
  t.equal(rowMode([spec('n')], [spec()]), 'none')
  t.equal(rowMode([], [spec('n')]), 'none')
  t.equal(rowMode([spec('n')], []), 'none')
})
