const STEP = /\.([A-Za-z_$][\w$-]*)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/gy

/** The value at a path like `$.predictions[0].label` or `$['a key']`, in a list of one; an empty list if there is none. */
export const atPath = (value: unknown, path: string): unknown[] => {
  let found: unknown = value
  STEP.lastIndex = path.startsWith('$') ? 1 : 0
  while (STEP.lastIndex < path.length) {
    const step = STEP.exec(path)
    if (step === null) return []
    const key = step[1] ?? step[2] ?? step[3] ?? step[4] ?? ''
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return []
    // Its length is no part of a list.
    if (Array.isArray(found) && step[2] === undefined) return []
    found = (found as Record<string, unknown>)[key]
  }
  return [found]
}
