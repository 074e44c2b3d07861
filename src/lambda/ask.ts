/** One request to the server on its socket, as any client's. */

import { request } from 'node:http'
import type { HttpReply } from './answer.ts'
import type { HttpRequest } from './event.ts'

/**
 * Resolves with the reply, whatever its status; 'late' if there is none in time, and the server knows that nobody waits for it.
 * The connection is not kept: a frozen environment finds the server's end of it closed.
 *
 * @param withinMs in real time, in which the environment is not frozen
 */
export const ask = (
  socketPath: string,
  { method, path, headers, body }: HttpRequest,
  withinMs: number,
): Promise<HttpReply | 'late'> =>
  new Promise((resolve, reject) => {
    const options = { socketPath, method, path, agent: false } as const
    const sent = request(
      { ...options, headers: { ...headers, 'content-length': body.byteLength } },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', reject)
        response.once('end', () => {
          clearTimeout(timer)
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          })
        })
      },
    )
    const timer = setTimeout(() => {
      resolve('late')
      sent.destroy()
    }, withinMs)
    sent.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    sent.end(body)
  })
