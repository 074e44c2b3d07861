/** What every step of a command on a function works with: a session, and Lambda's client, which nothing else loads. */

import { LambdaClient } from '@aws-sdk/client-lambda'
import { LIMITS, MAX_ATTEMPTS, tellTime } from '../aws/clients.ts'
import { readIdentity } from '../aws/identity.ts'
import { CommandError, type Context, EXIT } from '../cli/command.ts'
import { isLambda, type LambdaDeployment } from '../config/deployment.ts'
import { loadAny } from '../config/load.ts'
import type { Session } from '../deploy/session.ts'

export type LambdaSession = Session & { lambda: LambdaClient }

export type Target = { session: LambdaSession; region: string; deployment: LambdaDeployment; name: string }

/** The alias that callers use, and which deployments move. */
export const ALIAS = 'live'

const openSession = async (context: Context, asked: string | undefined) => {
  const clients = context.clients(asked)
  const region = await clients.sts.config.region().catch(() => {
    throw new CommandError('no Region is known', {
      exitCode: EXIT.usage,
      fix: 'give --region, region in the file, AWS_REGION or a profile that has one',
    })
  })
  const lambda = new LambdaClient({ region, maxAttempts: MAX_ATTEMPTS, requestHandler: LIMITS })
  tellTime(lambda, clients)
  const session = { clients, lambda, output: context.output(), signal: context.signal, clock: context.clock }
  return { session, region }
}

/** The file's function. Its `account` is a guard. @param change what a command makes of the file before that */
export const openTarget = async (
  context: Context,
  change: (deployment: LambdaDeployment) => LambdaDeployment = (deployment) => deployment,
): Promise<Target & { warnings: string[] }> => {
  const { file, environment, region: asked } = context.options()
  const { deployment: found, warnings } = loadAny(file, environment)
  if (!isLambda(found)) throw new Error(`${file} has another target`)
  const deployment = change(found)
  const { session, region } = await openSession(context, asked ?? deployment.region)
  if (deployment.account !== undefined) await readIdentity(session.clients, deployment.account)
  return { session, region, deployment, name: deployment.endpoint, warnings }
}
