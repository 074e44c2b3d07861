import fc from 'fast-check'
import t from 'tap'
import { parseMediaType } from '../../../src/worker/codec/media-type.ts'
import { MEDIA_TYPES } from '../../../src/worker/task/media-types.ts'

const { codecs, findDecoder, negotiate } = MEDIA_TYPES

const JSON_TYPE = 'application/json'

const chosen = (accept: string | undefined, defaultAccept = JSON_TYPE): string | undefined => {
  try {
    return negotiate(accept, defaultAccept).mediaTypes[0]
  } catch (error) {
    return (error as { code: string }).code
  }
}

t.test('every media type belongs to one codec', async (t) => {
  const types = codecs.flatMap((codec) => codec.mediaTypes)
  t.equal(new Set(types).size, types.length)
})

t.test('the decoder is found by the type alone', async (t) => {
  for (const type of codecs.filter((codec) => codec.decode).flatMap((codec) => codec.mediaTypes)) {
    t.ok(findDecoder(parseMediaType(`${type.toUpperCase()}; charset=utf-8`)).mediaTypes.includes(type))
  }
})

t.test('another type is refused with the types that are supported', async (t) => {
  t.throws(() => findDecoder(parseMediaType('text/html')), {
    code: 'ERR_UNSUPPORTED_MEDIA_TYPE',
    message: /"text\/html" is not supported; send application\/json, .*text\/csv.*application\/x-npy/,
  })
  t.throws(() => findDecoder(parseMediaType('application/x-www-form-urlencoded')), {
    message: /form-data, as curl does with -H 'Content-Type: …'$/,
  })
  t.throws(() => findDecoder({ type: '__proto__', parameters: {} }), { code: 'ERR_UNSUPPORTED_MEDIA_TYPE' })
})

t.test('without a wish the default is written', async (t) => {
  for (const accept of [undefined, '', ' ', '*/*', '*/*;q=0.1']) {
    t.equal(chosen(accept), JSON_TYPE)
    t.equal(chosen(accept, 'text/csv'), 'text/csv')
    t.equal(chosen(accept, 'text/csv; charset=utf-8, application/json;q=0.5'), 'text/csv')
  }
})

t.test('a wildcard subtype prefers the default if that fits', async (t) => {
  t.equal(chosen('application/*'), JSON_TYPE)
  t.equal(chosen('application/*', 'application/x-npy'), 'application/x-npy')
  t.equal(chosen('application/*', 'text/csv'), JSON_TYPE)
  t.equal(chosen('text/*'), 'text/csv')
})

t.test('the best quality wins, zero excludes', async (t) => {
  t.equal(chosen('text/csv;q=0.5, application/x-npy'), 'application/x-npy')
  t.equal(chosen('text/html, text/csv;q=0.2'), 'text/csv')
  t.equal(chosen('application/json;q=0, */*;q=0.5'), 'application/jsonlines')
  t.equal(chosen('text/csv, */*'), 'text/csv')
  t.equal(chosen('*/*;q=0'), 'ERR_NOT_ACCEPTABLE')
})

t.test('parameters, case and white space do not matter', async (t) => {
  t.equal(chosen('Text/CSV; header=absent; q=0.9'), 'text/csv')
  t.equal(chosen('application/jsonlines;data=text'), 'application/jsonlines')
  t.equal(chosen('text/csv;a="x,y;q=0";q=0.5, application/json;q=0.4'), 'text/csv')
})

t.test('white space around a quality does not matter', async (t) => {
  for (const space of ['', ' ', '\t', '  ']) {
    const header = (csv: string, json: string) =>
      `text/csv${space};${space}q=${csv}${space},${space}application/json${space};${space}q=${json}`
    t.equal(chosen(header('0.1', '0.9')), JSON_TYPE)
    t.equal(chosen(header('0.9', '0.1')), 'text/csv')
    t.equal(chosen(header('0', '0.1')), JSON_TYPE)
    t.equal(chosen(header('0', '0')), 'ERR_NOT_ACCEPTABLE')
  }
  t.equal(chosen('application/json; q=0'), 'ERR_NOT_ACCEPTABLE')
  t.equal(chosen('text/csv; q=0, */*'), JSON_TYPE)
  t.equal(chosen('application/json; q=0, */*; q=0.1'), 'application/jsonlines')
  t.equal(chosen('text/csv; Q=0.1, application/json; Q=0.9'), JSON_TYPE)
  t.equal(chosen('text/csv; q="0.1", application/json; q=0.9'), JSON_TYPE)
  t.equal(chosen('text/csv; q=x, application/x-npy; q=0.1'), 'application/x-npy', 'no quality is none')
})

t.test('what clients send is understood', async (t) => {
  const cases: [client: string, accept: string, written: string][] = [
    ['curl, Python requests, boto3', '*/*', JSON_TYPE],
    [
      'a browser',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
      JSON_TYPE,
    ],
    ['Java HttpURLConnection', 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', JSON_TYPE],
    ['axios, Angular', 'application/json, text/plain, */*', JSON_TYPE],
    ['the SageMaker SDK: NumpyDeserializer', 'application/x-npy', 'application/x-npy'],
    ['the SageMaker SDK: CSVDeserializer', 'text/csv', 'text/csv'],
    ['the SageMaker SDK: PandasDeserializer', 'text/csv, application/json', 'text/csv'],
    ['the SageMaker SDK: JSONLinesDeserializer', 'application/jsonlines', 'application/jsonlines'],
    ['a batch transform of a built-in algorithm', 'application/json; verbose=True', JSON_TYPE],
    ['a spreadsheet', 'text/csv; charset=utf-8; header=present', 'text/csv'],
  ]
  for (const [client, accept, written] of cases) t.equal(chosen(accept), written, client)
})

t.test('an alias is answered with the name that the codec goes by', async (t) => {
  t.equal(chosen('application/x-ndjson'), 'application/jsonlines')
})

t.test('what cannot be written is named, with what can', async (t) => {
  t.throws(() => negotiate('image/png', JSON_TYPE), {
    code: 'ERR_NOT_ACCEPTABLE',
    message: /"image\/png" allows none of application\/json, application\/jsonlines/,
  })
  t.equal(chosen('multipart/form-data'), 'ERR_NOT_ACCEPTABLE')
  t.equal(chosen(undefined, 'image/png'), 'ERR_NOT_ACCEPTABLE')
  t.equal(chosen(';;,,'), 'ERR_NOT_ACCEPTABLE')
  t.throws(() => negotiate('x'.repeat(20_000), JSON_TYPE), { message: /^.{1,300}$/ })
  t.equal(chosen(`${'a/b,'.repeat(5000)}text/csv`), 'text/csv')
})

t.test('no Accept header makes it fail in another way', async () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a*/;=,. "\\q01]*$/)), (accept) => {
      const type = chosen(accept)
      return type !== undefined && (type.includes('/') || type === 'ERR_NOT_ACCEPTABLE')
    }),
    { numRuns: 2000 },
  )
})
