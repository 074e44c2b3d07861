/** Which calls were made, and how they ended. */

export type Call = {
  /** Counted from 1. */
  number: number
  /** Milliseconds of the rehearsal's clock. */
  at: number
  service: string
  action: string
  /** What was asked for: the input of an action, or the path of a request that has a body instead. */
  input: unknown
  /** 0 where no answer was given. */
  status: number
  errorCode?: string
}

/** Calls kept. */
const MOST_CALLS = 20_000

export type Calls = ReturnType<typeof createCalls>

export const createCalls = () => {
  let calls: Call[] = []
  let count = 0
  return {
    add(call: Omit<Call, 'number'>): void {
      count += 1
      calls.push({ number: count, ...call })
      if (calls.length > MOST_CALLS) calls = calls.slice(MOST_CALLS / 2)
    },
    list: (): readonly Call[] => calls,
    clear(): void {
      calls = []
    },
  }
}
