import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { CommandError } from '../cli/command.ts'
import type { Resolved } from '../plan/desired.ts'
import type { Clients } from './clients.ts'

/** Who calls, and where. Throws CommandError if that is not the account which the configuration names. */
export const readIdentity = async (
  { sts }: Pick<Clients, 'sts'>,
  guard: string | undefined,
): Promise<Pick<Resolved, 'account' | 'partition' | 'region'>> => {
  const { Account: account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}))
  if (guard !== undefined && account !== guard) {
    throw new CommandError(`Signed in to account ${account}, but the file requires ${guard}`, {
      fix: 'sign in to the other one (AWS_PROFILE), or correct account in the file',
    })
  }
  return { account, partition: Arn.split(':')[1] ?? 'aws', region: await sts.config.region() }
}
