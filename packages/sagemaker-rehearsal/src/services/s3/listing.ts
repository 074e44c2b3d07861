/** ListObjectsV2. */

import type { Reply } from '../../protocols/reply.ts'
import type { Bucket, StoredObject } from '../../store.ts'
import { xmlReply } from './documents.ts'

/** A page of a bucket's objects: keys with a prefix, and those with a delimiter after it as one. */
export const listObjects = ({ name, objects }: Bucket, query: URLSearchParams): Reply => {
  const token = query.get('continuation-token')
  const startAfter =
    token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8')
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const asked = Number(query.get('max-keys') ?? 1000)
  const most = Number.isInteger(asked) && asked >= 0 ? Math.min(asked, 1000) : 1000
  const encode = (text: string) =>
    query.get('encoding-type') === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > startAfter)
  keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const contents: StoredObject[] = []
  const prefixes = new Set<string>()
  let last = ''
  let truncated = false
  for (const key of keys) {
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    const group = at === -1 ? undefined : key.slice(0, at + delimiter.length)
    // What lies behind a prefix that the last page has shown does not show it again.
    if (group !== undefined && (prefixes.has(group) || startAfter.startsWith(group))) continue
    if (contents.length + prefixes.size >= most) {
      truncated = true
      break
    }
    if (group === undefined) contents.push(objects.get(key) as StoredObject)
    else prefixes.add(group)
    last = group ?? key
  }
  return xmlReply('ListBucketResult', {
    Name: name,
    Prefix: encode(prefix),
    ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
    MaxKeys: most,
    ...(query.has('encoding-type') && { EncodingType: query.get('encoding-type') }),
    IsTruncated: truncated,
    Contents: contents.map((object) => ({
      Key: encode(object.key),
      LastModified: new Date(object.modifiedAt),
      ETag: `"${object.etag}"`,
      Size: object.bytes,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: [...prefixes].map((Prefix) => ({ Prefix: encode(Prefix) })),
    KeyCount: contents.length + prefixes.size,
    ...(token !== null && { ContinuationToken: token }),
    ...(truncated && { NextContinuationToken: Buffer.from(last).toString('base64url') }),
  })
}
