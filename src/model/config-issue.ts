/** Words for what zod finds wrong in a YAML file: the key's path, what is expected there and what was found. */

import type * as z from 'zod'

type Issue = z.core.$ZodIssue

/**
 * One line a mistake, e.g. `preprocess.resize.shortest: expected a whole number, found "big"`.
 * `root` is the whole value that was checked; `keys` are all valid paths, for suggestions.
 */
export const formatIssue = (
  issue: Issue,
  root: unknown,
  keys: readonly string[],
  above: readonly PropertyKey[] = [],
): string[] => {
  const path = [...above, ...issue.path]
  if (issue.code === 'invalid_union') {
    const branch = intendedBranch(issue.errors)
    if (branch !== undefined) return branch.flatMap((inner) => formatIssue(inner, root, keys, path))
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${formatPath([...path, key])}: unknown key${suggestion(path, key, keys)}`)
  }
  return [`${formatPath(path)}: expected ${expectation(issue)}, found ${describe(valueAt(root, path))}`]
}

/** The paths of all keys of an object's JSON schema, nested ones and those of list entries as `a.b`, in the order of the schema. */
export const keyPaths = (schema: z.core.JSONSchema.BaseSchema, prefix = ''): string[] => {
  const alternatives = [schema, ...(schema.anyOf ?? [])] as z.core.JSONSchema.BaseSchema[]
  const below = alternatives.flatMap(({ items, ...own }) =>
    typeof items === 'object' && !Array.isArray(items)
      ? [own, ...((items.anyOf ?? [items]) as z.core.JSONSchema.BaseSchema[])]
      : [own],
  )
  const paths = below.flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([key, value]) => [
      prefix + key,
      ...keyPaths(value as z.core.JSONSchema.BaseSchema, `${prefix}${key}.`),
    ]),
  )
  return [...new Set(paths)]
}

/** Of a union's branches, the one that the value was meant for: its own kind fits, and it has the fewest mistakes. */
const intendedBranch = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined =>
  branches
    .filter((issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0))
    .sort((a, b) => a.length - b.length)[0]

const TYPE_WORDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
}

/** A schema's own words go first: they begin in lower case, and zod's with a capital. */
const expectation = (issue: Issue): string => {
  if (/^[^A-Z]/.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_WORDS[issue.expected] ?? issue.expected
    case 'invalid_value':
      return issue.values.map(String).join(' | ')
    case 'too_small':
    case 'too_big':
      return bound(issue)
    default:
      return issue.message
  }
}

const bound = (issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string => {
  if (issue.origin === 'array') return 'at least one entry'
  if (issue.origin === 'string') return 'some text'
  if (issue.code === 'too_big') return `at most ${issue.maximum}`
  return issue.inclusive === false ? `more than ${issue.minimum}` : `at least ${issue.minimum}`
}

export const formatPath = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'the whole file'
    : path
        .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`))
        .join('')

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    root,
  )

const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'an empty value'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'a group of keys'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** The valid key that was probably meant: nearest by spelling, one in the same place first. */
const suggestion = (parent: readonly PropertyKey[], key: string, keys: readonly string[]): string => {
  const place = parent
    .filter((part) => typeof part !== 'number')
    .map((part) => `${String(part)}.`)
    .join('')
  if (keys.includes(place + key)) return ' beside the others there'
  const near = keys
    .map((path) => ({ path, distance: editDistance(key.toLowerCase(), lastPart(path).toLowerCase()) }))
    .filter(({ path, distance }) => distance <= (path === place + lastPart(path) ? 2 : 0))
    .sort((a, b) => a.distance - b.distance)[0]
  return near === undefined ? '' : `; did you mean ${near.path}?`
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1)

/** Letters to add, drop, replace or swap with their neighbours until `a` is `b`; of words far apart in length no more is said. */
export const editDistance = (a: string, b: string): number => {
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY
  let above: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = isSwapped ? (above[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution, swap))
    }
    above = row
    row = next
  }
  return row[b.length] ?? 0
}
