/** Remembers what a function of texts gave, since headers repeat. What it throws is not remembered. */

const MOST_REMEMBERED = 100

export const remember = <A extends (string | undefined)[], R>(
  task: (...args: A) => R,
): ((...args: A) => R) => {
  const known = new Map<string, R>()
  return (...args) => {
    const key = args.join('\n')
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const result = task(...args)
    if (known.size === MOST_REMEMBERED) known.clear()
    known.set(key, result)
    return result
  }
}
