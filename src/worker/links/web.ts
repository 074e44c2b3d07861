/**
 * Fetches an https or http link of a client. Every address is held against the private ranges when it is about to be
 * connected to, after DNS and after each redirect, so that neither a name nor a redirect leads into the network of the server.
 */

import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import {
  type RequestFilteringAgentOptions,
  RequestFilteringHttpAgent,
  RequestFilteringHttpsAgent,
} from 'request-filtering-agent'
import { type AllowList, allowsUrl } from './allow.ts'
import { invalidLink, readBounded } from './bounded.ts'

const MOST_REDIRECTS = 3

const REDIRECTS = [301, 302, 303, 307, 308]

export type Fetched = { body: Uint8Array; contentType: string }

export type WebOptions = {
  allow: AllowList
  maxBytes: number
  /** Ends it, whatever it waits for. */
  signal: AbortSignal
  /** For tests, whose servers have private addresses. */
  exceptions?: Pick<RequestFilteringAgentOptions, 'allowIPAddressList'> & { lookup?: unknown }
}

/** @throws ServingError ERR_INVALID_LINK */
export const fetchWeb = async (link: string, options: WebOptions): Promise<Fetched> => {
  let url = parse(link)
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    if (!allowsUrl(options.allow, url))
      throw invalidLink(
        redirects === 0
          ? 'the link is not one that "links" of serving.yaml allows'
          : 'the link leads on to one that "links" of serving.yaml does not allow',
      )
    const response = await request(url, options)
    try {
      const { statusCode = 0, headers } = response
      if (REDIRECTS.includes(statusCode) && headers.location !== undefined) {
        url = parse(headers.location, url)
        continue
      }
      if (statusCode !== 200) throw invalidLink(`the link is answered with status ${statusCode}`)
      // It was asked for as it is; what is compressed all the same may become anything.
      if (!['identity', undefined].includes(headers['content-encoding']))
        throw invalidLink(`the link is answered in Content-Encoding ${headers['content-encoding']}`)
      const length = headers['content-length']
      const body = await readBounded(
        response,
        length === undefined ? undefined : Number(length),
        options.maxBytes,
      )
      return { body, contentType: headers['content-type'] ?? 'application/octet-stream' }
    } finally {
      response.destroy()
    }
  }
  throw invalidLink(`the link leads on more than ${MOST_REDIRECTS} times`)
}

const parse = (link: string, base?: URL): URL => {
  if (!URL.canParse(link, base?.href)) throw invalidLink('the link is not a URL')
  return new URL(link, base)
}

/** A new connection each time, which is checked. */
const request = (url: URL, { signal, exceptions }: WebOptions): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:'
    const agent = new (isSecure ? RequestFilteringHttpsAgent : RequestFilteringHttpAgent)(
      exceptions as RequestFilteringAgentOptions,
    )
    const headers = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'onnx-serving' }
    const outgoing = (isSecure ? https : http).request(url, { agent, headers, signal })
    outgoing.on('response', resolve)
    outgoing.on('error', reject)
    outgoing.end()
  })
