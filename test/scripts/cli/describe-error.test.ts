import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { CommandError } from '../../../scripts/cli/command.ts'
import { describeError } from '../../../scripts/cli/describe-error.ts'
import { program, ROOT } from '../../fixtures/index.ts'

const named = (name: string, message: string, more = {}) =>
  Object.assign(new Error(message), { name, $metadata: { attempts: 1 }, ...more })

/** The SDK's and AWS's own words, and the line that is printed. */
const CASES: [error: unknown, text: RegExp][] = [
  [
    named('CredentialsProviderError', 'Could not load credentials from any providers'),
    /^error: No valid AWS credentials\n {2}→ run "aws sso login" or "aws configure", or set AWS_PROFILE$/,
  ],
  [
    named(
      'CredentialsProviderError',
      'Could not resolve credentials using profile: [nope] in configuration/credentials file(s).',
    ),
    /^error: No valid AWS credentials: the profile nope is not there, or has none\n {2}→ correct AWS_PROFILE/,
  ],
  [
    named(
      'CredentialsProviderError',
      'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.',
    ),
    /^error: Your AWS sign-in does not work: .*expired.*\n {2}→ run "aws sso login"/,
  ],
  [
    named('ExpiredTokenException', 'The security token included in the request is expired'),
    /^error: Your AWS credentials have expired: .*\n {2}→ run "aws sso login"/,
  ],
  [named('ExpiredToken', 'The provided token has expired.'), /^error: Your AWS credentials have expired/],
  [
    named('UnrecognizedClientException', 'The security token included in the request is invalid.'),
    /^error: AWS does not know these credentials: .*\n {2}→ correct them/,
  ],
  [
    named('SignatureDoesNotMatch', 'The request signature we calculated does not match'),
    /^error: AWS refuses the signature: .*\n {2}→ check AWS_SECRET_ACCESS_KEY/,
  ],
  [
    named('Error', 'getaddrinfo ENOTFOUND sagemaker.nowhere-1.amazonaws.com', { code: 'ENOTFOUND' }),
    /^error: AWS is not reached: getaddrinfo ENOTFOUND .*\n {2}→ check the network/,
  ],
  [
    named('AccessDeniedException', 'User: x is not authorized to perform: tag:GetResources'),
    /^error: AccessDeniedException: .*\n {2}→ x may not tag:GetResources: allow it/,
  ],
  [
    named('Error', '', { code: 'ECONNREFUSED' }),
    /^error: AWS is not reached: ECONNREFUSED\n {2}→ check the network/,
  ],
  [new CommandError('Interrupted.', { exitCode: 130 }), /^Interrupted\.$/],
  [new CommandError('no', { fix: 'yes' }), /^error: no\n {2}→ yes$/],
  [
    Object.assign(new Error("EACCES: permission denied, open 'x'"), { code: 'EACCES', syscall: 'open' }),
    /^error: EACCES: permission denied, open 'x'$/,
  ],
]

t.test('what ends a command is one line and its fix, without a stack', async (t) => {
  for (const [error, text] of CASES) t.match(describeError(error).text, text)
  t.match(
    describeError(new TypeError('a slip')).text,
    /TypeError: a slip\n {4}at /,
    'but for a mistake of ours',
  )
})

t.test('a profile that is not there ends a real command in two lines', async (t) => {
  const home = t.testdir({
    'endpoint.yaml':
      'name: digits\nmodel: { uri: "s3://models/model.tar.gz" }\nrole: arn:aws:iam::123456789012:role/r\nimage: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/digits:1\n',
  })
  const env = { PATH: process.env.PATH ?? '', HOME: home, AWS_REGION: 'eu-west-1', AWS_PROFILE: 'nope' }
  const argv = [...program('scripts/endpoint'), 'plan', '--file', `${home}/endpoint.yaml`]
  const failure = promisify(execFile)(process.execPath, argv, { cwd: ROOT, env })
  await t.rejects(failure, {
    code: 1,
    stderr: /^error: No valid AWS credentials: the profile nope is not there, or has none\n {2}→ .*\n$/,
  })
})
