/** A canary that cannot be watched goes back; where that fails too, the share that is left is told. */

import { LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda'
import t from 'tap'
import { registerDeploy } from '../../../scripts/commands/deploy.ts'
import { CANARY, type FunctionStage, functionStage, OPEN } from './a-function.ts'

const deploy = (here: FunctionStage, kind: string, more: object = {}) =>
  here.command(registerDeploy, ['deploy', '--file', here.config(kind, { lambda: OPEN, ...more })])

const aliasOf = ({ rehearsal }: FunctionStage) => rehearsal.store.functions.get('digits')?.aliases.get('live')

const expired = (action: string, times?: number) =>
  ({
    kind: 'error',
    action,
    status: 403,
    code: 'ExpiredTokenException',
    message: 'The security token included in the request is expired',
    ...(times !== undefined && { times }),
  }) as const

/** Installs what is to go wrong once the alias has moved. */
const onceMoved = (here: FunctionStage, then: () => void) => {
  let seen = false
  here.rehearsal.onCall(() => {
    if (seen || aliasOf(here)?.other === undefined) return
    seen = true
    then()
  })
}

const rollout = CANARY

t.test('a look that fails now and then is made again', async (t) => {
  const here = await functionStage(t)
  await deploy(here, 'good')
  onceMoved(here, () => here.rehearsal.fault(expired('cloudwatch:DescribeAlarms', 3)))
  t.match((await deploy(here, 'better', { rollout })).value, { outcome: 'updated', runs: '2' })
})

t.test('nobody can look at the alarms: it goes back', async (t) => {
  const here = await functionStage(t)
  await deploy(here, 'good')
  let takeBack = () => {}
  onceMoved(here, () => {
    takeBack = here.rehearsal.fault(expired('cloudwatch:DescribeAlarms'))
  })
  const { value, output } = await deploy(here, 'better', { rollout })
  takeBack()
  t.match(value, {
    outcome: 'rolled-back',
    runs: '1',
    reasons: [/for 3 minutes nobody could look at digits: ExpiredToken/],
  })
  t.match(aliasOf(here), { version: '1' })
  t.equal(aliasOf(here)?.other, undefined)
  t.notMatch(output.warnings.join(), /nobody watches/)
})

t.test('nor can it go back: what the alias has is told', async (t) => {
  const here = await functionStage(t)
  await deploy(here, 'good')
  onceMoved(here, () => {
    here.rehearsal.fault(expired('cloudwatch:*'))
    here.rehearsal.fault(expired('lambda:*'))
  })
  const { error, output } = await deploy(here, 'better', { rollout })
  t.match(error, { message: /ExpiredToken/ })
  t.match(aliasOf(here), { version: '1', other: { version: '2', weight: 0.5 } })
  t.match(
    output.warnings.at(-1),
    /^50 % of the requests go to version 2, which nobody watches; .*rollback ends it/,
  )
})

t.test('what someone else has made of the alias meanwhile is not overwritten by going back', async (t) => {
  const here = await functionStage(t)
  await deploy(here, 'good')
  await deploy(here, 'better')
  const lambda = new LambdaClient({ region: 'us-east-1' })
  t.teardown(() => lambda.destroy())
  let promoted: Promise<unknown> | undefined
  here.rehearsal.onCall(async (_, action) => {
    if (action !== 'DescribeAlarms' || aliasOf(here)?.other?.version !== '3') return
    here.rehearsal.fault(expired('cloudwatch:DescribeAlarms'))
    promoted ??= lambda.send(
      new UpdateAliasCommand({
        FunctionName: 'digits',
        Name: 'live',
        FunctionVersion: '3',
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    )
    await promoted
  })
  const { error } = await deploy(here, 'best', { rollout })
  t.match(error, { message: /someone else has changed the alias/ })
  t.match(aliasOf(here), { version: '3' })
  t.equal(aliasOf(here)?.other, undefined)
})
