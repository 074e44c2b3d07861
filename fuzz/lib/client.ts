/** Sends cases over sockets of its own, byte by byte as they are. */

import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { Case } from './case.ts'
import { type Replies, readReplies } from './read-replies.ts'

/** What came back. Time counts from the last byte sent to the last of the replies, or until nothing more was waited for. */
export type Exchange = Replies & { milliseconds: number; timedOut: boolean; error?: string }

/** Longer than any request of the fuzzer may take by far. */
export const PATIENCE_MS = 8000

/** How long more replies are waited for where they may come or not. */
const MORE_MS = 30

export class Client {
  readonly #port: number
  readonly #idle: Socket[] = []

  constructor(port: number) {
    this.#port = port
  }

  async send({ pieces, replies, ends, bodiless, reusable }: Case): Promise<Exchange> {
    const socket = (reusable && this.#idle.pop()) || this.#connect()
    const parts: Buffer[] = []
    let closed = false
    let error: string | undefined
    let wake = (): void => {}
    const onData = (part: Buffer): void => {
      parts.push(part)
      wake()
    }
    const onClose = (): void => {
      closed = true
      wake()
    }
    const onError = (problem: NodeJS.ErrnoException): void => {
      error = problem.code ?? problem.message
    }
    socket.on('data', onData).on('close', onClose).on('error', onError)
    for (const { bytes, pauseMs } of pieces) {
      socket.write(bytes)
      if (pauseMs > 0) await delay(pauseMs)
    }
    if (ends) socket.end()
    const sentAt = performance.now()
    const read = () =>
      readReplies(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts), bodiless, closed)

    let found = read()
    let timedOut = false
    let readAt = sentAt
    while (!closed && found.fault === undefined) {
      const enough = found.replies.length >= replies.least && found.rest === 0
      if (enough && found.replies.length >= replies.most) break
      // Where the client has ended its half, the server ends the connection; else more may come, or nothing.
      const patience = enough && !ends ? MORE_MS : PATIENCE_MS - (performance.now() - sentAt)
      const timer = new AbortController()
      const woken = await Promise.race([
        new Promise<boolean>((resolve) => {
          wake = () => resolve(true)
        }),
        delay(Math.max(0, patience), false, { signal: timer.signal }).catch(() => false),
      ])
      timer.abort()
      found = read()
      if (woken) readAt = performance.now()
      else if (patience <= MORE_MS && enough) break
      else {
        timedOut = true
        break
      }
    }
    found = read()
    socket.off('data', onData).off('close', onClose)
    const open =
      !closed && reusable && !timedOut && error === undefined && found.fault === undefined && found.rest === 0
    if (open && found.replies.at(-1)?.headers.get('connection')?.toLowerCase() !== 'close') {
      socket.off('error', onError)
      this.#idle.push(socket)
    } else socket.destroy()
    const milliseconds = (timedOut ? performance.now() : Math.max(readAt, sentAt)) - sentAt
    return { ...found, milliseconds, timedOut, ...(error !== undefined && { error }) }
  }

  /** Closes what is open. */
  close(): void {
    for (const socket of this.#idle.splice(0)) socket.destroy()
  }

  #connect(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true, allowHalfOpen: false })
    // An idle connection that the server closes is not used again.
    socket.on('error', () => {})
    socket.on('close', () => {
      const index = this.#idle.indexOf(socket)
      if (index !== -1) this.#idle.splice(index, 1)
    })
    return socket
  }
}
