/** Writes XML, as the query protocol and S3 want it. */

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Characters that XML 1.0 has no way to write are left out. */
export const escapeXml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
    .replace(/\r/g, '&#13;')

/**
 * `<name>…</name>` of a value: members of objects become elements, dates ISO 8601, undefined nothing. With `member` a list is
 * an element with elements of that name in it, as in the query protocol; without it, the element is repeated, as in S3.
 */
export const element = (name: string, value: unknown, member?: string): string => {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) {
    const items = value.map((item) => element(member ?? name, item, member)).join('')
    return member === undefined ? items : `<${name}>${items}</${name}>`
  }
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`
  if (typeof value === 'object') {
    const inner = Object.entries(value).map(([key, item]) => element(key, item, member))
    return `<${name}>${inner.join('')}</${name}>`
  }
  return `<${name}>${escapeXml(String(value))}</${name}>`
}
