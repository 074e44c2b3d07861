/** A request to a function's URL: who may, and what is measured of it. */

import { handle } from '../lambda/http.ts'
import type { HttpRequest, HttpResponse } from '../lambda/types.ts'
import type { FunctionUrl, LambdaFunction, Store } from '../store.ts'
import type { Functions } from './functions.ts'

/** Below the rehearsal's address, since names below `on.aws` are not ours to answer: `/_function-url/ID/…`. */
export const URL_PATH = '/_function-url/'

const message = (status: number, text: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ Message: text })),
})

type Found = { one: LambdaFunction; qualifier: string; url: FunctionUrl }

/**
 * Whether the policy lets everybody call this URL (developer guide, "Control access to Lambda function URLs"): since October 2025
 * `lambda:InvokeFunction` is needed beside `lambda:InvokeFunctionUrl`.
 */
const isPublic = ({ one, qualifier }: Found): boolean => {
  const statements = [...(one.policies.get(qualifier)?.statements.values() ?? [])]
  return ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].every((action) =>
    statements.some(
      ({ Action, Principal, Condition = {} }) =>
        (Action === action || Action === 'lambda:*') &&
        Principal === '*' &&
        (Condition.StringEquals?.['lambda:FunctionUrlAuthType'] ?? 'NONE') === 'NONE',
    ),
  )
}

export type FunctionUrls = (request: HttpRequest) => Promise<HttpResponse>

export const createFunctionUrls = (
  store: Store,
  functions: Functions,
  account: string,
  now: () => number,
): FunctionUrls => {
  const find = (id: string): Found | undefined => {
    for (const one of store.functions.values())
      for (const [qualifier, url] of one.urls) if (url.id === id) return { one, qualifier, url }
    return undefined
  }

  return async (request) => {
    const [id = '', ...rest] = request.path.slice(URL_PATH.length).split(/(?=[/?])/)
    const found = find(id)
    // Lambda's own servers answer so for a domain that is none.
    if (found === undefined) return message(403, 'Forbidden')
    const { one, qualifier, url } = found
    const isSigned = /Credential=[^,\s]*\/lambda\/aws4_request/.test(request.headers.authorization ?? '')
    const began = now()
    const path = rest.join('')
    let version: string | undefined
    const response = (url.auth === 'AWS_IAM' ? isSigned : isPublic(found))
      ? await handle(
          { ...request, path: path.startsWith('/') ? path : `/${path}` },
          async (invocation) => {
            const invoked = await functions.invoke(one, qualifier || undefined, invocation)
            version = invoked.version
            return invoked
          },
          { account, urlId: id, domain: `${id}.lambda-url.${one.region}.on.aws` },
        )
      : message(403, 'Forbidden')
    functions.measure(
      one,
      { qualifier: qualifier || undefined, ...(version !== undefined && { version }) },
      {
        UrlRequestCount: 1,
        Url4xxCount: response.status >= 400 && response.status < 500 ? 1 : 0,
        Url5xxCount: response.status >= 500 ? 1 : 0,
        UrlRequestLatency: now() - began,
      },
    )
    return response
  }
}
