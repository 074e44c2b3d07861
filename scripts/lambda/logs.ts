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

/** The last lines of a version, without Lambda's own. */
export const lastLines = async (
  { clients }: LambdaSession,
  name: string,
  version: string,
): Promise<string[]> => {
  const tail = createTail(clients, name, {
    sinceMs: timeOf(clients) - WITHIN_MS,
    group: functionLogGroup(name),
  })
  const lines: string[] = []
  for await (const page of tail.poll())
    for (const line of page)
      if (placeOf(line).version === version && !/^(START|END|REPORT|INIT_START|INIT_REPORT) /.test(line.text))
        lines.push(line.text)
  return lines.slice(-LAST_LINES)
}
