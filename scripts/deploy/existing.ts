/** What a command needs that only looks at an endpoint. */

import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker'
import type { Clients } from '../aws/clients.ts'
import { describeEndpoint } from '../aws/live.ts'
import { CommandError } from '../cli/command.ts'

export const noEndpoint = (name: string): CommandError =>
  new CommandError(`there is no endpoint ${name}`, { fix: 'check the name, the Region and the account' })

/** @throws CommandError if there is none */
export const readExisting = async (clients: Clients, name: string): Promise<DescribeEndpointOutput> => {
  const endpoint = await describeEndpoint(clients, name)
  if (endpoint === undefined) throw noEndpoint(name)
  return endpoint
}
