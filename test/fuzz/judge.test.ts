import t from 'tap'
import { makeCase } from '../../fuzz/lib/case.ts'
import type { Exchange } from '../../fuzz/lib/client.ts'
import { judge } from '../../fuzz/lib/judge.ts'
import { readReplies } from '../../fuzz/lib/read-replies.ts'

const sent = { ...makeCase(1, 0), mustSucceed: false, replies: { least: 1, most: 1 }, bodiless: false }

const exchange = (text: string, more: Partial<Exchange> = {}): Exchange => ({
  ...readReplies(Buffer.from(text), false, false),
  milliseconds: 5,
  timedOut: false,
  ...more,
})

const reply = (status: number, body: string, headers = 'content-type: application/json\r\n'): string =>
  `HTTP/1.1 ${status} x\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const error = (code: string, more = {}): string =>
  JSON.stringify({ code, message: 'm', requestId: 'r', ...more })

const kinds = (found: Exchange): string[] => judge(sent, found).map(({ kind }) => kind)

t.test('a reply, and an error in its form, are no faults', async (t) => {
  t.strictSame(kinds(exchange(reply(200, '{}'))), [])
  t.strictSame(kinds(exchange(reply(400, error('ERR_INVALID_BODY')))), [])
  t.strictSame(kinds(exchange(`HTTP/1.1 100 Continue\r\n\r\n${reply(200, '{}')}`)), [], '1xx is no reply')
})

t.test('an error in any other form is malformed', async (t) => {
  const wrong: Record<string, string> = {
    'no JSON': reply(400, 'Bad Request'),
    'no media type': reply(400, error('ERR_INVALID_BODY'), ''),
    'another status than the code has': reply(404, error('ERR_INVALID_BODY')),
    'a code that is in no table': reply(400, error('ERR_OTHER')),
    'a member too many': reply(400, error('ERR_INVALID_BODY', { stack: 'at x' })),
    'no request id': reply(400, error('ERR_INVALID_BODY', { requestId: '' })),
    '1 KB or more': reply(400, error('ERR_INVALID_BODY', { message: 'm'.repeat(1000) })),
    'a status that is no error': reply(302, ''),
  }
  for (const [name, text] of Object.entries(wrong))
    t.strictSame(kinds(exchange(text)), ['malformed errors'], name)
})

t.test('replies that are not well-formed HTTP, too few or too many are malformed', async (t) => {
  for (const text of ['rubbish\r\n\r\n', 'HTTP/1.1 200\r\n\r\n', 'HTTP/1.1 200 x\r\nno colon\r\n\r\n'])
    t.strictSame(kinds(exchange(text)), ['malformed errors'], text)
  t.strictSame(kinds(exchange('')), ['malformed errors'], 'none')
  t.strictSame(kinds(exchange(reply(200, '{}') + reply(200, '{}'))), ['malformed errors'], 'two')
  const chunks = 'HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n'
  t.strictSame(kinds(exchange(`${chunks}0\r\n\r\n`)), [])
  t.strictSame(kinds(exchange(`${chunks}x\r\n\r\n`)), ['malformed errors'], 'a bad chunk')
})

t.test('each 5xx is a fault, slowness is one, and so is 503 without Retry-After', async (t) => {
  t.strictSame(kinds(exchange(reply(500, error('ERR_MODEL_FAILED')))), ['undeclared 5xx'])
  t.strictSame(kinds(exchange(reply(503, error('ERR_OVERLOADED')))), ['malformed errors', 'undeclared 5xx'])
  t.strictSame(kinds(exchange(reply(200, '{}'), { milliseconds: 2001 })), ['slower than 2 s'])
  t.strictSame(kinds(exchange('', { timedOut: true })), ['slower than 2 s'])
})

t.test('a valid request must succeed, with what was sent where the model gives it back', async (t) => {
  const tensor = { type: 'float32', dims: [1, 2], values: [1.5, Number.NaN] } as const
  const valid = { ...sent, mustSucceed: true, expected: { writer: 'json', form: 'rows', tensor } as const }
  const judged = (text: string) => judge(valid, exchange(text)).map(({ kind }) => kind)
  t.strictSame(judged(reply(200, '{"predictions":[[1.5,"NaN"]]}')), [])
  t.strictSame(judged(reply(200, '{"predictions":[[1.5,2]]}')), ['wrong answers'])
  t.strictSame(judged(reply(200, '1.5,NaN\n', 'content-type: text/csv\r\n')), ['wrong answers'])
  t.strictSame(judged(reply(400, error('ERR_INVALID_INPUT'))), ['wrong answers'])
})
