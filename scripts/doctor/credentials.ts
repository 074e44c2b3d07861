/** Checks of who calls AWS, from where and when. */

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
  const { name, message } = aws.problem
  if (name === 'CredentialsProviderError')
    return failed(
      `there are no credentials: ${message}`,
      'run "aws configure" or "aws sso login", or set AWS_PROFILE',
    )
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/.test(messageOf(aws.problem)))
    return failed(
      `AWS is not reached: ${message}`,
      `look at the network, and whether "${region}" is a region`,
    )
  return failed(
    `AWS refuses the credentials: ${messageOf(aws.problem)}`,
    'run "aws sso login" or get new ones; if they are right, look at the clock',
  )
}

export const checkAccount = withBoth(async ({ account }, aws) => {
  if (account === undefined) return ok(`${aws.account}; the file names none`)
  return account === aws.account
    ? ok(account)
    : failed(
        `these are credentials for ${aws.account}, and the file is for ${account}`,
        'choose others, such as by AWS_PROFILE, or correct account',
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
