/** As Promise.all over `task`, with at most `limit` tasks at once. What a task gives without a promise costs no wait. */
export const mapBounded = async <T, R>(
  items: readonly T[],
  limit: number,
  task: (item: T, index: number) => R | Promise<R>,
): Promise<R[]> => {
  const results: R[] = []
  let next = 0
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const result = task(items[index] as T, index)
      results[index] = result instanceof Promise ? await result : result
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane))
  return results
}
