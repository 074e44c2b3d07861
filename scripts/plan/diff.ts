/** Differences between plain data, field by field. */

export type Change = { path: string; from?: unknown; to?: unknown }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What names an element of a list in AWS's requests; without one, its position. */
const NAMES = ['VariantName', 'Key', 'AlarmName', 'Name'] as const

const label = (element: unknown, at: number): string => {
  if (isRecord(element)) {
    for (const name of NAMES) if (typeof element[name] === 'string') return element[name]
  }
  return String(at)
}

const entries = (value: unknown): [string, unknown][] | undefined => {
  if (Array.isArray(value)) return value.map((element, at) => [`[${label(element, at)}]`, element])
  return isRecord(value) ? Object.entries(value).map(([key, each]) => [`.${key}`, each]) : undefined
}

const walk = (path: string, from: unknown, to: unknown, changes: Change[]): void => {
  const before = entries(from)
  const after = entries(to)
  if (before === undefined && after === undefined) {
    if (from !== to) {
      changes.push({
        path: path.replace(/^\./, ''),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      })
    }
    return
  }
  const left = new Map(before)
  const right = new Map(after)
  for (const key of new Set([...left.keys(), ...right.keys()]))
    walk(path + key, left.get(key), right.get(key), changes)
}

/** Every leaf that differs. Elements of lists are matched by their names, so that an order is no difference. */
export const diff = (from: unknown, to: unknown): Change[] => {
  const changes: Change[] = []
  walk('', from, to, changes)
  return changes
}

/** Those fields of a value, whether it has them or not. */
export const pick = (
  value: object | undefined,
  keys: Iterable<string>,
): Record<string, unknown> | undefined =>
  value === undefined
    ? undefined
    : Object.fromEntries([...keys].map((key) => [key, (value as Record<string, unknown>)[key]]))
