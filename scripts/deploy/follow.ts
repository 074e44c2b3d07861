/** The lines of the fleet that is coming, and not of the one that serves meanwhile. */

import { paginateDescribeLogStreams } from '@aws-sdk/client-cloudwatch-logs'
import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker'
import { timeOf } from '../aws/clients.ts'
import { isMissing, messageOf } from '../aws/errors.ts'
import { createTail, logGroup } from '../logs/tail.ts'
import type { Session } from './session.ts'
import type { Follower } from './watch.ts'

/** Lines of this long before are shown too: a run that takes up a deployment has missed some. */
const BEFORE_MS = 60_000

/** An endpoint with more streams than this many pages of 50 has had hundreds of instances. */
const MOST_PAGES = 20

/**
 * @param now the endpoint as it is before the change, or as the change goes on that is taken up
 * @param underWay the change has begun already
 */
export const follow = async (
  { clients, output }: Session,
  name: string,
  now: DescribeEndpointOutput | undefined,
  underWay: boolean,
): Promise<Follower> => {
  const began = underWay
    ? (now?.PendingDeploymentSummary?.StartTime ?? now?.LastModifiedTime)?.getTime()
    : undefined
  const sinceMs = (began ?? timeOf(clients)) - BEFORE_MS
  const old = new Set<string>()
  if (now !== undefined) {
    try {
      let pages = 0
      for await (const { logStreams = [] } of paginateDescribeLogStreams(
        { client: clients.logs },
        { logGroupName: logGroup(name) },
      )) {
        for (const { logStreamName = '', creationTime = 0 } of logStreams) {
          if (began === undefined || creationTime < began) old.add(logStreamName)
        }
        pages += 1
        if (pages === MOST_PAGES) break
      }
    } catch (error) {
      // A deployment does not fail because its log could not be read.
      if (!isMissing(error)) output.progress(`the log cannot be read: ${messageOf(error)}`)
    }
  }
  return { tail: createTail(clients, name, { sinceMs }), ignore: old, last: [], said: new Set() }
}
