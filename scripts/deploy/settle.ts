/** What every command needs that changes a live endpoint: the endpoint, when AWS is done with it. */

import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker'
import { describeEndpoint } from '../aws/live.ts'
import { CommandError } from '../cli/command.ts'
import { isBusy } from '../plan/plan.ts'
import type { Session } from './session.ts'
import { untilSettled } from './watch.ts'

/** @throws CommandError if there is no endpoint, or none that can be changed */
export const readSettled = async (session: Session, name: string): Promise<DescribeEndpointOutput> => {
  let endpoint = await describeEndpoint(session.clients, name)
  if (isBusy(endpoint)) {
    session.output.step(`The endpoint is already being changed (${endpoint?.EndpointStatus}). Waiting …`)
    endpoint = await untilSettled(session, name)
  }
  if (endpoint === undefined) {
    throw new CommandError(`there is no endpoint ${name}`, {
      fix: 'check the name, the Region and the account; deploy creates it',
    })
  }
  if (endpoint.EndpointStatus === 'Failed') {
    throw new CommandError(
      `the endpoint ${name} has failed: ${endpoint.FailureReason ?? 'AWS gives no reason'}`,
      {
        fix: 'AWS lets it only be deleted: deploy --recreate, or delete',
      },
    )
  }
  return endpoint
}
