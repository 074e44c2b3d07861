/** One request to an instance, with bytes out and in exactly as they are: fetch would decompress and follow redirects. */

import { Agent, request } from 'node:http'

export type InstanceAnswer = { status: number; headers: Record<string, string>; body: Buffer }

const agent = new Agent({ keepAlive: true, maxSockets: 1024 })

/** No answer was complete in time. */
export class TimedOut extends Error {}

/** Rejects when the connection fails, when no answer is complete within `timeoutMs`, or when it is larger than `mostBytes`. */
export const requestInstance = (
  url: string,
  {
    method = 'GET',
    headers = {},
    body = Buffer.alloc(0),
    isChunked = false,
    timeoutMs,
    mostBytes,
  }: RequestOptions,
): Promise<InstanceAnswer> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const outgoing = request(
      url,
      {
        method,
        agent,
        signal,
        headers: {
          ...headers,
          ...(method !== 'GET' &&
            (isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.length })),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        let bytes = 0
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > mostBytes) incoming.destroy(new Error(`the answer is larger than ${mostBytes} bytes`))
          else chunks.push(chunk)
        })
        incoming.once('error', reject)
        incoming.once('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    outgoing.once('error', (error) =>
      reject(signal.aborted ? new TimedOut(`no answer within ${timeoutMs} ms`) : error),
    )
    outgoing.end(body)
  })

type RequestOptions = {
  method?: string
  headers?: Record<string, string>
  body?: Buffer
  /** Sent without saying how long it is. */
  isChunked?: boolean
  timeoutMs: number
  mostBytes: number
}
