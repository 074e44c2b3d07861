/**
 * Texts that are asked for in one turn of the event loop are tokenized together, since a call of the binding costs more than a
 * short text. It runs on libuv's threads, and the loop is free meanwhile. Pairs go alone: `encodeBatch` takes none.
 */

import type { Encoding, Tokenizer } from 'tokenizers'
import { ServingError } from '../../errors.ts'
import { Budget } from '../budget.ts'

/** One text or a pair. */
export type Texts = readonly [string] | readonly [string, string]

export type EncodeTexts = (texts: Texts) => Promise<Encoding>

type Waiting = { texts: Texts; resolve(encoding: Encoding): void; reject(error: unknown): void }

/** A call has about this many characters, so that several threads share what is large. */
const CHARACTERS_OF_A_CALL = 32 * 1024

/** Characters that are tokenized at once in this process: each takes up to 200 bytes meanwhile. */
const CHARACTERS_AT_ONCE = new Budget(2 ** 20)

const sizeOf = ({ texts }: Waiting): number => texts.reduce((sum, { length }) => sum + length, 0)

const callsOf = (waiting: readonly Waiting[]): Waiting[][] => {
  const calls: Waiting[][] = []
  let room = -1
  for (const one of waiting) {
    room -= sizeOf(one)
    const isAlone = one.texts.length > 1
    if (room < 0 || isAlone) {
      calls.push([])
      room = isAlone ? -1 : CHARACTERS_OF_A_CALL - sizeOf(one)
    }
    calls.at(-1)?.push(one)
  }
  return calls
}

export const createBatcher = (tokenizer: Tokenizer): EncodeTexts => {
  let waiting: Waiting[] = []
  const encode = async (call: readonly Waiting[]): Promise<void> => {
    let encodings: Encoding[]
    const [first] = call as [Waiting]
    try {
      encodings =
        call.length === 1
          ? [await tokenizer.encode(first.texts[0], first.texts[1])]
          : await tokenizer.encodeBatch(call.map(({ texts }) => texts[0]))
    } catch (error) {
      // One text that the tokenizer refuses makes the call fail.
      if (call.length > 1) await Promise.all(call.map((one) => encode([one])))
      else first.reject(refused(error))
      return
    }
    for (const [index, { resolve }] of call.entries()) resolve(encodings[index] as Encoding)
  }
  const start = (): void => {
    const calls = callsOf(waiting)
    waiting = []
    for (const call of calls) {
      const characters = call.reduce((sum, one) => sum + sizeOf(one), 0)
      void CHARACTERS_AT_ONCE.use(characters, () => encode(call))
    }
  }
  return (texts) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ texts, resolve, reject }) === 1) queueMicrotask(start)
    })
}

const refused = (error: unknown): ServingError =>
  new ServingError('ERR_INVALID_INPUT', `the tokenizer refuses this text: ${(error as Error).message}`)
