import t from 'tap'
import type { Deployment, ImageSource } from '../../../scripts/config/deployment.ts'
import { builtImages, invocationOf } from '../../../scripts/image/build-and-push.ts'

const IMAGE = {
  repository: 'team/flowers',
  dockerfile: '/project/Dockerfile.gpu',
  context: '/project',
  platform: 'linux/arm64' as const,
  buildArgs: { BASE_IMAGE: 'a b', EMPTY: '' },
}

t.test('the script gets what the file says, and only what it says', async (t) => {
  t.strictSame(invocationOf({ ...IMAGE, tag: 'v1' }, { push: true, dryRun: false, region: 'eu-west-1' }), {
    args: ['--build-arg', 'BASE_IMAGE=a b', '--build-arg', 'EMPTY=', 'team/flowers', 'v1'],
    env: {
      CONTEXT: '/project',
      DOCKERFILE: '/project/Dockerfile.gpu',
      PLATFORM: 'linux/arm64',
      AWS_REGION: 'eu-west-1',
    },
  })
  t.strictSame(invocationOf({ ...IMAGE, buildArgs: {} }, { push: false, dryRun: true }), {
    args: ['--dry-run', '--no-push', 'team/flowers'],
    env: { CONTEXT: '/project', DOCKERFILE: '/project/Dockerfile.gpu', PLATFORM: 'linux/arm64' },
  })
})

t.test('each image of the variants and the shadow is built once; one that lies in ECR is not', async (t) => {
  const [other, there]: ImageSource[] = [{ ...IMAGE, repository: 'b' }, { uri: 'x' }]
  const deployment = {
    variants: [{ image: IMAGE }, { image: { ...IMAGE } }, { image: there }],
    shadow: { image: other },
  } as unknown as Deployment
  t.strictSame(
    builtImages(deployment).map(({ repository }) => repository),
    ['team/flowers', 'b'],
  )
  t.strictSame(builtImages({ variants: [{ image: there }] } as unknown as Deployment), [])
})
