import t from 'tap'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { aModel, decode, failure, input, THREE_FLOATS, tensor, withMaxRows } from './a-model.ts'

const TYPE = 'application/json'
const PERSON = aModel(input('age', 'float32', 'batch', 1), input('city', 'string', 'batch', 1))
const PEOPLE = {
  age: tensor('float32', [2, 1], Float32Array.of(39, Number.NaN)),
  city: tensor('string', [2, 1], ['Ulm', '']),
}
const X = tensor('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))

const read = async (body: unknown, model = PERSON): Promise<Record<string, Tensor | string>> => {
  const { inputs, form } = await decode(TYPE, JSON.stringify(body), model)
  return { form, ...Object.fromEntries(inputs) }
}
const refused = (body: unknown, model = PERSON) => failure(TYPE, JSON.stringify(body), model)

/** As pandas writes it with to_dict(orient="split"). */
const split = (columns: unknown[], data: unknown[]) => ({
  dataframe_split: { index: data.map((_, index) => index), columns, data },
})

t.test('columns go to the inputs by name, in any order, and null is a missing value', async (t) => {
  const expected = { form: 'rows', ...PEOPLE }
  t.strictSame(
    await read(
      split(
        ['city', 'age'],
        [
          ['Ulm', 39],
          [null, null],
        ],
      ),
    ),
    expected,
  ) // prettier-ignore
  const records = [
    { city: 'Ulm', age: 39 },
    { age: null, city: null },
  ] // prettier-ignore
  t.strictSame(await read({ dataframe_records: records }), expected)
  t.strictSame(await read({ instances: records }), expected)
  t.strictSame(await read({ inputs: { city: ['Ulm', null], age: [39, null] } }), {
    form: 'columns',
    ...PEOPLE,
  })
})

t.test('a single input takes the columns in their order, whatever they are called', async (t) => {
  const expected = { form: 'rows', x: X }
  t.strictSame(
    await read(
      split(
        ['c', 'a', 0],
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ),
      THREE_FLOATS,
    ),
    expected,
  ) // prettier-ignore
  const records = [
    { c: 1, a: 2, b: 3 },
    { b: 6, a: 5, c: 4 },
  ] // prettier-ignore
  t.strictSame(await read({ dataframe_records: records }, THREE_FLOATS), expected)
  t.strictSame(await read(split(['x'], [[[1, 2, 3]], [[4, 5, 6]]]), THREE_FLOATS), expected)
  const scalars = aModel(input('x', 'float32', 'batch'))
  t.strictSame(
    (await read(split(['anything'], [[1], [2]]), scalars)).x,
    tensor('float32', [2], Float32Array.of(1, 2)),
  )
})

t.test('thousands of records with a column each are read', async (t) => {
  const columns = Array.from({ length: 30 }, (_, index) => `c${index}`)
  const model = aModel(input('x', 'float32', 'batch', 30))
  const record = Object.fromEntries(columns.map((name) => [name, 1]))
  const { x } = await read({ dataframe_records: Array.from({ length: 1000 }, () => record) }, model)
  t.match(x, { dims: [1000, 30] })
})

t.test('what does not fit is refused with its place', async (t) => {
  const cases: [unknown, RegExp][] = [
    [split(['age'], [[39]]), /dataframe_split.data: the columns: missing "city"/],
    [split(['age', 'town'], [[39, 'Ulm']]), /missing "city"; unknown "town"/],
    [split(['age', 'city', 'age'], [[39, 'Ulm', 1]]), /column "age" is there twice/],
    [
      split(['age', 'city'], [[39]]),
      /data\[0\]: expected a list of 2, one for each column, received a list of 1/,
    ],
    [
      split(['age', 'city'], [['x', 'Ulm']]),
      /input "age" at dataframe_split.data\[0\].age: expected a number/,
    ],
    [split(['age', 'city'], []), /no rows/],
    [{ dataframe_split: [1] }, /expected {"columns": \[…\], "data": \[…\]}/],
    [{ dataframe_split: { columns: [], data: [], dtype: 1 } }, /unknown key "dtype"/],
    [{ dataframe_records: { age: 1 } }, /expected a list, received an object/],
    [{ dataframe_records: [{ age: 1, city: 'a' }, { age: 1 }] }, /records\[1\]: column "city" is not in all/],
    [
      {
        dataframe_records: [
          { age: 1, city: 'a' },
          { age: 1, city: 'a', b: 1 },
        ],
      },
      /column "b" is not in all/,
    ],
    [{ dataframe_records: [5] }, /received 5|missing/],
    [{ instances: [{ age: 1 }] }, /instances\[0\]: missing "city"/],
  ]
  for (const [body, message] of cases) t.match(await refused(body), message)
  t.match(await refused({ dataframe_other: [] }), /^ERR_INVALID_BODY .* received the key "dataframe_other"/)
  t.match(
    await refused(split(['a', 'b'], [[1, 2]]), THREE_FLOATS),
    /expected a list of 3 .* received a list of 2/,
  )
  t.match(
    await refused(split(['a', 'b', 'c'], [[1], [2], [3]]), withMaxRows(THREE_FLOATS, 2)),
    /more than 2 rows/,
  )
})

t.test('records whose columns are called by numbers have an order only as 0, 1, 2', async (t) => {
  const records = (text: string) => `{"dataframe_records":[${text}]}`
  const one = { x: tensor('float32', [1, 3], Float32Array.of(1, 2, 3)) }
  const body = records('{"0":1,"1":2,"2":3}')
  t.strictSame(Object.fromEntries((await decode(TYPE, body, THREE_FLOATS)).inputs), one)
  for (const text of ['{"2":1,"1":2,"5":3}', '{"income":1,"2020":2,"2021":3}', '{"1":1,"2":2,"3":3}'])
    t.match(
      await failure(TYPE, records(text), THREE_FLOATS),
      /^ERR_INVALID_INPUT dataframe_records: the order of columns that are called by numbers, as "\d+", .*dataframe_split/,
    )
  t.strictSame(await read(split(['income', 2020, 2021], [[1, 2, 3]]), THREE_FLOATS), { form: 'rows', ...one })
  const year = aModel(input('x', 'float32', 'batch', 1))
  t.equal(await failure(TYPE, records('{"2020":1}'), year), 'none')
})
