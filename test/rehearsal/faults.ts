/** Makes something go wrong at one call of a whole command, wherever that call is made. */

import type { Clients } from '../../scripts/aws/clients.ts'

export type Fault = {
  /** The call: this action for the nth time, counted from 1. */
  action: string
  nth: number
  how: 'error before' | 'error after' | 'throttled' | 'killed before' | 'killed after'
}

const CHANGE: readonly Fault['how'][] = [
  'error before',
  'error after',
  'throttled',
  'killed before',
  'killed after',
]

/** Before a read is as good as after it: it has no effect. */
const READ: readonly Fault['how'][] = ['error before', 'killed before']

export const isRead = (action: string): boolean => /^(Describe|Get|Head|List|Filter|Invoke)/.test(action)

export const waysFor = (action: string): readonly Fault['how'][] => (isRead(action) ? READ : CHANGE)

/** A process that is killed runs nothing more: every later call fails too, without an effect. */
class Killed extends Error {}

const awsError = (name: string, status: number): Error =>
  Object.assign(new Error(`${name} (injected)`), { name, $metadata: { httpStatusCode: status } })

type Stack = { add: (middleware: unknown, options: { step: string; name: string }) => void }

/**
 * Counts all calls of these clients. The fault is outside of the SDK's retries: it lasts longer than they do.
 * @returns the calls so far, as `action`, and whether the fault has struck
 */
export const inject = (clients: Clients, fault?: Fault): { calls: string[]; struck: () => boolean } => {
  const calls: string[] = []
  let struck = false
  let dead = false
  const strike = () => {
    struck = true
    if (fault?.how.startsWith('killed')) {
      dead = true
      throw new Killed('killed')
    }
    throw fault?.how === 'throttled' ? awsError('ThrottlingException', 400) : awsError('InternalFailure', 500)
  }
  const middleware =
    (next: (args: unknown) => Promise<unknown>, { commandName }: { commandName: string }) =>
    async (args: unknown) => {
      if (dead) throw new Killed('killed')
      const action = commandName.replace(/Command$/, '')
      calls.push(action)
      const isIt = action === fault?.action && calls.filter((call) => call === action).length === fault.nth
      if (isIt && !fault.how.endsWith('after')) strike()
      const answer = await next(args)
      if (dead) throw new Killed('killed')
      if (isIt) strike()
      return answer
    }
  for (const client of Object.values(clients)) {
    const stack = client.middlewareStack as unknown as Stack
    stack.add(middleware, { step: 'initialize', name: 'fault' })
  }
  return { calls, struck: () => struck }
}

/** Each call of a run once, as its action and how many of the same were before it. */
export const numbered = (calls: readonly string[]): { action: string; nth: number }[] => {
  const counts = new Map<string, number>()
  return calls.map((action) => {
    const nth = (counts.get(action) ?? 0) + 1
    counts.set(action, nth)
    return { action, nth }
  })
}
