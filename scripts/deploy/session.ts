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
  /** For commands that only look, and leave nothing in AWS that would go on. */
  onlyLooks?: boolean
}

/** Ctrl-C ends the command, not what AWS does. */
export const throwIfInterrupted = ({ signal, onlyLooks }: Pick<Session, 'signal' | 'onlyLooks'>): void => {
  if (!signal.aborted) return
  throw onlyLooks
    ? new CommandError('Interrupted.', { exitCode: EXIT.interrupted })
    : new CommandError('Interrupted. AWS continues with what was begun.', {
        exitCode: EXIT.interrupted,
        fix: 'run the same command again to follow it',
      })
}

/** Sleeps. Throws as `throwIfInterrupted` does. */
export const pause = async (
  session: Pick<Session, 'clock' | 'signal' | 'onlyLooks'>,
  ms: number,
): Promise<void> => {
  try {
    await session.clock.sleep(ms, session.signal)
  } catch (error) {
    throwIfInterrupted(session)
    throw error
  }
}
