import t from 'tap'
import type { Sticky } from '../../../scripts/config/sticky.ts'
import { proxyTemplate } from '../../../scripts/export/proxy.ts'
import { settingsFrom } from '../../../scripts/traffic/settings.ts'

const STICKY: Sticky = { salt: 'exp-7', userFrom: 'x-user-id', force: {} }

t.test('the function has the settings, and its role what it needs and no more', async (t) => {
  const { Parameters, Resources } = proxyTemplate({ endpoint: 'flowers', sticky: STICKY }, 'k.zip')
  const { Variables } = Resources.Proxy.Properties.Environment
  t.strictSame(settingsFrom(Variables), { endpoint: 'flowers', sticky: STICKY })
  const [policy] = Resources.Role.Properties.Policies
  const { Statement } = policy?.PolicyDocument ?? { Statement: [] }
  t.strictSame(
    Statement.flatMap(({ Action }) => Action),
    ['sagemaker:InvokeEndpoint', 'sagemaker:DescribeEndpoint', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  )
  t.notMatch(JSON.stringify(Statement), /"\*"/)
  t.match(
    Parameters.Auth.Description,
    'lambda:InvokeFunctionUrl and lambda:InvokeFunction',
    'of who signs, Lambda wants both',
  )
  t.notOk('Exposures' in Resources, 'without a bucket there is none to be left')
})

t.test('a bucket of exposures may be made, and the role puts objects below its prefix alone', async (t) => {
  for (const [exposures, objects] of [
    ['s3://bucket/some/prefix/', 'bucket/some/prefix/*'],
    ['s3://bucket', 'bucket/*'],
  ] as const) {
    const template = proxyTemplate({ endpoint: 'flowers', sticky: { ...STICKY, exposures } }, 'k.zip')
    t.match(template.Resources, {
      Exposures: { Condition: 'MakesBucket', Properties: { BucketName: 'bucket' } },
    })
    t.match(JSON.stringify(template.Resources.Role), `:s3:::${objects}"`)
    t.match(template.Parameters, { MakeBucket: { AllowedValues: ['yes', 'no'] } })
  }
})

t.test('more users than the variables of a function have room for are refused', async (t) => {
  const force = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`user-${index}`, 'challenger']))
  t.throws(() => proxyTemplate({ endpoint: 'flowers', sticky: { ...STICKY, force } }, 'k.zip'), {
    message: /sticky has \d+ bytes as variables of the function, which has 4096 at most/,
  })
})
