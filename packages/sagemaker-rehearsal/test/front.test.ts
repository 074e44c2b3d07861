/** Requests that are none of AWS's, or none that the rehearsal knows. */

import { DescribeModelCommand } from '@aws-sdk/client-sagemaker'
import t from 'tap'
import { startRehearsal } from '../src/rehearsal.ts'
import { fakeLauncher, rehearse } from './fixture.ts'

const signed = (service: string, region = 'eu-west-1') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AK/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
})

const JSON_TYPE = 'application/x-amz-json-1.1'
const FORM_TYPE = 'application/x-www-form-urlencoded; charset=utf-8'

const post = async (url: string, headers: Record<string, string>, body = '') => {
  const response = await fetch(url, { method: 'POST', headers, body })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

t.test('what is not known is answered in the words of its protocol, never as HTML', async (t) => {
  const { rehearsal } = await rehearse(t)
  const { url } = rehearsal
  t.match(
    await post(
      url,
      { ...signed('sagemaker'), 'x-amz-target': 'SageMaker.CreateCluster', 'content-type': JSON_TYPE },
      '{}',
    ),
    { status: 400, type: JSON_TYPE, text: /"__type":"UnknownOperationException".*CreateCluster/ },
  )
  t.match(await post(url, { ...signed('x'), 'x-amz-target': 'DynamoDB_20120810.GetItem' }, '{}'), {
    status: 400,
    text: /DynamoDB_20120810.GetItem/,
  })
  t.match(
    await post(url, { ...signed('sts'), 'content-type': FORM_TYPE }, 'Action=AssumeRole&Version=2011-06-15'),
    { status: 400, type: 'text/xml', text: /<Code>UnknownOperationException<\/Code>/ },
  )
  t.match(await post(url, { ...signed('ec2'), 'content-type': FORM_TYPE }, 'Action=DescribeInstances'), {
    status: 400,
    text: /<Code>InvalidAction<\/Code>/,
  })
  t.match(await post(`${url}/bucket/key?restore`, signed('s3')), {
    status: 501,
    type: 'application/xml',
    text: /<Code>NotImplemented<\/Code>/,
  })
  t.match(await post(`${url}/bucket/%ff`, signed('s3')), { status: 400, text: /<Code>InvalidURI<\/Code>/ })
  t.match(await post(`${url}/endpoints/x/invocations-response-stream`, signed('sagemaker')), {
    status: 400,
    text: /UnknownOperationException/,
  })
})

t.test('a request without credentials is refused', async (t) => {
  const { rehearsal } = await rehearse(t)
  t.match(await post(rehearsal.url, { 'x-amz-target': 'SageMaker.ListModels' }, '{}'), {
    status: 403,
    text: /MissingAuthenticationTokenException/,
  })
  t.match(await post(`${rehearsal.url}/bucket?delete`, {}), { status: 403, text: /AccessDenied/ })
})

t.test('a body that is no JSON, or too large, is refused', async (t) => {
  const { rehearsal } = await rehearse(t)
  const headers = {
    ...signed('sagemaker'),
    'x-amz-target': 'SageMaker.ListModels',
    'content-type': JSON_TYPE,
  }
  t.match(await post(rehearsal.url, headers, '{'), { status: 400, text: /SerializationException/ })
  t.match(await post(rehearsal.url, headers, '[]'), {
    status: 400,
    text: /SerializationException.*Start of list found where not expected/,
  })
  t.match(await post(rehearsal.url, headers, ' '.repeat(3 * 2 ** 20)), {
    status: 413,
    text: /exceeded 2097152 bytes/,
  })
})

t.test('ARNs have the region and partition that a request is signed for', async (t) => {
  const { rehearsal } = await rehearse(t)
  const whoAmI = (region: string) =>
    post(rehearsal.url, { ...signed('sts', region), 'content-type': FORM_TYPE }, 'Action=GetCallerIdentity')
  t.match(await whoAmI('eu-west-1'), { text: /<Arn>arn:aws:iam::123456789012:/ })
  t.match(await whoAmI('cn-north-1'), { text: /<Arn>arn:aws-cn:iam::123456789012:/ })
})

t.test(
  'an SDK does not take a clock of another time for its own being wrong, and call again at every error',
  async (t) => {
    const { clients, rehearsal } = await rehearse(t)
    for (let call = 0; call < 3; call++)
      await t.rejects(clients.sagemaker.send(new DescribeModelCommand({ ModelName: 'none' })), {
        name: 'ValidationException',
      })
    t.equal(rehearsal.calls().length, 3)
  },
)

t.test('a port that is taken is an error, and nothing goes on that would keep the process', async (t) => {
  const { rehearsal } = await rehearse(t)
  const left = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  const before = left()
  await t.rejects(startRehearsal({ port: rehearsal.port, launcher: fakeLauncher().launcher }), {
    code: 'EADDRINUSE',
  })
  t.equal(left(), before)
})
