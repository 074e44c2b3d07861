/** Alarms of the user's own that roll an update back: SageMaker refuses the update if one is not there. */

import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { failed, notChecked, ok, warning } from './finding.ts'
import { withBoth } from './subject.ts'

export const checkAlarms = withBoth(async ({ rollout }, { clients, region }) => {
  const names = rollout.rollbackOn.flatMap((rule) => ('alarm' in rule ? [rule.alarm] : []))
  if (names.length === 0) return notChecked('the file names none')
  const { MetricAlarms = [], CompositeAlarms = [] } = await clients.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  )
  const there = [...MetricAlarms, ...CompositeAlarms]
  const missing = names.filter((name) => !there.some(({ AlarmName }) => AlarmName === name))
  if (missing.length > 0)
    return failed(
      `there is no alarm ${missing.join(', ')} in ${region}`,
      'correct alarm under rollout.rollbackOn, or make the alarm first',
    )
  const ringing = there.filter(({ StateValue }) => StateValue === 'ALARM').map(({ AlarmName }) => AlarmName)
  return ringing.length > 0
    ? warning(
        `${ringing.join(', ')} is in ALARM now: SageMaker would roll the update back at once`,
        'wait until it is OK again, or leave it out of rollout.rollbackOn',
      )
    : ok(names.join(', '))
})
