/** Values, names and shapes in a few words, for messages. */

/** At most 40 characters of a text that came from outside. */
export const excerpt = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text)

/** Characters that do something to a terminal, or turn text around, and that JSON leaves as they are. */
const UNSEEN = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g

/** A JSON value as text that does nothing to a terminal. */
export const visible = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    UNSEEN,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** The excerpt in quotes. */
export const quote = (text: string): string => visible(excerpt(text))

/** Names in quotes, at most five, so that the message stays short. */
export const listNames = (names: readonly string[]): string =>
  names.slice(0, 5).map(quote).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')

/** A JSON value. */
export const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return `the string ${quote(value)}`
  return excerpt(String(value))
}

/** `float32[batch,3,224,224]`. */
export const formatSpec = ({ type, dims }: { type: string; dims: readonly (number | string)[] }): string =>
  `${type}[${dims.map((dim) => (dim === '' ? '?' : dim)).join(',')}]`

/** As 1 worker, 2 workers. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
