/** One request to the server on its socket, as any client's. */

import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
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

const POLL_MS = 20

/** Waits until /ping says that the server can answer, or the time is over: a worker that was stuck is replaced. */
export const untilServing = async (socketPath: string, deadlineMs: number): Promise<void> => {
  const ping = { method: 'GET', path: '/ping', headers: {}, body: Buffer.alloc(0) }
  while (Date.now() < deadlineMs) {
    const reply = await ask(socketPath, ping, deadlineMs - Date.now())
    if (reply === 'late' || reply.status === 200) return
    await delay(POLL_MS)
  }
}
