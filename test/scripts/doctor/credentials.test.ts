import t from 'tap'
import {
  checkAccount,
  checkClock,
  checkCredentials,
  checkRegion,
} from '../../../scripts/doctor/credentials.ts'
import { deploymentOf, fakeAws, invalid, named, subjectOf } from './fake.ts'

t.test('the region is there or is missing', async (t) => {
  t.match(await checkRegion(subjectOf()), { status: 'ok', detail: 'eu-west-1' })
  t.match(await checkRegion(subjectOf({ region: undefined })), { status: 'failed', fix: /AWS_REGION/ })
})

t.test('credentials: none, refused, unreachable, and whose', async (t) => {
  const of = (problem: Error) => checkCredentials(subjectOf({ aws: { problem } }))
  t.match(await of(named('CredentialsProviderError', 'Could not load')), {
    status: 'failed',
    detail: 'No valid AWS credentials',
    fix: /aws sso login/,
  })
  t.match(await of(named('ExpiredToken', 'The security token is expired')), {
    status: 'failed',
    detail: 'Your AWS credentials have expired: ExpiredToken: The security token is expired',
  })
  t.match(await of(named('Error', 'getaddrinfo ENOTFOUND sts.eu-west-9.amazonaws.com')), {
    status: 'failed',
    detail: /AWS is not reached/,
    fix: /the Region exists/,
  })
  t.match(await checkCredentials(subjectOf({ region: undefined })), { status: 'not checked' })
  t.match(await checkCredentials(subjectOf({ aws: fakeAws() })), { status: 'ok', detail: /user\/dev$/ })
  t.match(
    await checkCredentials(subjectOf({ aws: fakeAws({}, { arn: 'arn:aws:iam::123456789012:root' }) })),
    {
      status: 'warning',
      fix: /docs\/iam\/deployer\.json/,
    },
  )
})

t.test('the account is the one that the file names', async (t) => {
  const of = (account?: string) =>
    checkAccount(
      subjectOf({
        aws: fakeAws(),
        deployment: deploymentOf({ ...(account !== undefined && { account }) }),
      }),
    )
  t.match(await of('123456789012'), { status: 'ok' })
  t.match(await of(), { status: 'ok', detail: /the file names none/ })
  t.match(await of('999999999999'), {
    status: 'failed',
    detail: /Signed in to account 123456789012, but the file requires 999999999999/,
  })
  t.match(await checkAccount(subjectOf()), { status: 'not checked', detail: /No valid AWS credentials/ })
  t.match(await checkAccount(subjectOf({ aws: fakeAws(), configuration: { problem: invalid } })), {
    status: 'not checked',
    detail: /configuration/,
  })
})

t.test('a clock that is off is told by how much', async (t) => {
  const of = (aheadMs: number | undefined) => checkClock(subjectOf({ aws: fakeAws({}, { aheadMs }) }))
  t.match(await of(1200), { status: 'ok', detail: "this clock is 1 s ahead of AWS's" })
  t.match(await of(-90_000), { status: 'warning', detail: "this clock is 90 s behind AWS's" })
  t.match(await of(300_000), { status: 'failed', fix: /timedatectl/ })
  t.match(await of(undefined), { status: 'not checked' })
})
