/** The query protocol's forms and documents. */

import t from 'tap'
import { AwsError } from '../../src/aws-error.ts'
import { parseQuery, queryError, queryReply } from '../../src/protocols/query.ts'

t.test('a form becomes lists and objects', async (t) => {
  const form =
    'Action=PutMetricData&Version=2010-08-01&Namespace=mine' +
    '&MetricData.member.2.MetricName=b&MetricData.member.1.MetricName=a' +
    '&MetricData.member.1.Dimensions.member.1.Name=x&MetricData.member.10.MetricName=j'
  t.strictSame(parseQuery(form), {
    action: 'PutMetricData',
    input: {
      Namespace: 'mine',
      MetricData: [
        { MetricName: 'a', Dimensions: [{ Name: 'x' }] },
        { MetricName: 'b' },
        { MetricName: 'j' },
      ],
    },
  })
})

t.test('names of the language stay names', async (t) => {
  const { input } = parseQuery('Action=A&__proto__.polluted=1&constructor.prototype.polluted=1')
  t.equal(({} as Record<string, unknown>).polluted, undefined)
  t.ok(Object.hasOwn(input as object, '__proto__') || Object.hasOwn(input as object, 'constructor'))
})

t.test('deep nesting is refused', async (t) => {
  t.throws(() => parseQuery(`Action=A&${'a.'.repeat(50)}b=1`), { code: 'MalformedInput' })
})

t.test('an answer is XML with its text escaped; lists have members, and dates are ISO 8601', async (t) => {
  const { body } = queryReply('Get', { Names: ['<a>', 'b&c'], At: new Date(0), None: undefined }, 'urn:x')
  t.match(
    body,
    '<GetResponse xmlns="urn:x"><GetResult><Names><member>&lt;a&gt;</member><member>b&amp;c</member></Names>',
  )
  t.match(body, '<At>1970-01-01T00:00:00.000Z</At></GetResult>')
})

t.test('an error says whose fault it is', async (t) => {
  t.match(queryError(new AwsError('X', 'y'), 'urn:x').body, '<Type>Sender</Type><Code>X</Code>')
  t.match(queryError(new AwsError('X', 'y', { status: 500 }), 'urn:x').body, '<Type>Receiver</Type>')
})
