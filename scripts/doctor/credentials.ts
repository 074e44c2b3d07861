/** Checks of who calls AWS, from where and when. */

import { accessProblem } from '../aws/credentials.ts'
import { messageOf } from '../aws/errors.ts'
import { failed, notChecked, ok, warning } from './finding.ts'
import { type Check, withAws, withBoth } from './subject.ts'

export const checkRegion: Check = async ({ region }) =>
  region === undefined
    ? failed('there is no region', 'set region in the file, AWS_REGION, or --region')
    : ok(region)

export const isRoot = (arn: string): boolean => arn.endsWith(':root')

export const checkCredentials: Check = async ({ aws, region }) => {
  if ('clients' in aws)
    return isRoot(aws.arn)
      ? warning(
          `${aws.arn} may do everything`,
          'use a role or a user that may do what docs/iam/deployer.json says',
        )
      : ok(aws.arn)
  if (region === undefined) return notChecked('there is no region')
  const { message, fix } = accessProblem(aws.problem) ?? {
    message: `AWS refuses the credentials: ${messageOf(aws.problem)}`,
    fix: 'run "aws sso login" or get new ones; if they are right, look at the clock',
  }
  return failed(message, fix)
}

export const checkAccount = withBoth(async ({ account }, aws) => {
  if (account === undefined) return ok(`${aws.account}; the file names none`)
  return account === aws.account
    ? ok(account)
    : failed(
        `Signed in to account ${aws.account}, but the file requires ${account}`,
        'sign in to the other one (AWS_PROFILE), or correct account',
      )
})

/** AWS takes signatures that are 5 minutes off. Our SDK makes up for more, but the AWS command line does not. */
const MAX_SKEW_MS = 300_000
const NOTABLE_SKEW_MS = 60_000

export const checkClock = withAws(async ({ aheadMs }) => {
  if (aheadMs === undefined) return notChecked('AWS did not say what time it is')
  const offMs = Math.abs(aheadMs)
  const detail = `this clock is ${Math.round(offMs / 1000)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} AWS's`
  if (offMs < NOTABLE_SKEW_MS) return ok(detail)
  const fix = 'synchronise it, such as by "timedatectl set-ntp true"'
  return offMs < MAX_SKEW_MS ? warning(detail, fix) : failed(detail, fix)
})
