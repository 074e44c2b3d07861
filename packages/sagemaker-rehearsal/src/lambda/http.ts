/**
 * A function URL: an HTTP request becomes an event in the payload format 2.0 of HTTP APIs, and the function's answer a response
 * (developer guide, "Invoking Lambda function URLs"; API Gateway developer guide, "AWS Lambda proxy integrations for HTTP APIs").
 */

import { randomUUID } from 'node:crypto'
import { AwsError } from '../aws-error.ts'
import type { Handle, HttpRequest, HttpResponse, InvocationResult, UrlContext } from './types.ts'

/** Bodies of other types are sent as base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml)\b|application\/[^;]*\+(json|xml)\b)/i

const isText = ({ headers, body }: HttpRequest): boolean =>
  TEXT.test(headers['content-type'] ?? '') &&
  headers['content-encoding'] === undefined &&
  Buffer.from(body.toString()).equals(body)

/** `12/Mar/2020:19:03:58 +0000` */
const commonLogTime = (date: Date): string => {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? []
  return `${day}/${month}/${year}:${time} +0000`
}

/** Headers in lower case, cookies apart, a parameter that comes several times as one with commas. */
export const eventOf = (request: HttpRequest, { account, urlId, domain }: UrlContext): object => {
  const { method, path, body, sourceIp = '127.0.0.1' } = request
  const [rawPath = '/', rawQueryString = ''] = path.split(/\?(.*)/s)
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const { cookie, ...others } = headers
  const parameters: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(rawQueryString))
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value
  const now = new Date()
  const asText = isText({ ...request, headers })
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: decodeURI(rawPath),
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: {
      ...others,
      host: domain,
      'x-forwarded-for': sourceIp,
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
    },
    ...(rawQueryString !== '' && { queryStringParameters: parameters }),
    requestContext: {
      accountId: account,
      apiId: urlId,
      domainName: domain,
      domainPrefix: urlId,
      http: {
        method,
        path: decodeURI(rawPath),
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(asText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !asText,
  }
}

const json = (status: number, body: object): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
})

const internalError = (): HttpResponse => ({
  status: 502,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('Internal Server Error'),
})

type Proxied = {
  statusCode?: unknown
  headers?: Record<string, unknown>
  cookies?: string[]
  body?: unknown
  isBase64Encoded?: boolean
}

const parse = (payload: Buffer): unknown => {
  try {
    return JSON.parse(payload.toString())
  } catch {
    return undefined
  }
}

/** An answer without `statusCode` is taken for a body of JSON, with status 200. */
export const responseOf = ({ payload, functionError }: InvocationResult): HttpResponse => {
  const answer = parse(payload)
  if (functionError !== undefined || answer === undefined) return internalError()
  const isProxied = typeof answer === 'object' && answer !== null && 'statusCode' in answer
  if (!isProxied)
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: typeof answer === 'string' ? Buffer.from(answer) : payload,
    }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = answer as Proxied
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 100 || status > 599) return internalError()
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: Buffer.from(
      typeof body === 'string' ? body : JSON.stringify(body),
      isBase64Encoded ? 'base64' : 'utf8',
    ),
  }
}

export const handle: Handle = async (request, invoke, context) => {
  try {
    return responseOf(await invoke({ payload: Buffer.from(JSON.stringify(eventOf(request, context))) }))
  } catch (error) {
    if (error instanceof AwsError) return json(error.status, { Message: error.message })
    throw error
  }
}
