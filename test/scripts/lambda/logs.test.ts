import { CloudWatchLogsClient, type FilterLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import t from 'tap'
import { lastLines } from '../../../scripts/lambda/logs.ts'
import type { LambdaSession } from '../../../scripts/lambda/session.ts'

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '/')

t.test('lines of one version are read, also of an environment that started yesterday', async (t) => {
  const now = Date.now()
  const events = [
    { logStreamName: `${dayOf(now)}/[2]aa`, timestamp: now - 1_000, message: 'second' },
    { logStreamName: `${dayOf(now - 24 * 3_600_000)}/[2]bb`, timestamp: now - 2_000, message: 'first' },
    { logStreamName: `${dayOf(now)}/[2]aa`, timestamp: now - 1_500, message: 'START RequestId: 1' },
    { logStreamName: `${dayOf(now)}/[1]cc`, timestamp: now - 500, message: 'of another version' },
  ].map((event, at) => ({ ...event, eventId: String(at) }))
  const read: string[] = []
  const logs = new CloudWatchLogsClient({ region: 'eu-west-1' })
  logs.send = (async ({ input }: { input: FilterLogEventsCommandInput }) => {
    const found = events.filter((event) => event.logStreamName.startsWith(input.logStreamNamePrefix ?? ''))
    read.push(...found.map(({ logStreamName }) => logStreamName))
    return { events: found }
  }) as never
  const session = { clients: { logs } } as unknown as LambdaSession
  t.strictSame(await lastLines(session, 'digits', '2'), ['first', 'second'])
  t.notMatch(read.join(), /\[1\]/, 'lines of other versions are not fetched')
})
