const AT_A_TIME = 10

/** The results in order. AWS throttles who asks for everything at once, and one after the other takes minutes. */
export const inTens = async <Item, Result>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = []
  const left = items.entries()
  const work = async () => {
    for (const [at, item] of left) results[at] = await ask(item)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return results
}
