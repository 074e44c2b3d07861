import t from 'tap'
import type { TensorSpec } from '../../src/model/signature.ts'
import { rowBytes } from '../../src/worker/load.ts'

const bytes = (...inputs: Omit<TensorSpec, 'name'>[]) =>
  rowBytes({ inputs: inputs.map((spec, index) => ({ name: `${index}`, ...spec })) })

t.test('The bytes of a row are those of all inputs', async (t) => {
  t.equal(bytes({ type: 'float32', dims: ['batch', 3] }, { type: 'int64', dims: ['batch'] }), 20)
  t.equal(bytes({ type: 'float16', dims: [1, 3, 8, 8] }), 384)
  t.equal(bytes({ type: 'bool', dims: [] }), 1)
  t.equal(bytes({ type: 'float32', dims: [4, 3] }), 48, 'rows that are fixed are one run')
})

t.test('They are not known where a size is free or an element has none', async (t) => {
  t.equal(bytes({ type: 'float32', dims: ['batch', 'n'] }), undefined)
  t.equal(bytes({ type: 'string', dims: ['batch', 3] }), undefined)
})
