/** The tables of the CloudWatch user guide on missing data, and alarms that go off and calm down. */

import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import t from 'tap'
import { type AlarmState, stateOf } from '../../src/metrics/alarms.ts'
import { rehearse } from '../fixture.ts'

/** `-` is missing, `0` is fine, `X` breaches; oldest first. */
const pointsOf = (text: string) => text.split(' ').map((point) => (point === '-' ? undefined : point === 'X'))

const RETAINED: AlarmState = 'OK'

type Row = [points: string, missing: AlarmState, ignore: AlarmState, breaching: AlarmState, not: AlarmState]

const THREE_OF_THREE: Row[] = [
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 'INSUFFICIENT_DATA', RETAINED, 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 'ALARM', RETAINED, 'ALARM', 'OK'],
]

const TWO_OF_THREE: Row[] = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 'ALARM', RETAINED, 'ALARM', 'OK'],
]

for (const [toAlarm, rows] of [
  [3, THREE_OF_THREE],
  [2, TWO_OF_THREE],
] as const)
  for (const [text, ...expected] of rows)
    t.test(`${toAlarm} of 3: ${text}`, async (t) => {
      const states = ['missing', 'ignore', 'breaching', 'notBreaching'].map((missing) =>
        stateOf(pointsOf(text), { periods: 3, toAlarm, missing, before: RETAINED }),
      )
      t.strictSame(states, expected)
    })

t.test('a first breaching point alone does not set off 3 of 3', async (t) => {
  t.equal(stateOf(pointsOf('- - - - X'), { periods: 3, toAlarm: 3, missing: 'missing', before: 'OK' }), 'OK')
})

t.test('an alarm goes off by its data, calms down, and is deleted', async (t) => {
  const { clients, clock } = await rehearse(t)
  const { cloudwatch } = clients
  const put = (Value: number) =>
    cloudwatch.send(
      new PutMetricDataCommand({ Namespace: 'mine', MetricData: [{ MetricName: 'depth', Value }] }),
    )
  const state = async () =>
    (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['deep'] }))).MetricAlarms?.[0]?.StateValue
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'deep',
      Namespace: 'mine',
      MetricName: 'depth',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  )
  t.equal(await state(), 'INSUFFICIENT_DATA')
  await clock.advance(60_000)
  t.equal(await state(), 'OK')
  await put(9)
  await clock.advance(60_000)
  t.equal(await state(), 'OK', 'one of three is not enough')
  await put(9)
  await clock.advance(60_000)
  t.equal(await state(), 'ALARM')
  await clock.advance(300_000)
  t.equal(await state(), 'OK')
  await cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: 'deep', StateValue: 'ALARM', StateReason: 'a test' }),
  )
  t.equal(await state(), 'ALARM')
  await clock.advance(10_000)
  t.equal(await state(), 'OK', 'the next evaluation decides again')
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['deep'] }))
  t.equal(await state(), undefined)
  await t.rejects(cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['deep'] })), {
    name: 'ResourceNotFound',
  })
})

t.test('an alarm on an expression', async (t) => {
  const { clients, clock } = await rehearse(t)
  const { cloudwatch } = clients
  const metric = (Id: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: { Metric: { Namespace: 'mine', MetricName }, Period: 60, Stat: 'Sum' },
  })
  const common = {
    AlarmName: 'rate',
    EvaluationPeriods: 1,
    Threshold: 0.05,
    ComparisonOperator: 'GreaterThanThreshold',
  } as const
  const expression = (Expression: string) => ({
    ...common,
    Metrics: [metric('errors', 'errors'), metric('all', 'all'), { Id: 'rate', Expression, ReturnData: true }],
  })
  await t.rejects(cloudwatch.send(new PutMetricAlarmCommand(expression('errors / nothing'))), {
    message: /nothing is not known/,
  })
  await cloudwatch.send(new PutMetricAlarmCommand(expression('IF(all > 20, errors / all, 0)')))
  const put = (errors: number, all: number) =>
    cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: 'mine',
        MetricData: [
          { MetricName: 'errors', Value: errors },
          { MetricName: 'all', Value: all },
        ],
      }),
    )
  const state = async () =>
    (await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms?.[0]?.StateValue
  await put(5, 10)
  await clock.advance(60_000)
  t.equal(await state(), 'OK', 'half of them fail, but they are few')
  await put(5, 50)
  await clock.advance(60_000)
  t.equal(await state(), 'ALARM')
})

t.test('older clients speak the query protocol', async (t) => {
  const { rehearsal } = await rehearse(t)
  const call = async (form: string) => {
    const response = await fetch(rehearsal.url, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/monitoring/aws4_request',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `${form}&Version=2010-08-01`,
    })
    return { status: response.status, text: await response.text() }
  }
  const alarm =
    'Action=PutMetricAlarm&AlarmName=old&Namespace=mine&MetricName=depth&Statistic=Average&Period=60&EvaluationPeriods=2' +
    '&ComparisonOperator=GreaterThanThreshold&ActionsEnabled=false' +
    '&Dimensions.member.1.Name=a&Dimensions.member.1.Value=b'
  t.match(await call(alarm), { status: 400, text: /<Code>ValidationError<\/Code>.*Threshold/ })
  t.match(await call(`${alarm}&Threshold=1.5`), { status: 200, text: /<PutMetricAlarmResponse/ })
  const { text } = await call('Action=DescribeAlarms&AlarmNames.member.1=old&MaxRecords=10')
  t.match(text, /<MetricAlarms><member>.*<Threshold>1.5<\/Threshold>/)
  t.match(text, /<Dimensions><member><Name>a<\/Name><Value>b<\/Value><\/member><\/Dimensions>/)
  t.match(text, /<ActionsEnabled>false<\/ActionsEnabled>/)
})
