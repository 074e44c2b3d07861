import { CloudWatchLogsClient, type FilterLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import t from 'tap'
import type { Clients } from '../../../scripts/aws/clients.ts'
import { createTail, type Tail } from '../../../scripts/logs/tail.ts'

type Event = { eventId: string; timestamp: number; logStreamName: string; message: string }

/** CloudWatch Logs with pages of two events. */
const fakeLogs = (events: Event[], { failOnPage }: { failOnPage?: { page: number } } = {}) => {
  const requests: FilterLogEventsCommandInput[] = []
  const logs = new CloudWatchLogsClient({ region: 'eu-west-1' })
  logs.send = (async ({ input }: { input: FilterLogEventsCommandInput }) => {
    requests.push(input)
    const from = Number(input.nextToken ?? 0)
    if (failOnPage?.page === from / 2)
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' })
    const found = events
      .filter(({ timestamp, logStreamName }) => {
        const inStream = logStreamName.startsWith(input.logStreamNamePrefix ?? '')
        return timestamp >= (input.startTime ?? 0) && inStream
      })
      .sort((a, b) => a.timestamp - b.timestamp)
    return {
      events: found.slice(from, from + 2),
      ...(from + 2 < found.length && { nextToken: String(from + 2) }),
    }
  }) as never
  return { clients: { logs } as Clients, requests }
}

const event = (id: number, timestamp: number, message = `line ${id}`, stream = 'primary/i-1'): Event => ({
  eventId: String(id),
  timestamp,
  logStreamName: stream,
  message,
})

const drain = async (tail: Tail): Promise<string[]> => {
  const lines: string[] = []
  for await (const page of tail.poll()) lines.push(...page.map(({ text }) => text))
  return lines
}

t.test('every line comes once, over pages and polls', async (t) => {
  const events = [1, 2, 3, 4, 5].map((id) => event(id, 1000 + id))
  const tail = createTail(fakeLogs(events).clients, 'digits', { sinceMs: 0 })
  t.strictSame(await drain(tail), ['line 1', 'line 2', 'line 3', 'line 4', 'line 5'])
  t.strictSame(await drain(tail), [])
  events.push(event(6, 1005), event(7, 1005))
  t.strictSame(await drain(tail), ['line 6', 'line 7'], 'also those of the same millisecond')
})

t.test('a line that becomes readable late, behind others, is not lost', async (t) => {
  const events = [event(1, 100_000)]
  const tail = createTail(fakeLogs(events).clients, 'digits', { sinceMs: 0 })
  t.strictSame(await drain(tail), ['line 1'])
  events.push(event(2, 60_000), event(3, 101_000))
  t.strictSame(await drain(tail), ['line 2', 'line 3'])
})

t.test('a poll that fails half way is repeated without duplicates', async (t) => {
  const failOnPage = { page: 1 }
  const { clients } = fakeLogs(
    [1, 2, 3, 4].map((id) => event(id, id)),
    { failOnPage },
  )
  const tail = createTail(clients, 'digits', { sinceMs: 0 })
  const first: string[] = []
  await t.rejects(
    (async () => {
      for await (const page of tail.poll()) first.push(...page.map(({ text }) => text))
    })(),
    { name: 'ThrottlingException' },
  )
  failOnPage.page = -1
  t.strictSame([...first, ...(await drain(tail))], ['line 1', 'line 2', 'line 3', 'line 4'])
})

t.test('the window moves on, so that what is remembered stays small', async (t) => {
  const events = [event(1, 0)]
  const { clients, requests } = fakeLogs(events)
  const tail = createTail(clients, 'digits', { sinceMs: 0 })
  await drain(tail)
  events.push(event(2, 3_600_000))
  await drain(tail)
  await drain(tail)
  t.equal(requests.at(-1)?.startTime, 3_600_000 - 60_000)
})

t.test('one variant is asked for by its streams; control characters do not reach the terminal', async (t) => {
  const events = [
    event(1, 1, 'a\u001b[2J\n'),
    event(2, 2, 'b', 'primary-2/i-1'),
    event(3, 3, 'c', 'other/i-1'),
  ]
  const tail = createTail(fakeLogs(events).clients, 'digits', { sinceMs: 0, prefix: 'primary/' })
  t.strictSame(await drain(tail), ['a[2J'])
})

t.test('while there is no log group there are no lines', async (t) => {
  const { clients } = fakeLogs([])
  clients.logs.send = (async () => {
    throw Object.assign(new Error('The specified log group does not exist.'), {
      name: 'ResourceNotFoundException',
    })
  }) as never
  t.strictSame(await drain(createTail(clients, 'digits', { sinceMs: 0 })), [])
})
