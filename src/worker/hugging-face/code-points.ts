/** Texts by code points, as Python and the tokenizer count them; JavaScript counts UTF-16. */

export type CodePoints = { slice(start: number, end: number): string }

const SURROGATE = /[\ud800-\udfff]/

export const codePointsOf = (text: string): CodePoints => {
  if (!SURROGATE.test(text)) return text
  const characters = Array.from(text)
  return { slice: (start, end) => characters.slice(start, end).join('') }
}

export const countCodePoints = (text: string): number => {
  if (!SURROGATE.test(text)) return text.length
  let count = 0
  for (const _ of text) count += 1
  return count
}
