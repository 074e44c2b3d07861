/** The lines that an endpoint's containers wrote, followed by asking again and again. */

import { type FilteredLogEvent, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs'
import type { Clients } from '../aws/clients.ts'
import { isMissing } from '../aws/errors.ts'
import { printable } from '../cli/output.ts'

/** A line may become readable this long after a later one: the window is read again, and what was seen is left out. */
const OVERLAP_MS = 60_000

export const logGroup = (endpoint: string): string => `/aws/sagemaker/Endpoints/${endpoint}`

export type LogLine = {
  time: Date
  variant: string
  instance: string
  /** `variant/instance-id`, with more behind it for asynchronous endpoints. */
  stream: string
  text: string
}

const toLine = ({ timestamp, logStreamName: stream = '', message = '' }: FilteredLogEvent): LogLine => {
  const [variant = '', instance = ''] = stream.split('/')
  return { time: new Date(timestamp ?? 0), variant, instance, stream, text: printable(message).trimEnd() }
}

export type Tail = {
  /** What has come since the last call, a page at a time, each line once. Nothing while there is no log group yet. */
  poll: () => AsyncGenerator<LogLine[]>
}

/**
 * @param sinceMs epoch ms of the first line wanted
 * @param prefix of the streams wanted; else all
 * @param group else the endpoint's
 */
export const createTail = (
  { logs: client }: Clients,
  endpoint: string,
  { sinceMs, prefix, group = logGroup(endpoint) }: { sinceMs: number; prefix?: string; group?: string },
): Tail => {
  /** When each event in the window happened, by its id. */
  const seen = new Map<string, number>()
  let newest = sinceMs
  let from = sinceMs
  return {
    async *poll() {
      const request = {
        logGroupName: group,
        startTime: from,
        ...(prefix !== undefined && { logStreamNamePrefix: prefix }),
      }
      try {
        for await (const { events = [] } of paginateFilterLogEvents({ client }, request)) {
          const fresh = events.filter(({ eventId = '', timestamp = 0 }) => {
            if (seen.has(eventId)) return false
            seen.set(eventId, timestamp)
            newest = Math.max(newest, timestamp)
            return true
          })
          if (fresh.length > 0) yield fresh.map(toLine)
        }
      } catch (error) {
        if (isMissing(error)) return
        throw error
      }
      // Only now, that every page has been read, may the window move on.
      from = Math.max(sinceMs, newest - OVERLAP_MS)
      for (const [id, timestamp] of seen) if (timestamp < from) seen.delete(id)
    },
  }
}
