/** A budget that tasks share, first come, first served: what all under way weigh together is at most its total. */

type Waiting = { weight: number; start: () => void }

export class Budget {
  readonly #total: number
  #used = 0
  readonly #waiting: Waiting[] = []

  constructor(total: number) {
    this.#total = total
  }

  /**
   * Runs the task once its weight is free. One that weighs more than the total runs alone. A task that still waits when
   * the signal aborts is given up, with the signal's reason.
   */
  async use<T>(weight: number, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const share = Math.min(weight, this.#total)
    await this.#acquire(share, signal)
    try {
      return await task()
    } finally {
      this.#used -= share
      this.#startNext()
    }
  }

  #acquire(weight: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const giveUp = () => {
        const index = this.#waiting.indexOf(waiting)
        if (index !== -1) this.#waiting.splice(index, 1)
        reject(signal?.reason)
        // What stood behind may be lighter.
        this.#startNext()
      }
      const start = () => {
        signal?.removeEventListener('abort', giveUp)
        resolve()
      }
      const waiting: Waiting = { weight, start }
      signal?.addEventListener('abort', giveUp)
      this.#waiting.push(waiting)
      this.#startNext()
    })
  }

  #startNext(): void {
    for (;;) {
      const next = this.#waiting[0]
      if (next === undefined || this.#used + next.weight > this.#total) return
      this.#waiting.shift()
      this.#used += next.weight
      next.start()
    }
  }
}
