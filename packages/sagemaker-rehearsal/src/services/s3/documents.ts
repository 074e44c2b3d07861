/** What S3 says and reads: replies, errors, and the XML documents of both. */

import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { AwsError } from '../../aws-error.ts'
import type { Reply } from '../../protocols/reply.ts'
import { element } from '../../protocols/xml.ts'

const XMLNS = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** XML documents that come in: lists of keys or parts. */
const MOST_DOCUMENT_BYTES = 2 * 2 ** 20

export const error = (code: string, message: string, status: number) =>
  new AwsError(code, message, { status })

export const reply = (
  status: number,
  headers: Record<string, string> = {},
  body: Reply['body'] = '',
): Reply => ({
  status,
  headers,
  body,
})

export const xmlReply = (name: string, value: unknown): Reply =>
  reply(
    200,
    { 'content-type': 'application/xml' },
    `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value).replace(`<${name}>`, `<${name} xmlns="${XMLNS}">`)}`,
  )

export const s3Error = ({ code, message, status }: AwsError): Reply =>
  reply(
    status,
    { 'content-type': 'application/xml' },
    `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', { Code: code, Message: message, RequestId: randomUUID() })}`,
  )

export const readText = async (body: Readable): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length
    if (bytes > MOST_DOCUMENT_BYTES) throw error('MaxMessageLengthExceeded', 'The document is too long.', 400)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

const unescapeXml = (text: string): string =>
  text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (all, name, decimal, hex) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? all
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : all
  })

/** Text of each element of that name: the documents that S3 takes have no attributes or nesting that would matter. */
export const textsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => unescapeXml(text))

export const blocksOf = (xml: string, name: string): string[] => xml.split(`<${name}>`).slice(1)
