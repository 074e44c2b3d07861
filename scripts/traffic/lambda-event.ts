/** Requests as AWS Lambda has them from a function URL or an HTTP API: payload format 2.0 (API Gateway developer guide). */

import type { Reply, SwitchRequest } from './switch.ts'

export type LambdaEvent = {
  requestContext: { http: { method: string } }
  rawPath: string
  /** In lower case; several of one name are joined by commas. Cookies are not among them. */
  headers?: Record<string, string>
  cookies?: string[]
  body?: string
  isBase64Encoded?: boolean
}

export type LambdaResult = {
  statusCode: number
  headers: Record<string, string>
  cookies: string[]
  body: string
  isBase64Encoded: boolean
}

export const fromEvent = (event: LambdaEvent): SwitchRequest & { route: string } => ({
  route: `${event.requestContext.http.method} ${event.rawPath}`,
  headers: { ...event.headers, ...(event.cookies && { cookie: event.cookies.join('; ') }) },
  body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
})

/** Always base64: what an endpoint answers may be any bytes. */
export const toResult = ({ status, headers, body }: Reply): LambdaResult => {
  const { 'set-cookie': cookie, ...others } = headers
  return {
    statusCode: status,
    headers: others,
    cookies: cookie === undefined ? [] : [cookie],
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  }
}
