import t from 'tap'
import { fillLeftOut } from '../../../src/worker/task/left-out.ts'
import { validateInputs } from '../../../src/worker/task/validate.ts'
import { aModel, decode, failure, input, THREE_FLOATS, tensor } from '../codec/a-model.ts'

const NAMES = ['input_ids', 'attention_mask', 'token_type_ids']
const BERT = aModel(...NAMES.map((name) => input(name, 'int64', 'batch', 'sequence')))
const JSON_TYPE = 'application/json'

const bigints =
  (...dims: [number, number]) =>
  (...values: number[]) =>
    tensor('int64', dims, BigInt64Array.from(values, BigInt))

/** As the task reads a request: decoded, filled and checked. */
const read = async (body: unknown, model = BERT, type = JSON_TYPE) => {
  const { inputs } = await decode(type, typeof body === 'string' ? body : JSON.stringify(body), model)
  return Object.fromEntries(validateInputs(fillLeftOut(inputs, model.signature), model.signature, 10).inputs)
}

const UNEVEN = [
  [101, 7, 102],
  [101, 102],
]
const of = bigints(2, 3)
const PADDED = {
  input_ids: of(101, 7, 102, 101, 102, 0),
  attention_mask: of(1, 1, 1, 1, 1, 0),
  token_type_ids: of(0, 0, 0, 0, 0, 0),
}

t.test('rows of uneven length are padded, and the mask that was left out says where', async (t) => {
  const rows = UNEVEN.map((input_ids) => ({ input_ids }))
  t.strictSame(await read({ instances: rows }), PADDED)
  t.strictSame(await read({ inputs: { input_ids: UNEVEN } }), PADDED)
  t.strictSame(
    await read(rows.map((row) => JSON.stringify(row)).join('\n'), BERT, 'application/jsonlines'),
    PADDED,
  )
  const whole = UNEVEN.map((input_ids) => ({
    input_ids,
    attention_mask: input_ids.map(() => 1),
    token_type_ids: input_ids.map(() => 0),
  }))
  t.strictSame(await read(whole), PADDED, 'a mask that was sent is padded with 0')
})

t.test('what was left out is 1 in the mask and 0 among the types', async (t) => {
  const one = bigints(1, 3)
  const expected = { input_ids: one(101, 7, 102), attention_mask: one(1, 1, 1), token_type_ids: one(0, 0, 0) }
  t.strictSame(await read([{ input_ids: [101, 7, 102] }]), expected)
  t.strictSame(await read([{ input_ids: [101, 7, 102], token_type_ids: [0, 0, 0] }]), expected)
})

t.test('a mask is not made up for ids that look padded', async (t) => {
  await t.rejects(read([{ input_ids: [101, 102, 0] }]), {
    message: /row 0 of input_ids ends in the id 0, .*send attention_mask too/,
  })
  await t.rejects(read([{ input_ids: [0, 9, 2, 1, 1] }]), { message: /ends in the id 1 twice/ })
  t.ok(await read([{ input_ids: [0, 9, 2, 1, 1], attention_mask: [1, 1, 1, 0, 0] }]))
})

t.test('inputs whose rows are uneven in other ways than the ids are refused', async (t) => {
  const rows = [
    { input_ids: [1, 2, 3], attention_mask: [1, 1, 1], token_type_ids: [0, 0, 0] },
    { input_ids: [1, 2], attention_mask: [1], token_type_ids: [0, 0] },
  ]
  t.match(
    await failure(JSON_TYPE, JSON.stringify(rows), BERT),
    'ERR_INVALID_INPUT input "attention_mask" at body[1] has 1 elements, but "input_ids" has 2',
  )
  const other = [{ input_ids: [1, 2] }, { input_ids: [1, 2], attention_mask: [1, 1] }]
  t.match(
    await failure(JSON_TYPE, JSON.stringify(other), BERT),
    /body\[1\] has 2 of the inputs, the rows before it 1/,
  )
  t.match(await failure(JSON_TYPE, JSON.stringify(other.reverse()), BERT), /body\[1\] has 1 of the inputs/)
})

t.test('padding is bounded: a long row beside many short ones', async (t) => {
  const rows = [...Array.from({ length: 50_000 }, () => [1]), Array.from({ length: 50_000 }, () => 1)]
  const before = process.memoryUsage().arrayBuffers
  t.match(
    await failure(JSON_TYPE, JSON.stringify({ inputs: { input_ids: rows } }), BERT),
    /^ERR_INVALID_INPUT 50001 rows padded to the longest, of 50000, have more than 4194304 elements/,
  )
  t.ok(process.memoryUsage().arrayBuffers - before < 50e6)
})

t.test('without a mask, uneven rows are refused, and nothing else is left out', async (t) => {
  const open = aModel(input('input_ids', 'int64', 'batch', 'n'))
  t.match(
    await failure(JSON_TYPE, JSON.stringify(UNEVEN), open),
    'ERR_INVALID_INPUT input "input_ids" at body[1]: expected a list of 3 for int64[batch,n], received a list of 2; ' +
      'the rows of a request have one length, that of the first: send others by themselves',
  )
  t.match(await failure(JSON_TYPE, '[{"attention_mask":[1]}]', BERT), /missing "input_ids"; the model takes/)
  const odd = aModel(input('x', 'int64', 'batch', 'n'), input('attention_mask', 'int64', 'batch', 'n'))
  t.match(await failure(JSON_TYPE, '[{"x":[1]}]', odd), /missing "attention_mask"/)
  t.match(await failure(JSON_TYPE, '[[1,2,3],[1,2]]', THREE_FLOATS), /received a list of 2$/)
})
