/** Lines about invocations, put into S3 in batches: `PREFIX/yyyy/mm/dd/TIME-ID.jsonl`, a JSON object a line. */

import { randomUUID } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { Clients } from '../aws/clients.ts'
import { splitLocation } from '../aws/s3-location.ts'

/** A batch is sent when it has as many bytes, or when its first line is as old. */
const BATCH_BYTES = 1024 * 1024
const BATCH_AGE_MS = 60_000

/** Lines in memory, those on their way to S3 included. What comes beyond is dropped, and counted. */
const MAX_BYTES = 16 * 1024 * 1024

export type StoreStats = { written: number; waiting: number; dropped: number; failures: number }

export type ExposureStore = {
  /** Never throws, and never waits. */
  add(entry: Record<string, unknown>): void
  /** Sends what there is. Resolves when it has been tried; what fails stays, and is tried again later. */
  flush(): Promise<void>
  /** In lines; failures in attempts. */
  stats(): StoreStats
}

type Batch = { key: string; lines: string[]; bytes: number }

export type StoreOptions = {
  s3: Pick<Clients['s3'], 'send'>
  /** `s3://bucket/prefix` */
  location: string
  /** An attempt that failed; the lines are kept. */
  onError: (error: Error, stats: StoreStats) => void
  maxBytes?: number
  batchBytes?: number
  batchAgeMs?: number
}

export const createExposureStore = ({
  s3,
  location,
  onError,
  maxBytes = MAX_BYTES,
  batchBytes = BATCH_BYTES,
  batchAgeMs = BATCH_AGE_MS,
}: StoreOptions): ExposureStore => {
  const { bucket, prefix } = splitLocation(location)
  const folder = prefix === '' ? '' : `${prefix}/`
  const sealed: Batch[] = []
  const counts = { written: 0, dropped: 0, failures: 0 }
  let open: Batch | undefined
  let bytes = 0
  let sending: Promise<void> | undefined
  let due = false

  const stats = () => ({
    ...counts,
    waiting: [...sealed, ...(open ? [open] : [])].reduce((sum, { lines }) => sum + lines.length, 0),
  })

  /** Sent again under the same key: an attempt that only seemed to fail leaves nothing twice. */
  const newBatch = (): Batch => {
    const time = new Date().toISOString()
    return {
      key: `${folder}${time.slice(0, 10).replaceAll('-', '/')}/${time}-${randomUUID()}.jsonl`,
      lines: [],
      bytes: 0,
    }
  }

  const later = () => {
    if (due) return
    due = true
    setTimeout(() => {
      due = false
      void flush()
    }, batchAgeMs).unref()
  }

  const sendAll = async () => {
    for (let batch = sealed[0]; batch !== undefined; batch = sealed[0]) {
      try {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: batch.key,
            Body: batch.lines.join(''),
            ContentType: 'application/x-ndjson',
          }),
        )
      } catch (error) {
        counts.failures++
        onError(error as Error, stats())
        later()
        break
      }
      sealed.shift()
      bytes -= batch.bytes
      counts.written += batch.lines.length
    }
    sending = undefined
  }

  const flush = (): Promise<void> => {
    if (open !== undefined) sealed.push(open)
    open = undefined
    if (sealed.length > 0) sending ??= sendAll()
    return sending ?? Promise.resolve()
  }

  return {
    add(entry) {
      const line = `${JSON.stringify(entry)}\n`
      const length = Buffer.byteLength(line)
      if (bytes + length > maxBytes) {
        counts.dropped++
        return
      }
      open ??= newBatch()
      open.lines.push(line)
      open.bytes += length
      bytes += length
      if (open.bytes >= batchBytes) void flush()
      else later()
    },
    flush,
    stats,
  }
}
