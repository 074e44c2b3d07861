/** What a function's environments wrote. */

import { timeOf } from '../aws/clients.ts'
import { createTail, type LogLine } from '../logs/tail.ts'
import type { LambdaSession } from './session.ts'

/** Lambda makes it at the first line; nobody else's has the name. */
export const functionLogGroup = (name: string): string => `/aws/lambda/${name}`

/** `2026/01/31/[7]0123456789abcdef`: the version, and the environment. */
export const placeOf = ({ stream }: Pick<LogLine, 'stream'>): { version: string; environment: string } => {
  const [, version = '', environment = ''] = /\[([^\]]+)\](.*)$/.exec(stream) ?? []
  return { version, environment }
}

const LAST_LINES = 20
const WITHIN_MS = 30 * 60_000

const DAY_MS = 24 * 3_600_000

/** The last lines of a version, without Lambda's own. Streams are named by the day on which their environment started. */
export const lastLines = async (
  { clients }: LambdaSession,
  name: string,
  version: string,
): Promise<string[]> => {
  const now = timeOf(clients)
  const lines: LogLine[] = []
  for (const day of [now - DAY_MS, now]) {
    const date = new Date(day).toISOString().slice(0, 10).replaceAll('-', '/')
    const tail = createTail(clients, name, {
      sinceMs: now - WITHIN_MS,
      group: functionLogGroup(name),
      prefix: `${date}/[${version}]`,
    })
    for await (const page of tail.poll())
      lines.push(...page.filter(({ text }) => !/^(START|END|REPORT|INIT_START|INIT_REPORT) /.test(text)))
  }
  return lines
    .sort((a, b) => a.time.getTime() - b.time.getTime())
    .slice(-LAST_LINES)
    .map(({ text }) => text)
}
