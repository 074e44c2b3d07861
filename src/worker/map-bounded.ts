/**
 * As Promise.all over `task`, with at most `limit` tasks at once, and none begun after one has failed. A failure is told when
 * those that were under way have ended: until then they hold memory, for which the caller answers.
 */
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
  const lanes = Array.from({ length: Math.min(limit, items.length) }, lane)
  await Promise.allSettled(lanes)
  await Promise.all(lanes)
  return results
}
