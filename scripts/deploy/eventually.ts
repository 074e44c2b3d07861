import { isNotYetKnown } from '../aws/errors.ts'
import { pause, type Session } from './session.ts'

/** A role that was made a moment ago takes the longest: some ten seconds as a rule. */
const GIVE_UP_MS = 120_000

const LONGEST_PAUSE_MS = 10_000

/** Repeats a call while AWS does not know yet what was made a moment ago; for two minutes at most. */
export const eventually = async <T>(session: Session, call: () => Promise<T>): Promise<T> => {
  const { clock, output } = session
  const began = clock.now()
  for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await call()
    } catch (error) {
      if (!isNotYetKnown(error) || clock.now() - began + pauseMs > GIVE_UP_MS) throw error
      output.progress(`Waiting for AWS to see the new resource … ${(error as Error).message}`)
      await pause(session, pauseMs)
    }
  }
}
