/** Who asks, and from where, by the headers of a request. */

import { parseCookie, stringifySetCookie } from 'cookie'
import type { Sticky } from '../config/sticky.ts'

/** By names in lower case; several of one name are one, joined as HTTP has it. */
export type Headers = Readonly<Record<string, string | undefined>>

/** The user's id; undefined if the request has none. */
export const userIdOf = (headers: Headers, userFrom: Sticky['userFrom']): string | undefined => {
  const id =
    typeof userFrom === 'string'
      ? headers[userFrom.toLowerCase()]
      : parseCookie(headers.cookie ?? '')[userFrom.cookie]
  return id === '' ? undefined : id
}

/** The country as its header has it; undefined without one. */
export const countryOf = (headers: Headers, from: string): string | undefined =>
  headers[from.toLowerCase()]?.trim().toUpperCase() || undefined

/** A cookie that names a user from now on. Scripts and other sites do not see it, and it goes over TLS (or to localhost) only. */
export const userCookie = (name: string, value: string, maxAge: number): string =>
  stringifySetCookie({ name, value, maxAge, path: '/', httpOnly: true, secure: true, sameSite: 'lax' })
