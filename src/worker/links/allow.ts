/** Which links of clients may be followed: `links` of serving.yaml, entries such as https://images.example.com/photos/. */

import { StartupError } from '../../errors.ts'

type WebRule = { protocol: string; host: string; port: string; path: string }

export type AllowList = { web: readonly WebRule[]; s3: readonly { bucket: string; prefix: string }[] }

const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.*)$/s

/** @throws StartupError for an entry that could never allow anything, or more than it says */
export const parseAllowList = (entries: readonly string[]): AllowList => {
  const web: WebRule[] = []
  const s3: { bucket: string; prefix: string }[] = []
  for (const entry of entries) {
    const [, bucket, prefix] = S3.exec(entry) ?? []
    if (bucket !== undefined && prefix !== undefined) s3.push({ bucket, prefix })
    else web.push(toRule(entry))
  }
  return { web, s3 }
}

const toRule = (entry: string): WebRule => {
  const url = URL.canParse(entry) ? new URL(entry) : undefined
  const { protocol, hostname: host, port, pathname } = url ?? {}
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash
  const isHost = host !== undefined && /^(\*|(\*\.)?[^*]+)$/.test(host)
  if (!isPlain || !isHost || port === undefined || !(protocol === 'https:' || protocol === 'http:'))
    throw new StartupError(
      `serving.yaml: links: expected https://HOST/PATH/, https://*.DOMAIN/, https://*/ or s3://BUCKET/PREFIX, found ${JSON.stringify(entry)}`,
    )
  return { protocol, host, port, path: pathname as string }
}

const fitsHost = (host: string, rule: string): boolean =>
  rule === '*' || host === rule || (rule.startsWith('*.') && host.endsWith(rule.slice(1)))

/** A path, and what lies below it. Encoded slashes, which some servers decode, could lead out of it. */
const fitsPath = (path: string, rule: string): boolean => {
  if (rule === '/') return true
  if (/%2f|%5c/i.test(path)) return false
  return path === rule || path.startsWith(rule.endsWith('/') ? rule : `${rule}/`)
}

/** Also asked of where a redirect leads. */
export const allowsUrl = ({ web }: AllowList, url: URL): boolean =>
  url.username === '' &&
  url.password === '' &&
  web.some(
    ({ protocol, host, port, path }) =>
      url.protocol === protocol &&
      fitsHost(url.hostname, host) &&
      url.port === port &&
      fitsPath(url.pathname, path),
  )

/** The object that a link names; undefined if it is none, or not one that may be fetched. */
export const allowedObject = (
  { s3 }: AllowList,
  link: string,
): { bucket: string; key: string } | undefined => {
  const [, bucket, key] = S3.exec(link) ?? []
  if (bucket === undefined || key === undefined || key === '') return undefined
  // Clients of HTTP may take such a part of a path for a step upwards.
  if (key.split('/').some((part) => part === '.' || part === '..')) return undefined
  return s3.some((rule) => rule.bucket === bucket && key.startsWith(rule.prefix))
    ? { bucket, key }
    : undefined
}
