/** As Promise.all over `task`, with at most `limit` tasks at once, and none begun after one has failed. */
export const mapBounded = async <T, R>(
  items: readonly T[],
  limit: number,
  task: (item: T, index: number) => R | Promise<R>,
): Promise<R[]> => {
  const results: R[] = []
  let next = 0
  const lane = async () => {
    try {
      for (let index = next++; index < items.length; index = next++) {
        results[index] = await task(items[index] as T, index)
      }
    } catch (error) {
      next = items.length
      throw error
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane))
  return results
}
