/** Names of classes under their numbers, as `{"0": "cat", "1": "dog"}`. */

import { describe, quote } from '../words.ts'

/**
 * @param place what the entries are called in messages
 * @param mistake makes the error of a problem
 * @param allowsEmpty a class may be called ""
 * @throws what `mistake` makes, unless each class from 0 on has one name, a text or a number
 */
export const namesByIndex = (
  entries: readonly (readonly [key: string, name: unknown])[],
  place: string,
  mistake: (problem: string) => Error,
  allowsEmpty = false,
): readonly string[] => {
  const names = new Array<string>(entries.length)
  for (const [key, name] of entries) {
    const index = /^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : Number.NaN
    if (!(index < entries.length))
      throw mistake(
        `${place}: expected the keys "0" to "${entries.length - 1}", each once, found ${quote(key)}`,
      )
    if ((typeof name !== 'string' && typeof name !== 'number') || (name === '' && !allowsEmpty))
      throw mistake(`${place}: expected a name for class ${index}, found ${describe(name)}`)
    names[index] = String(name)
  }
  return names
}
