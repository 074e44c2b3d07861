/** Watches a share of the requests for a time. */

import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { timeOf } from '../aws/clients.ts'
import { messageOf } from '../aws/errors.ts'
import { bar } from '../cli/output.ts'
import { pause, throwIfInterrupted } from '../deploy/session.ts'
import { readFunction } from './live.ts'
import type { LambdaSession } from './session.ts'

const POLL_MS = 5_000

/** Those of the alarms that are in ALARM, with why. */
export const firing = async (
  { clients: { cloudwatch } }: LambdaSession,
  names: readonly string[],
): Promise<string[]> => {
  if (names.length === 0) return []
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    }),
  )
  return [...MetricAlarms, ...CompositeAlarms]
    .filter(({ StateValue }) => StateValue === 'ALARM')
    .map(({ AlarmName, StateReason }) => `alarm ${AlarmName}: ${StateReason}`)
}

/** Looks that fail are made again for so long: AWS, the network or the credentials may be back. */
const BLIND_MS = 3 * 60_000

/** Resolves with what went wrong within so many seconds of AWS's time, or that nobody could look; with nothing if nothing did. */
export const bake = async (
  session: LambdaSession,
  name: string,
  seconds: number,
  alarms: readonly string[],
  what: string,
): Promise<string[]> => {
  const { clients, output, clock } = session
  // Whose answer tells the time.
  const now = async () => {
    await readFunction(session, name)
    return timeOf(clients)
  }
  let began: number | undefined
  let seen = clock.now()
  for (;;) {
    try {
      began ??= await now()
      const reasons = await firing(session, alarms)
      if (reasons.length > 0) return reasons
      const passed = (await now()) - began
      if (passed >= seconds * 1_000) return []
      seen = clock.now()
      output.progress(`${what} ${bar(passed / (seconds * 1_000))}`)
    } catch (error) {
      throwIfInterrupted(session)
      if (clock.now() - seen >= BLIND_MS)
        return [`for ${BLIND_MS / 60_000} minutes nobody could look at ${name}: ${messageOf(error)}`]
      output.progress(`${what}: cannot look, trying again: ${messageOf(error)}`)
    }
    await pause(session, POLL_MS)
  }
}
