/** Waits until Lambda has done what it was asked. */

import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda'
import { CommandError } from '../cli/command.ts'
import { pause } from '../deploy/session.ts'
import type { LambdaSession } from './session.ts'

const POLL_MS = 1_000

const LONGEST_POLL_MS = 5_000

/** @param deadline by the session's clock */
const until = async <T>(
  session: LambdaSession,
  what: string,
  deadline: number,
  look: () => Promise<T | undefined>,
): Promise<T> => {
  for (let pauseMs = POLL_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_POLL_MS)) {
    const found = await look()
    if (found !== undefined) return found
    if (session.clock.now() > deadline)
      throw new CommandError(`${what} took longer than rollout.timeout`, {
        fix: 'run the same command again to follow it, or make the timeout longer',
      })
    session.output.progress(`${what} …`)
    await pause(session, pauseMs)
  }
}

/** Whether it can be invoked and changed; one that failed never can. */
export const isReady = ({ State, LastUpdateStatus }: FunctionConfiguration): boolean =>
  !['Pending', 'Failed'].includes(State ?? '') && !['InProgress', 'Failed'].includes(LastUpdateStatus ?? '')

/** Until a version, or `$LATEST`, can be invoked and changed. Throws CommandError with Lambda's reason if it never can. */
export const untilReady = (
  session: LambdaSession,
  name: string,
  deadline: number,
  qualifier?: string,
): Promise<FunctionConfiguration> =>
  until(
    session,
    qualifier === undefined ? `Lambda is at work on ${name}` : `Lambda is at work on version ${qualifier}`,
    deadline,
    async () => {
      const config = await session.lambda.send(
        new GetFunctionConfigurationCommand({
          FunctionName: name,
          ...(qualifier !== undefined && { Qualifier: qualifier }),
        }),
      )
      if (config.State === 'Failed' || config.LastUpdateStatus === 'Failed') {
        const failed = config.State === 'Failed'
        const reason = failed ? config.StateReason : config.LastUpdateStatusReason
        const code = failed ? config.StateReasonCode : config.LastUpdateStatusReasonCode
        throw new CommandError(`Lambda cannot use ${name} as it is now: ${code}: ${reason}`)
      }
      return isReady(config) ? config : undefined
    },
  )

/** Undefined once all is warm; else why it will not be. */
export const untilWarm = async (
  session: LambdaSession,
  name: string,
  version: string,
  deadline: number,
): Promise<string | undefined> => {
  const { Status, StatusReason } = await until(
    session,
    `warming up version ${version}`,
    deadline,
    async () => {
      const config = await session.lambda.send(
        new GetProvisionedConcurrencyConfigCommand({ FunctionName: name, Qualifier: version }),
      )
      return config.Status === 'IN_PROGRESS' ? undefined : config
    },
  )
  return Status === 'READY' ? undefined : (StatusReason ?? Status)
}
