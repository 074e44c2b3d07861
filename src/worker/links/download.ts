/** Follows the links of clients, as far as serving.yaml allows: off without it, and bounded in bytes and time. */

import { ServingError } from '../../errors.ts'
import { type AllowList, allowedObject, parseAllowList } from './allow.ts'
import { invalidLink } from './bounded.ts'
import { type FetchObject, findS3 } from './s3.ts'
import { type Fetched, fetchWeb, type WebOptions } from './web.ts'

/** From the first connection to the last byte. */
export const LINK_TIMEOUT_MS = 10_000

export type Download = (link: unknown, signal: AbortSignal) => Promise<Fetched>

export type LinkOptions = {
  /** `links` of serving.yaml. */
  entries: readonly string[] | undefined
  /** The file of the model's own code. */
  code: string
  maxBytes: number
  timeoutMs?: number
  exceptions?: WebOptions['exceptions']
}

/** @throws StartupError for entries that cannot be used */
export const createDownload = ({ entries, code, maxBytes, ...options }: LinkOptions): Download => {
  if (entries === undefined)
    return () =>
      Promise.reject(
        new Error(
          'download is off: list under "links" in serving.yaml what may be fetched (docs/handlers.md)',
        ),
      )
  const { timeoutMs = LINK_TIMEOUT_MS, exceptions } = options
  const allow = parseAllowList(entries)
  const fetchObject = allow.s3.length > 0 ? findS3(code) : undefined
  return async (link, wanted) => {
    const late = AbortSignal.timeout(timeoutMs)
    const signal = AbortSignal.any([late, wanted])
    try {
      if (typeof link !== 'string') throw invalidLink(`a link is a text, and not ${typeof link}`)
      if (link.startsWith('s3:')) return await fetchS3(link, allow, fetchObject, { maxBytes, signal })
      return await fetchWeb(link, { allow, maxBytes, signal, ...(exceptions && { exceptions }) })
    } catch (error) {
      if (late.aborted) throw invalidLink(`what the link leads to did not arrive within ${timeoutMs} ms`)
      throw readable(error)
    }
  }
}

const fetchS3 = async (
  link: string,
  allow: AllowList,
  fetchObject: FetchObject | undefined,
  options: Parameters<FetchObject>[1],
): Promise<Fetched> => {
  const object = allowedObject(allow, link)
  if (object === undefined || fetchObject === undefined)
    throw invalidLink('the link is not one that "links" of serving.yaml allows')
  return fetchObject(object, options)
}

/** What the client may know: a name of what went wrong, and no address. */
const readable = (error: unknown): ServingError => {
  if (error instanceof ServingError) return error
  const { message = '', code, name } = error as NodeJS.ErrnoException
  if (/is not allowed\. Because/.test(message))
    return invalidLink('the link leads to an address that is not public')
  return invalidLink(`the link cannot be fetched (${code ?? name})`)
}
