/**
 * The batches that a worker has. They are read at the same time, so that none waits for another's images or compressed
 * bodies, which share budgets; and they are run one after the other.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { Bag } from '../bag.ts'
import type { FromWorker, Run } from '../protocol/messages.ts'
import { LazyAbortController } from './lazy-abort.ts'
import type { LoadedModel } from './load.ts'
import { CANCELLED, type Item, isCancelled, type Replies, readBatch, runBatch } from './pipeline.ts'
import { sendLargeBodies } from './send-replies.ts'

/** How often the server is told that the worker gets on: it reads, makes one run after another, or waits for code of the model's own. */
const PREPARING_MS = 500

type Send = (message: FromWorker, then?: () => void) => void

type Mark = Pick<Item, 'abort'>

type UnderWay = { batch: number; marks: readonly Mark[]; ended: Promise<void> | undefined; place?: number }

export class Batches {
  readonly #find: (model: string) => LoadedModel
  readonly #send: Send
  readonly #underWay = new Bag<UnderWay>()
  #lastRun: Promise<unknown> = Promise.resolve()

  constructor(find: (model: string) => LoadedModel, send: Send) {
    this.#find = find
    this.#send = send
  }

  /** Resolves when the whole batch has its replies. */
  run(message: Run): Promise<void> {
    const marks = message.items.map(() => ({ abort: new LazyAbortController() }))
    const underWay: UnderWay = { batch: message.batch, marks, ended: undefined }
    this.#underWay.add(underWay)
    underWay.ended = this.#process(message, marks).finally(() => this.#underWay.remove(underWay))
    return underWay.ended
  }

  /** A request that is being read is given up, and one that waits is not run; one that has its reply stays as it is. */
  cancel(batch: number, item: number): void {
    this.#underWay.all.find((other) => other.batch === batch)?.marks[item]?.abort.abort(CANCELLED)
  }

  /** Resolves when all batches so far have their replies. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay.all.map(({ ended }) => ended))
  }

  async #process({ batch, model, alone, items: requests }: Run, marks: readonly Mark[]): Promise<void> {
    const loaded = this.#find(model)
    const isWanted = (item: number) => !isCancelled(marks[item] as Mark)
    const cross = (replies: Replies) => sendLargeBodies(batch, replies, isWanted, this.#send)
    const sendReplies = async (early: Replies) => {
      const replies = await cross(early)
      if (replies.length > 0) this.#send({ type: 'replies', batch, replies })
    }
    const items = requests.map((request, item): Item => ({ ...(marks[item] as Mark), request }))
    // A run keeps this thread, and so one that hangs gives no sign.
    const sign = setInterval(() => this.#send({ type: 'preparing', batch }), PREPARING_MS)
    const readAndRun = async () => {
      const read = await readBatch(items, loaded, sendReplies)
      const isFirst = this.#underWay.size === 1
      const run = this.#lastRun.then(async () => {
        // A run keeps this thread: now is the time to hear of requests that were cancelled meanwhile.
        if (!isFirst) await nextTurn()
        return runBatch(read, alone, loaded, sendReplies)
      })
      this.#lastRun = run
      return run
    }
    const { replies, timings } = await readAndRun().finally(() => clearInterval(sign))
    const last = await cross(replies)
    this.#send({ type: 'done', batch, replies: last, timings })
  }
}
