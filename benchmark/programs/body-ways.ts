/**
 * A route that gives each body to one of two other processes and answers once it has arrived there, one body at a time each.
 *
 *   body-ways.ts WAY        a key of WAYS
 */

import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import { free } from '../../src/protocol/body.ts'

/** What is told in a message. */
type Told = { body?: Uint8Array; bytes?: number; file?: string }

/** Takes what comes; at its end gives what sends it, and what is done after it has arrived. */
type Collect = (request: IncomingMessage) => {
  add(chunk: Buffer): void
  send(child: ChildProcess): void
  after?(): void
}

const DIRECTORY = '/dev/shm'
let files = 0
const freeFiles: { name: string; fd: number }[] = []

const joining =
  (send: (child: ChildProcess, body: Buffer) => void): Collect =>
  (request) => {
    const body = Buffer.allocUnsafeSlow(Number(request.headers['content-length']))
    let length = 0
    return {
      add: (chunk) => {
        length += chunk.copy(body, length)
      },
      send: (child) => send(child, body),
    }
  }

const inPieces =
  (frees: boolean): Collect =>
  () => {
    const pieces: Buffer[] = []
    return {
      add: (chunk) => pieces.push(chunk),
      send: (child) => {
        const pipe = child.stdio[4] as Socket
        child.send({ bytes: pieces.reduce((sum, { length }) => sum + length, 0) })
        pipe.cork()
        for (const piece of pieces) pipe.write(piece)
        pipe.uncork()
      },
      after: () => {
        if (frees) free({ pieces, byteLength: 0 })
      },
    }
  }

const inFile =
  (reuses: boolean): Collect =>
  () => {
    const open = () => {
      files += 1
      const name = `${DIRECTORY}/body-ways-${process.pid}-${files}`
      return { name, fd: openSync(name, 'wx+') }
    }
    const file = freeFiles.pop() ?? open()
    let length = 0
    return {
      add: (chunk) => {
        length += writeSync(file.fd, chunk, 0, chunk.length, length)
      },
      send: (child) => child.send({ file: file.name, bytes: length }),
      after: () => {
        if (reuses) {
          freeFiles.push(file)
        } else {
          closeSync(file.fd)
          unlinkSync(file.name)
        }
      },
    }
  }

export const WAYS: Record<string, Collect> = {
  message: joining((child, body) => child.send({ body })),
  'pipe, joined': joining((child, body) => {
    child.send({ bytes: body.length })
    ;(child.stdio[4] as Socket).write(body)
  }),
  'pipe, in pieces': inPieces(false),
  'pipe, in pieces that are freed': inPieces(true),
  'file in memory': inFile(false),
  'file in memory, used again': inFile(true),
}

/** Reads a body of so many bytes out of the pipe, right into its place; one at a time. */
const createReceiver = () => {
  let body = Buffer.alloc(1)
  let came = 0
  let whole = () => {}
  const onread: OnReadOpts = {
    buffer: () => body.subarray(came),
    callback: (bytes) => {
      came += bytes
      if (came < body.length) return true
      whole()
      return false
    },
  }
  const pipe = new Socket({ fd: 4, onread } as SocketConstructorOpts).pause()
  return (bytes: number): Promise<void> =>
    new Promise((resolve) => {
      body = Buffer.allocUnsafeSlow(bytes)
      came = 0
      whole = resolve
      pipe.resume()
    })
}

const work = (): void => {
  const receive = createReceiver()
  const read = ({ body, file, bytes = 0 }: Told): unknown => {
    if (body !== undefined) return body
    if (file === undefined) return receive(bytes)
    const fd = openSync(file, 'r')
    readSync(fd, Buffer.allocUnsafeSlow(bytes), 0, bytes, 0)
    closeSync(fd)
    return undefined
  }
  process.on('message', async (told) => {
    await read(told as Told)
    process.send?.('arrived')
  })
  process.on('disconnect', () => process.exit(0))
}

const serve = (collect: Collect): void => {
  const waiting: { send(child: ChildProcess): void; done(): void }[] = []
  const idle: ChildProcess[] = []
  const next = () => {
    while (idle.length > 0 && waiting.length > 0) {
      const child = idle.pop() as ChildProcess
      const { send, done } = waiting.shift() as (typeof waiting)[0]
      child.once('message', () => {
        done()
        idle.push(child)
        next()
      })
      send(child)
    }
  }
  for (let count = 0; count < 2; count += 1)
    idle.push(
      fork(process.argv[1] as string, ['work'], {
        serialization: 'advanced',
        stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
      }),
    )
  createServer((request, response) => {
    if (request.method === 'GET') {
      response.end()
      return
    }
    const { add, send, after } = collect(request)
    request.on('data', add)
    request.on('end', () => {
      waiting.push({
        send,
        done: () => {
          after?.()
          response.end('{}')
        },
      })
      next()
    })
  }).listen(Number(process.env.SERVING_PORT), '127.0.0.1')
  process.once('SIGTERM', () => {
    for (const { name } of freeFiles) unlinkSync(name)
    process.exit(0)
  })
}

const [, program = '', way = ''] = process.argv
if (way === 'work') work()
else if (program.endsWith('body-ways.ts') && WAYS[way] !== undefined) serve(WAYS[way])
