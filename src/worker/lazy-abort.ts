/** An AbortController that is made once somebody asks for its signal: of the requests of a batch few do, and it is dear. */

import { setMaxListeners } from 'node:events'

export class LazyAbortController {
  #controller: AbortController | undefined

  get aborted(): boolean {
    return this.#controller?.signal.aborted ?? false
  }

  get signal(): AbortSignal {
    return this.#get().signal
  }

  abort(reason: unknown): void {
    this.#get().abort(reason)
  }

  #get(): AbortController {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      // Every image of a request may listen.
      setMaxListeners(0, this.#controller.signal)
    }
    return this.#controller
  }
}
