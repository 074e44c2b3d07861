/**
 * Objects of which thousands come and go in a second. A Set or a Map must not hold them: its table is replaced every few dozen
 * changes, and once a full collection has moved a table among the old objects, V8 keeps all tables that have followed it, with what
 * was in them, until the next full collection (docs/decisions/0017). Here nothing refers to what came later.
 */
export class Bag<T extends { place?: number | undefined }> {
  readonly #items: T[] = []

  get size(): number {
    return this.#items.length
  }

  /** An object is in one bag at a time, which notes its place in it. */
  add(item: T): void {
    item.place = this.#items.length
    this.#items.push(item)
  }

  /** Whatever is not in the bag may be removed too. */
  remove(item: T): void {
    const { place } = item
    if (place === undefined || this.#items[place] !== item) return
    const last = this.#items.pop() as T
    if (last !== item) {
      this.#items[place] = last
      last.place = place
    }
    item.place = undefined
  }

  /** What is in it now, in no order. */
  get all(): T[] {
    return [...this.#items]
  }
}
