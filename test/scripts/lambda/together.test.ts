/** Two deployments of one function at once. */

import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda'
import t from 'tap'
import { registerDeploy } from '../../../scripts/commands/deploy.ts'
import { functionStage, OPEN } from './a-function.ts'

const ANOTHER = `123456789012.dkr.ecr.us-east-1.amazonaws.com/digits@sha256:${'1'.repeat(64)}`

t.test('no version is made of the image that another deployment has just put there', async (t) => {
  const here = await functionStage(t)
  const deploy = (kind: string) =>
    here.command(registerDeploy, ['deploy', '--file', here.config(kind, { lambda: OPEN })])
  await deploy('good')
  const lambda = new LambdaClient({ region: 'us-east-1' })
  t.teardown(() => lambda.destroy())
  const FunctionName = 'digits'
  let isFirst = true
  here.rehearsal.onCall(async (_, action) => {
    if (action !== 'UpdateFunctionConfiguration' || !isFirst) return
    isFirst = false
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ImageUri: ANOTHER }))
    while (
      (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).LastUpdateStatus ===
      'InProgress'
    )
      await here.session.clock.sleep(1_000, here.session.signal)
  })
  const { error } = await deploy('better')
  t.equal(error, undefined)
  const one = here.rehearsal.store.functions.get('digits')
  t.strictSame(
    one?.versions.map(({ image }) => image.resolved.at(-1)),
    ['0', '0'],
  )
  t.equal(one?.aliases.get('live')?.version, '2')
  t.match((await deploy('better')).value, { outcome: 'unchanged' })
})
