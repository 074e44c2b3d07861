/** As much of S3 as an upload needs, on loopback: a bucket called `models` that keeps what is put. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export type Stored = { body: Buffer; headers: Record<string, string | string[] | undefined> }

export type Bucket = {
  url: string
  objects: Map<string, Stored>
  /** `PUT /models/key`, in the order of arrival. */
  calls: string[]
  close: () => void
}

/** `aws-chunked` bodies: sizes in hexadecimal, each with its bytes; trailers after the last. */
const unchunked = (body: Buffer): Buffer => {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16)
    if (!(size > 0)) return Buffer.concat(parts)
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}

const errorXml = (code: string): string =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`

export const startBucket = async (): Promise<Bucket> => {
  const objects = new Map<string, Stored>()
  const calls: string[] = []
  const parts = new Map<string, Map<number, Buffer>>()
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3')
    const raw = await buffer(request)
    const body = String(request.headers['content-encoding'] ?? '').includes('aws-chunked')
      ? unchunked(raw)
      : raw
    const answer = (status: number, text = '', headers = {}) => response.writeHead(status, headers).end(text)
    calls.push(
      `${request.method} ${pathname}${[...searchParams.keys()].filter((key) => key.startsWith('upload')).map((key) => `?${key}`)}`,
    )
    if (!pathname.startsWith('/models/'))
      return answer(404, request.method === 'HEAD' ? '' : errorXml('NoSuchBucket'))
    const there = objects.get(pathname)
    const exclusive = request.headers['if-none-match'] === '*' && there !== undefined
    const upload = searchParams.get('uploadId')
    if (request.method === 'HEAD') {
      if (there === undefined) return answer(404)
      const metadata = Object.entries(there.headers).filter(([key]) => key.startsWith('x-amz-meta-'))
      return answer(200, '', Object.fromEntries(metadata))
    }
    if (request.method === 'POST' && searchParams.has('uploads')) {
      parts.set('1', new Map())
      objects.set('pending', { body: Buffer.alloc(0), headers: request.headers })
      return answer(
        200,
        `<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>`,
      )
    }
    if (upload !== null && request.method === 'PUT') {
      parts.get(upload)?.set(Number(searchParams.get('partNumber')), body)
      return answer(200, '', { etag: `"${searchParams.get('partNumber')}"` })
    }
    if (upload !== null && request.method === 'DELETE') {
      parts.delete(upload)
      return answer(204)
    }
    if (exclusive) return answer(412, errorXml('PreconditionFailed'))
    if (upload !== null && request.method === 'POST') {
      const all = [...(parts.get(upload) ?? [])].sort(([a], [b]) => a - b).map(([, part]) => part)
      objects.set(pathname, { body: Buffer.concat(all), headers: objects.get('pending')?.headers ?? {} })
      return answer(200, '<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>')
    }
    objects.set(pathname, { body, headers: request.headers })
    return answer(200, '', { etag: '"x"' })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    objects,
    calls,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
