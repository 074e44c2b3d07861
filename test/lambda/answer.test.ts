import t from 'tap'
import { answerOf, directOf, errorReply, type HttpReply } from '../../src/lambda/answer.ts'

const reply = (body: string | Buffer, contentType: string, more: Partial<HttpReply> = {}): HttpReply => ({
  status: 200,
  headers: { 'content-type': contentType, 'content-length': '9', date: 'now', connection: 'close' },
  body: Buffer.from(body),
  ...more,
})

const read = (answer: string) => JSON.parse(answer) as Record<string, unknown>

t.test('texts are written as they are, and other bytes as base64', async (t) => {
  for (const type of ['application/json', 'application/jsonlines', 'text/csv; charset=utf-8'])
    t.strictSame(read(answerOf(reply('é', type), 'id')), {
      statusCode: 200,
      headers: { 'content-type': type },
      body: 'é',
      isBase64Encoded: false,
    })
  const bytes = Buffer.from([0, 255])
  for (const type of ['application/x-npy', 'image/png'])
    t.match(read(answerOf(reply(bytes, type), 'id')), {
      body: bytes.toString('base64'),
      isBase64Encoded: true,
    })
  const latin1 = Buffer.from('é', 'latin1')
  t.match(read(answerOf(reply(latin1, 'text/csv'), 'id')), { body: '6Q==', isBase64Encoded: true })
  const gzip = { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } }
  t.match(read(answerOf(reply(bytes, '', gzip), 'id')), { isBase64Encoded: true })
})

t.test('an error of the server is an answer like any other, and cookies have their own place', async (t) => {
  const headers = { 'content-type': 'application/json', 'retry-after': '1', 'set-cookie': ['a=1', 'b=2'] }
  t.match(read(answerOf({ status: 503, headers, body: Buffer.from('{}') }, 'id')), {
    statusCode: 503,
    headers: { 'retry-after': '1' },
    cookies: ['a=1', 'b=2'],
  })
})

t.test('what is larger than Lambda takes, with base64 and quotes, is an error that says so', async (t) => {
  const most = 6 * 2 ** 20
  const fits = answerOf(reply(Buffer.alloc(4.49 * 2 ** 20), 'application/x-npy'), 'id')
  t.ok(Buffer.byteLength(fits) <= most)
  const large: [string, HttpReply][] = [
    ['base64', reply(Buffer.alloc(4.6 * 2 ** 20), 'application/x-npy')],
    ['text', reply('x'.repeat(most), 'text/csv')],
    ['quotes', reply('"'.repeat(most / 2), 'application/json')],
  ]
  for (const [name, one] of large) {
    const answer = read(answerOf(one, 'id-7')) as { statusCode: number; body: string }
    t.equal(answer.statusCode, 500, name)
    t.match(JSON.parse(answer.body), {
      code: 'ERR_RESPONSE_TOO_LARGE',
      message: /^the reply has \d{7} bytes as Lambda's answer, which may have 6291456/,
      requestId: 'id-7',
    })
  }
})

t.test('without HTTP the answer is the reply by itself, and an error is an error', async (t) => {
  t.strictSame(directOf(reply('{"predictions":[1]}', 'application/json'), 'id'), {
    value: '{"predictions":[1]}',
  })
  t.strictSame(directOf(reply('a,"b"', 'text/csv'), 'id'), { value: '"a,\\"b\\""' })
  t.strictSame(directOf(errorReply('ERR_INVALID_BODY', 'no', 'id'), 'id'), {
    error: { errorType: 'ERR_INVALID_BODY', errorMessage: 'no' },
  })
  t.match(directOf(reply(Buffer.from([0]), 'image/png'), 'id'), {
    error: { errorType: 'ERR_NOT_ACCEPTABLE', errorMessage: /the reply is image\/png/ },
  })
  t.match(directOf(reply('x'.repeat(7 * 2 ** 20), 'text/csv'), 'id'), {
    error: { errorType: 'ERR_RESPONSE_TOO_LARGE' },
  })
  t.match(directOf(reply('sorry', 'text/plain', { status: 418 }), 'id'), { error: { errorMessage: 'sorry' } })
})
