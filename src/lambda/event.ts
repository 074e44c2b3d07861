/** An event as a request to the server: of a function URL or an API (API Gateway developer guide, payload formats), or a body by itself. */

import { METHODS, validateHeaderName, validateHeaderValue } from 'node:http'

export type HttpRequest = { method: string; path: string; headers: Record<string, string>; body: Buffer }

/** `http`: the answer is one of HTTP, with its status. `direct`: the event was a body, and the answer is one, or an error. */
export type Asked = { kind: 'http' | 'direct'; request: HttpRequest }

/** As the proxy of `scripts/traffic/` reads them too. */
export type LambdaEvent = {
  requestContext?: { stage?: string; http?: { method?: string } }
  /** Format 2.0. */
  rawPath?: string
  cookies?: string[]
  /** Format 1.0, as of a REST API or a load balancer. */
  httpMethod?: string
  path?: string
  headers?: Record<string, string>
  body?: string | null
  isBase64Encoded?: boolean
}

/** Of a connection, which ended before Lambda (RFC 9110, section 7.6.1); and lengths, which were those of another body. */
const OF_A_CONNECTION = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Nothing else is at the root, and it is where a function URL leads. */
const INVOCATIONS = '/invocations'

/** API Gateway puts the name of a stage before the path. */
const pathOf = ({ rawPath, path, requestContext }: LambdaEvent): string => {
  const whole = rawPath ?? path ?? '/'
  const stage = `/${requestContext?.stage ?? '$default'}`
  const own = whole === stage || whole.startsWith(`${stage}/`) ? whole.slice(stage.length) : whole
  return own === '/' || own === '' ? INVOCATIONS : encodeURI(own).replaceAll('?', '%3F')
}

/** Undefined if the event is no HTTP request. */
export const httpRequestOf = (event: LambdaEvent): HttpRequest | undefined => {
  const method = event.requestContext?.http?.method ?? event.httpMethod
  if (method === undefined) return undefined
  const headers: HttpRequest['headers'] = {}
  for (const [name, value] of Object.entries(event.headers ?? {}))
    if (!OF_A_CONNECTION.has(name.toLowerCase())) headers[name.toLowerCase()] = value
  if (event.cookies !== undefined) headers.cookie = event.cookies.join('; ')
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  return { method, path: pathOf(event), headers, body }
}

/** Why Node's client would not send it: an event is JSON, and whoever may invoke the function writes what they like. */
export const refusalOf = ({ method, headers }: HttpRequest): string | undefined => {
  if (!METHODS.includes(method)) return 'the method of the event is none of HTTP'
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    } catch {
      return `the header ${JSON.stringify(name)} of the event cannot be sent with HTTP`
    }
  }
  return undefined
}

/** Any JSON that is no HTTP request is a body of `application/json`, as `aws lambda invoke --payload` sends it. */
export const requestOf = (json: Buffer): Asked => {
  const request = httpRequestOf((JSON.parse(json.toString()) ?? {}) as LambdaEvent)
  if (request !== undefined) return { kind: 'http', request }
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  return { kind: 'direct', request: { method: 'POST', path: INVOCATIONS, headers, body: json } }
}
