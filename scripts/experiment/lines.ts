/** The lines of a file, a folder, a prefix in S3 or a log group of CloudWatch, whatever their order. */

import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs'
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3'
import type { Clients } from '../aws/clients.ts'
import { splitLocation } from '../aws/s3-location.ts'
import { CommandError, EXIT } from '../cli/command.ts'

const LOGS = 'logs:'

/** What the proxy says of an invocation; other lines of its function need not be sent. */
const INVOCATIONS = '{ $.event = "invocation" }'

const ofStream = (input: Readable): AsyncIterable<string> =>
  createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })

async function* ofPath(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) throw new CommandError(`there is no ${path}`, { exitCode: EXIT.usage })
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: 'utf8' })
        .map((name) => join(path, name))
        .filter((file) => statSync(file).isFile())
    : [path]
  for (const file of files.sort()) yield* ofStream(createReadStream(file))
}

async function* ofBucket(client: Clients['s3'], location: string): AsyncGenerator<string> {
  const { bucket: Bucket, prefix: Prefix } = splitLocation(location)
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
    for (const { Key } of Contents) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
      yield* ofStream(Body as Readable)
    }
}

async function* ofLogGroup(client: Clients['logs'], logGroupName: string): AsyncGenerator<string> {
  const request = { logGroupName, filterPattern: INVOCATIONS, startTime: 0 }
  for await (const { events = [] } of paginateFilterLogEvents({ client }, request))
    for (const { message = '' } of events) yield message
}

/** @param place a path, `s3://bucket/prefix` or `logs:GROUP` */
export const linesOf = (place: string, clients: () => Clients): AsyncIterable<string> => {
  if (place.startsWith('s3://')) return ofBucket(clients().s3, place)
  if (place.startsWith(LOGS)) return ofLogGroup(clients().logs, place.slice(LOGS.length))
  return ofPath(place)
}
