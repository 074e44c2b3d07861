import t from 'tap'
import { atPath } from '../../../scripts/deploy/json-path.ts'

const VALUE = { label: 'cat', predictions: [{ score: 0.5 }, { 'a key': null }], length: 3 }

t.test('keys, indices and quoted keys lead to the value', async (t) => {
  t.strictSame(atPath(VALUE, '$'), [VALUE])
  t.strictSame(atPath(VALUE, '$.label'), ['cat'])
  t.strictSame(atPath(VALUE, '$.predictions[0].score'), [0.5])
  t.strictSame(atPath(VALUE, "$.predictions[1]['a key']"), [null])
  t.strictSame(atPath(VALUE, '$["length"]'), [3])
  t.strictSame(atPath([[1, 2]], '$[0][1]'), [2])
})

t.test('a path that leads nowhere, or is none, finds nothing', async (t) => {
  for (const path of [
    '$.no',
    '$.label.length',
    '$.predictions[2]',
    '$.predictions.length',
    '$.toString',
    '$..label',
    '$.label!',
  ]) {
    t.strictSame(atPath(VALUE, path), [], path)
  }
})
