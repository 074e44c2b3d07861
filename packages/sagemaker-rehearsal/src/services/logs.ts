/** CloudWatch Logs, to be read: what is in it comes from the servers. */

import { AwsError } from '../aws-error.ts'
import type { LogEvent, LogGroup, LogStream, Logs } from '../logs.ts'
import { type Actions, MODEL } from '../models/logs.ts'
import { arn, page, type Service, type Actions as Table } from '../service.ts'

const notFound = (what: string) =>
  new AwsError('ResourceNotFoundException', `The specified log ${what} does not exist.`)

/**
 * Which messages a filter pattern takes: all of the plain words and "phrases" in it, and at least one of those with a
 * question mark. Patterns for JSON and columns are not emulated.
 */
const compileFilter = (pattern: string): ((message: string) => boolean) => {
  if (/^\s*[{[]/.test(pattern))
    throw new AwsError(
      'InvalidParameterException',
      'The rehearsal does not emulate filter patterns for JSON or columns.',
    )
  const terms = [...pattern.matchAll(/([?-]?)(?:"([^"]*)"|(\S+))/g)].map(([, sign = '', phrase, word]) => ({
    sign,
    text: phrase ?? word ?? '',
  }))
  const having = (sign: string) => terms.filter((term) => term.sign === sign).map(({ text }) => text)
  const [all, any, none] = [having(''), having('?'), having('-')]
  return (message) =>
    all.every((text) => message.includes(text)) &&
    (any.length === 0 || any.some((text) => message.includes(text))) &&
    !none.some((text) => message.includes(text))
}

export const createLogsService = (logs: Logs): Service => {
  const find = (input: {
    logGroupName?: string | undefined
    logGroupIdentifier?: string | undefined
  }): LogGroup => {
    const name = input.logGroupName ?? input.logGroupIdentifier?.split(':log-group:').at(-1) ?? ''
    const group = logs.groups.get(name.replace(/:\*$/, ''))
    if (group === undefined) throw notFound('group')
    return group
  }

  const within =
    (start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY) =>
    ({ timestamp }: LogEvent) =>
      timestamp >= start && timestamp < end

  const describeStream = ([logStreamName, { createdAt, events }]: [string, LogStream]) => ({
    logStreamName,
    creationTime: createdAt,
    ...(events.length > 0 && {
      firstEventTimestamp: events[0]?.timestamp,
      lastEventTimestamp: events.at(-1)?.timestamp,
      lastIngestionTime: events.at(-1)?.ingestedAt,
    }),
    storedBytes: 0,
  })

  return {
    name: 'logs',
    target: 'Logs_20140328',
    model: MODEL,
    invalidCode: 'InvalidParameterException',
    actions: {
      DescribeLogGroups: (
        { logGroupNamePrefix = '', logGroupNamePattern = '', limit = 50, nextToken },
        caller,
      ) => {
        const found = [...logs.groups].filter(
          ([name]) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern),
        )
        const { items, next } = page(found, limit, nextToken)
        return {
          logGroups: items.map(([logGroupName, { createdAt }]) => ({
            logGroupName,
            creationTime: createdAt,
            arn: `${arn('logs', caller, `log-group:${logGroupName}`)}:*`,
            logGroupArn: arn('logs', caller, `log-group:${logGroupName}`),
            metricFilterCount: 0,
            storedBytes: 0,
          })),
          nextToken: next,
        }
      },

      DescribeLogStreams: ({
        logStreamNamePrefix = '',
        orderBy = 'LogStreamName',
        descending = false,
        limit = 50,
        nextToken,
        ...input
      }) => {
        const found = [...find(input).streams].filter(([name]) => name.startsWith(logStreamNamePrefix))
        found.sort(([nameA, a], [nameB, b]) =>
          orderBy === 'LastEventTime'
            ? (a.events.at(-1)?.timestamp ?? 0) - (b.events.at(-1)?.timestamp ?? 0)
            : nameA < nameB
              ? -1
              : 1,
        )
        if (descending) found.reverse()
        const { items, next } = page(found, limit, nextToken)
        return { logStreams: items.map(describeStream), nextToken: next }
      },

      FilterLogEvents: (input) => {
        const { logStreamNames, logStreamNamePrefix = '', startTime, endTime, limit = 10_000 } = input
        const takes = compileFilter(input.filterPattern ?? '')
        const isWithin = within(startTime, endTime === undefined ? undefined : endTime + 1)
        const found = [...find(input).streams]
          .filter(([name]) => logStreamNames?.includes(name) ?? name.startsWith(logStreamNamePrefix))
          .flatMap(([logStreamName, { events }]) =>
            events
              .filter((event) => isWithin(event) && takes(event.message))
              .map((event) => ({ ...event, logStreamName })),
          )
          .sort((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1))
        const { items, next } = page(found, limit, input.nextToken)
        return {
          events: items.map(({ id, timestamp, ingestedAt, message, logStreamName }) => ({
            eventId: id,
            logStreamName,
            timestamp,
            ingestionTime: ingestedAt,
            message,
          })),
          searchedLogStreams: [],
          nextToken: next,
        }
      },

      GetLogEvents: ({
        logStreamName,
        startTime,
        endTime,
        startFromHead = false,
        limit = 10_000,
        nextToken,
        ...input
      }) => {
        const stream = find(input).streams.get(logStreamName)
        if (stream === undefined) throw notFound('stream')
        const events = stream.events.filter(within(startTime, endTime))
        // Tokens are f/ID or b/ID: forward from after, or backward from before, an event.
        const [, direction = startFromHead ? 'f' : 'b', id] = /^([fb])\/(\d*)$/.exec(nextToken ?? '') ?? []
        const isForward = direction === 'f'
        const rest =
          id === undefined ? events : events.filter((event) => (isForward ? event.id > id : event.id < id))
        const shown = isForward ? rest.slice(0, limit) : rest.slice(-limit)
        return {
          events: shown.map(({ timestamp, ingestedAt, message }) => ({
            timestamp,
            ingestionTime: ingestedAt,
            message,
          })),
          nextForwardToken: `f/${shown.at(-1)?.id ?? id ?? ''}`,
          nextBackwardToken: `b/${shown[0]?.id ?? id ?? ''}`,
        }
      },

      DeleteLogGroup: ({ logGroupName }) => {
        if (!logs.groups.delete(logGroupName)) throw notFound('group')
        return {}
      },
    } satisfies Table<Actions>,
  }
}
