/** Reads replies of HTTP/1.1 strictly: what a careful client would not accept is a fault of the server. */

export type Reply = { status: number; headers: ReadonlyMap<string, string>; body: Buffer }

/** `rest`: bytes of a reply that has not come whole. */
export type Replies = { replies: Reply[]; rest: number; fault?: string }

const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/
const FIELD_LINE = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*([\x20-\x7e]*?)[ \t]*$/

const NO_BODY = new Set([204, 304])

class Malformed extends Error {}

type Read = { reply: Reply; end: number }

const readHead = (text: string): { status: number; headers: Map<string, string> } => {
  const [first = '', ...lines] = text.split('\r\n')
  const status = STATUS_LINE.exec(first)?.[1]
  if (status === undefined) throw new Malformed(`the status line ${JSON.stringify(first.slice(0, 80))}`)
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name, value = ''] = FIELD_LINE.exec(line) ?? []
    if (name === undefined) throw new Malformed(`the header ${JSON.stringify(line.slice(0, 80))}`)
    const key = name.toLowerCase()
    if (headers.has(key) && /^(content-length|content-type|transfer-encoding)$/.test(key))
      throw new Malformed(`two ${name}`)
    headers.set(key, value)
  }
  return { status: Number(status), headers }
}

/** Undefined while more is to come. */
const readChunks = (bytes: Buffer, start: number): { body: Buffer; end: number } | undefined => {
  const parts: Buffer[] = []
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return undefined
    const size = bytes.toString('latin1', at, lineEnd)
    if (!/^[\da-f]+$/i.test(size)) throw new Malformed(`the chunk size ${JSON.stringify(size.slice(0, 40))}`)
    const from = lineEnd + 2
    const to = from + Number.parseInt(size, 16)
    if (bytes.length < to + 2) return undefined
    if (bytes.toString('latin1', to, to + 2) !== '\r\n')
      throw new Malformed('a chunk that is longer than its size')
    if (to === from) return { body: Buffer.concat(parts), end: to + 2 }
    parts.push(bytes.subarray(from, to))
    at = to + 2
  }
}

/** Undefined while more is to come. */
const readOne = (bytes: Buffer, start: number, bodiless: boolean, closed: boolean): Read | undefined => {
  const headEnd = bytes.indexOf('\r\n\r\n', start)
  if (headEnd === -1) return undefined
  const { status, headers } = readHead(bytes.toString('latin1', start, headEnd))
  const from = headEnd + 4
  const made = (body: Buffer, end: number): Read => ({ reply: { status, headers, body }, end })
  if (bodiless || status < 200 || NO_BODY.has(status)) return made(Buffer.alloc(0), from)
  if (headers.get('transfer-encoding') === 'chunked') {
    const chunks = readChunks(bytes, from)
    return chunks && made(chunks.body, chunks.end)
  }
  const length = headers.get('content-length')
  if (length === undefined) return closed ? made(bytes.subarray(from), bytes.length) : undefined
  if (!/^\d+$/.test(length)) throw new Malformed(`the Content-Length ${length}`)
  const end = from + Number(length)
  return bytes.length < end ? undefined : made(bytes.subarray(from, end), end)
}

/**
 * @param bodiless the first final reply has no body
 * @param closed no more bytes will come
 */
export const readReplies = (bytes: Buffer, bodiless: boolean, closed: boolean): Replies => {
  const replies: Reply[] = []
  let at = 0
  try {
    while (at < bytes.length) {
      const read = readOne(bytes, at, bodiless && replies.length === 0, closed)
      if (read === undefined) break
      // 1xx come before the reply and are none (RFC 9110, section 15.2).
      if (read.reply.status >= 200) replies.push(read.reply)
      at = read.end
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { replies, rest: bytes.length - at, fault: error.message }
  }
  return { replies, rest: bytes.length - at }
}
