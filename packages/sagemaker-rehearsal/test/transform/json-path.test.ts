import t from 'tap'
import { evaluateJsonPath, parseJsonPath } from '../../src/transform/json-path.ts'

const at = (value: unknown, path: string) => evaluateJsonPath(value, parseJsonPath(path))

t.test('SageMaker’s part of JSONPath', async (t) => {
  const record = { id: 7, 'two words': 'x', features: [1, 2, 3], deep: { a: { n: 1 }, b: { n: 2 } } }
  t.equal(at(record, '$'), record)
  t.equal(at(record, '$.id'), 7)
  t.equal(at(record, "$['two words']"), 'x')
  t.strictSame(at(record, "$['id','features']"), { id: 7, features: [1, 2, 3] })
  t.strictSame(at(record, "$.deep.['a','b']"), record.deep)
  t.strictSame(at(record, '$.deep.*'), [{ n: 1 }, { n: 2 }])
  t.strictSame(at(record, '$.deep.*.n'), [1, 2])
  t.equal(at(record, '$.features[-1]'), 3)
  const row = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  t.equal(at(row, '$[1]'), 'b')
  t.strictSame(at(row, '$[1,3,5]'), ['b', 'd', 'f'])
  t.strictSame(at(row, '$[1:4]'), ['b', 'c', 'd', 'e'], 'with its end, as the developer guide has it')
  t.strictSame(at(row, '$[5:]'), ['f', 'g'])
  t.strictSame(at(row, '$[:1]'), ['a', 'b'])
  t.strictSame(at(row, '$[0,5:]'), ['a', 'f', 'g'], 'as in the API reference')
  t.strictSame(at(row, '$[0,-1]'), ['a', 'g'])
})

t.test('what is not there, and what is not supported', async (t) => {
  for (const [value, path] of [
    [{}, '$.x'],
    [[1], '$[1]'],
    [[1], '$[-2]'],
    [{}, '$[0]'],
    [5, '$.*'],
    [[1], "$['length']"],
    [{}, "$['__proto__']"],
  ] as const)
    t.throws(() => at(value, path), /there is no/, path)
  for (const path of ['x', '$..x', '$[?(@.x)]', '$.x.length()', '$[', '$.', '$[a]'])
    t.throws(() => parseJsonPath(path), /JSONPath/, path)
})
