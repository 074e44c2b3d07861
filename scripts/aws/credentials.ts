/** The commonest failures of all: whoever calls has no credentials, or none that work, or AWS is not reached. */

import { messageOf } from './errors.ts'

export type Problem = { message: string; fix: string }

const SIGN_IN = 'run "aws sso login" or "aws configure", or set AWS_PROFILE'

/** By the error's name; several services have names of their own for one thing. */
const ROWS: readonly [names: RegExp, problem: Problem][] = [
  [
    /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/,
    { message: 'Your AWS credentials have expired', fix: 'run "aws sso login", or get new ones' },
  ],
  [
    /^TokenProviderError$/,
    {
      message: 'Your AWS sign-in has expired',
      fix: 'run "aws sso login" (with --profile, or AWS_PROFILE set)',
    },
  ],
  [
    /^(UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|AuthFailure|InvalidToken)$/,
    { message: 'AWS does not know these credentials', fix: `correct them: ${SIGN_IN}` },
  ],
  [
    /^(InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature|RequestTimeTooSkewed)$/,
    {
      message: 'AWS refuses the signature',
      fix: 'check AWS_SECRET_ACCESS_KEY, and that the clock of this machine is right',
    },
  ],
  [
    /^(OptInRequired|SubscriptionRequiredException)$/,
    {
      message: 'This account has not been signed up for the service',
      fix: 'finish the sign-up in the AWS console',
    },
  ],
]

const NOT_REACHED = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/

const notReached = (error: unknown): Problem => {
  const endpoint = process.env.AWS_ENDPOINT_URL
  const { code, message } = error as { code?: string; message?: string }
  const why = message || code || ''
  return endpoint === undefined
    ? {
        message: `AWS is not reached: ${why}`,
        fix: 'check the network and the proxy, and that the Region exists',
      }
    : {
        message: `nothing answers at AWS_ENDPOINT_URL, ${endpoint}: ${why}`,
        fix: 'start what listens there (the rehearsal: endpoint rehearse), or unset AWS_ENDPOINT_URL',
      }
}

/** What is wrong with the credentials or the way to AWS, and what to do; undefined for every other error. */
export const accessProblem = (error: unknown): Problem | undefined => {
  const { name = '', message = '', code = '' } = error as { name?: string; message?: string; code?: string }
  if (name === 'CredentialsProviderError') {
    const profile = message.match(/profile:? \[?([^\s\]]+)/)?.[1] ?? process.env.AWS_PROFILE
    if (/expired|SSO/i.test(message))
      return { message: `Your AWS sign-in does not work: ${message}`, fix: 'run "aws sso login"' }
    return profile === undefined
      ? { message: 'No valid AWS credentials', fix: SIGN_IN }
      : {
          message: `No valid AWS credentials: the profile ${profile} is not there, or has none`,
          fix: 'correct AWS_PROFILE ("aws configure list-profiles" has them all), or run "aws configure"',
        }
  }
  const row = ROWS.find(([names]) => names.test(name))
  if (row !== undefined) return { ...row[1], message: `${row[1].message}: ${messageOf(error)}` }
  return NOT_REACHED.test(`${code} ${message}`) ? notReached(error) : undefined
}
