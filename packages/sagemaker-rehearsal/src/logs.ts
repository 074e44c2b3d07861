/** CloudWatch Logs' memory: groups, streams, and the last lines of each. */

import type { Clock } from './clock.ts'

export type LogEvent = { id: string; timestamp: number; ingestedAt: number; message: string }

export type LogStream = { createdAt: number; events: LogEvent[] }

export type LogGroup = { createdAt: number; streams: Map<string, LogStream> }

/** Lines kept of each stream: a rehearsal is no archive. */
const MOST_EVENTS = 10_000

/** Of a line, as in CloudWatch Logs (256 KiB less its own 26 bytes). */
export const MOST_CHARACTERS = 262_118

export type Logs = ReturnType<typeof createLogs>

export const createLogs = (clock: Clock) => {
  const groups = new Map<string, LogGroup>()
  let count = 0
  return {
    groups,
    append(groupName: string, streamName: string, message: string): void {
      const now = clock.now()
      const group = groups.get(groupName) ?? { createdAt: now, streams: new Map<string, LogStream>() }
      groups.set(groupName, group)
      const stream = group.streams.get(streamName) ?? { createdAt: now, events: [] }
      group.streams.set(streamName, stream)
      count += 1
      const id = String(count).padStart(56, '0')
      stream.events.push({
        id,
        timestamp: now,
        ingestedAt: now,
        message: message.slice(0, MOST_CHARACTERS),
      })
      if (stream.events.length > MOST_EVENTS) stream.events.splice(0, stream.events.length - MOST_EVENTS)
    },
  }
}

export const endpointLogGroup = (endpoint: string): string => `/aws/sagemaker/Endpoints/${endpoint}`
