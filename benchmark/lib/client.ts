/**
 * A cheap HTTP/1.1 client that sends one and the same request, over bare sockets: one at a time on each connection. A reply
 * must have a Content-Length or come in chunks. node:http takes several times as much of the CPU, which the server then lacks.
 */

import { connect } from 'node:net'

/** The status is 0 if the connection failed; the head is the reply's, without the empty line. */
export type Reply = { status: number; head: string }

export type Message = { url: string; body: Uint8Array; contentType: string; accept?: string | undefined }

type Connection = { send(onReply: (reply: Reply) => void): void; close(): void }

const FAILED: Reply = { status: 0, head: '' }
const NOTHING = Buffer.alloc(0)
const END_OF_HEAD = '\r\n\r\n'
const LAST_CHUNK = Buffer.from('0\r\n\r\n')

const encode = ({ url, body, contentType, accept }: Message): Buffer => {
  const { host, pathname } = new URL(url)
  const head = [
    `POST ${pathname === '/' ? '/invocations' : pathname} HTTP/1.1`,
    `Host: ${host}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${body.byteLength}`,
    ...(accept ? [`Accept: ${accept}`] : []),
  ]
  return Buffer.concat([Buffer.from(head.join('\r\n') + END_OF_HEAD), body])
}

const open = (url: URL, request: Buffer, onClose: (connection: Connection) => void): Connection => {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
  let waiting: ((reply: Reply) => void) | undefined
  let head: Buffer = NOTHING
  let reply: Reply | undefined
  let missing = 0
  /** The last bytes of a reply in chunks, which ends with an empty one. */
  let tail: Buffer | undefined

  const settle = (result: Reply) => {
    const onReply = waiting
    waiting = undefined
    reply = undefined
    onReply?.(result)
  }

  const readHead = (chunk: Buffer): void => {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
    const end = head.indexOf(END_OF_HEAD)
    if (end === -1) return
    const text = head.toString('latin1', 0, end)
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
    if (length === undefined && !/\r\ntransfer-encoding: *chunked/i.test(text)) {
      socket.destroy()
      return
    }
    const rest = head.subarray(end + END_OF_HEAD.length)
    tail = length === undefined ? rest : undefined
    missing = Number(length) - rest.length
    reply = { status: Number(text.slice(9, 12)), head: text }
    head = NOTHING
  }

  const connection: Connection = {
    send: (onReply) => {
      waiting = onReply
      socket.write(request)
    },
    close: () => socket.destroy(),
  }
  socket.on('data', (chunk) => {
    if (reply === undefined) readHead(chunk)
    else if (tail !== undefined) tail = Buffer.concat([tail, chunk]).subarray(-LAST_CHUNK.length)
    else missing -= chunk.length
    if (reply === undefined) return
    if (tail !== undefined ? !tail.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK) : missing > 0) return
    if (/\r\nconnection: *close/i.test(reply.head)) {
      onClose(connection)
      socket.destroy()
    }
    settle(reply)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    onClose(connection)
    settle(FAILED)
  })
  return connection
}

/**
 * Sends the request again and again, on at most so many connections; what finds none free waits for one.
 * @param givesUpAfterMs after which a connection without a reply is closed
 */
export const createClient = (message: Message, most: number, givesUpAfterMs?: number) => {
  const url = new URL(message.url)
  const request = encode(message)
  const all = new Set<Connection>()
  /** The last used at the end. */
  const free: Connection[] = []
  const queue: ((reply: Reply) => void)[] = []

  const forget = (connection: Connection) => {
    if (!all.delete(connection)) return
    const index = free.indexOf(connection)
    if (index !== -1) free.splice(index, 1)
    const next = queue.shift()
    if (next !== undefined) send(next)
  }

  const sendOn = (connection: Connection, onReply: (reply: Reply) => void): void => {
    const patience = givesUpAfterMs === undefined ? undefined : setTimeout(connection.close, givesUpAfterMs)
    connection.send((reply) => {
      clearTimeout(patience)
      const next = all.has(connection) ? queue.shift() : undefined
      if (next !== undefined) sendOn(connection, next)
      else if (all.has(connection)) free.push(connection)
      onReply(reply)
    })
  }

  const send = (onReply: (reply: Reply) => void): void => {
    let connection = free.pop()
    if (connection === undefined && all.size >= most) {
      queue.push(onReply)
      return
    }
    if (connection === undefined) {
      connection = open(url, request, forget)
      all.add(connection)
    }
    sendOn(connection, onReply)
  }

  return {
    send,
    close: () => {
      for (const connection of all) connection.close()
    },
  }
}
