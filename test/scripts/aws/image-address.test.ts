import t from 'tap'
import { parseAddress } from '../../../scripts/aws/image-address.ts'

const DIGEST = `sha256:${'ab'.repeat(32)}`
const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'

t.test('an address in ECR has its parts', async (t) => {
  t.strictSame(parseAddress(`${HOST}/team/flowers:v1@${DIGEST}`), {
    host: HOST,
    account: '123456789012',
    region: 'eu-west-1',
    repository: 'team/flowers',
    tag: 'v1',
    digest: DIGEST,
  })
  t.match(parseAddress('123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a'), {
    region: 'cn-north-1',
    repository: 'a',
    tag: undefined,
    digest: undefined,
  })
  t.match(parseAddress('123456789012.dkr-ecr.us-east-1.on.aws/a:b'), { region: 'us-east-1', tag: 'b' })
})
