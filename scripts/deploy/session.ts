/** What every step of a command works with. */

import type { Clients } from '../aws/clients.ts'
import type { Clock } from '../cli/clock.ts'
import { CommandError, EXIT } from '../cli/command.ts'
import type { Output } from '../cli/output.ts'

export type Session = {
  clients: Clients
  output: Output
  /** Aborts on Ctrl-C. */
  signal: AbortSignal
  clock: Clock
}

/** Ctrl-C ends the command, not what AWS does. */
export const throwIfInterrupted = ({ signal }: Pick<Session, 'signal'>): void => {
  if (!signal.aborted) return
  throw new CommandError('interrupted; AWS goes on with what was begun', {
    exitCode: EXIT.interrupted,
    fix: 'run the same command again: it takes up where things then are',
  })
}

/** Sleeps. Throws as `throwIfInterrupted` does. */
export const pause = async (session: Pick<Session, 'clock' | 'signal'>, ms: number): Promise<void> => {
  try {
    await session.clock.sleep(ms, session.signal)
  } catch (error) {
    throwIfInterrupted(session)
    throw error
  }
}
