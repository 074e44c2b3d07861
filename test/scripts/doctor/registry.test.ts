import t from 'tap'
import { freePort } from '../../../benchmark/lib/server.ts'
import { checkImage, checkRegistry } from '../../../scripts/doctor/registry.ts'
import { BUILT, deploymentOf, fakeAws, named, subjectOf } from './fake.ts'

const [primary] = deploymentOf().variants
if (primary === undefined) throw new Error('there is one')

const DIGEST = `sha256:${'ab'.repeat(32)}`
const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json'

const withImage = (image: typeof primary.image) => deploymentOf({ variants: [{ ...primary, image }] })
const throws = (name: string) => () => {
  throw named(name)
}

t.test('the registry: missing, out of reach, and of another region', async (t) => {
  const of = (answer: () => unknown, image: typeof primary.image = BUILT) =>
    checkRegistry(subjectOf({ aws: fakeAws({ DescribeRepositories: answer }), deployment: withImage(image) }))
  t.match(await of(throws('RepositoryNotFoundException')), { status: 'ok', detail: /push makes it/ })
  const port = await freePort()
  const repositories = [{ repositoryUri: `127.0.0.1:${port}/flowers`, imageTagMutability: 'IMMUTABLE' }]
  t.match(await of(() => ({ repositories })), {
    status: 'warning',
    detail: new RegExp(`^127\\.0\\.0\\.1:${port} is not reached from here: `),
  })
  t.match(await of(throws('x'), { uri: `${HOST}/flowers:v1` }), { status: 'ok' })
  t.match(await of(throws('x'), { uri: `${HOST.replace('eu-west-1', 'us-east-1')}/flowers:v1` }), {
    status: 'failed',
    detail: /is in us-east-1, and the endpoint in eu-west-1/,
  })
})

t.test('a registry that is reached is fine, and better with immutable tags', async (t) => {
  t.intercept(globalThis, 'fetch', { value: async () => new Response('', { status: 401 }) })
  const of = (imageTagMutability: string) =>
    checkRegistry(
      subjectOf({
        aws: fakeAws({
          DescribeRepositories: () => ({
            repositories: [{ repositoryUri: `${HOST}/flowers`, imageTagMutability }],
          }),
        }),
      }),
    )
  t.match(await of('IMMUTABLE'), { status: 'ok', detail: `${HOST}/flowers` })
  t.match(await of('MUTABLE'), { status: 'warning', fix: /put-image-tag-mutability/ })
})

t.test('the image is the one that would be deployed: named, or pushed last', async (t) => {
  const asked: unknown[] = []
  const images = [
    { imageDigest: 'sha256:old', imagePushedAt: new Date(1), imageManifestMediaType: DOCKER },
    { imageDigest: 'sha256:new', imagePushedAt: new Date(3), imageManifestMediaType: DOCKER },
    { imageDigest: 'sha256:middle', imagePushedAt: new Date(2), imageManifestMediaType: DOCKER },
  ]
  const of = (image: typeof primary.image, imageDetails: unknown[] = images) =>
    checkImage(
      subjectOf({
        deployment: withImage(image),
        aws: fakeAws({
          DescribeImages: (input) => {
            asked.push(input)
            return { imageDetails }
          },
        }),
      }),
    )
  t.match(await of(BUILT), { status: 'ok', detail: /^flowers@sha256:new/ })
  t.match(await of({ ...BUILT, tag: 'v1' }), { status: 'ok', detail: /^flowers:v1@/ })
  await of({ uri: `${HOST}/flowers:v1@${DIGEST}` })
  await of({ uri: `${HOST}/flowers` })
  t.match(asked, [
    { repositoryName: 'flowers', filter: { tagStatus: 'TAGGED' } },
    { repositoryName: 'flowers', imageIds: [{ imageTag: 'v1' }] },
    { repositoryName: 'flowers', registryId: '123456789012', imageIds: [{ imageDigest: DIGEST }] },
    { imageIds: [{ imageTag: 'latest' }] },
  ])
  t.match(await of(BUILT, []), { status: 'warning', detail: /nothing is pushed/, fix: 'run push' })
})

t.test('an image that SageMaker refuses, and one that is not there', async (t) => {
  const of = (image: typeof primary.image, answer: () => unknown) =>
    checkImage(subjectOf({ deployment: withImage(image), aws: fakeAws({ DescribeImages: answer }) }))
  const type = 'application/vnd.oci.image.index.v1+json'
  t.match(
    await of(BUILT, () => ({ imageDetails: [{ imagePushedAt: new Date(), imageManifestMediaType: type }] })),
    { status: 'failed', detail: /oci\.image\.index.*refuses/ },
  )
  t.match(await of(BUILT, throws('RepositoryNotFoundException')), { status: 'warning', fix: 'run push' })
  t.match(await of({ uri: `${HOST}/flowers:v1` }, throws('ImageNotFoundException')), {
    status: 'failed',
    detail: /there is no image/,
  })
})

t.test('a model package has neither repository nor image of ours', async (t) => {
  const { image: _, ...rest } = primary
  const packaged = deploymentOf({ variants: [{ ...rest, model: { package: 'flowers/3' } }] })
  for (const check of [checkRegistry, checkImage]) {
    t.match(await check(subjectOf({ aws: fakeAws({}), deployment: packaged })), { status: 'not checked' })
  }
})

t.test('an image that was built for another processor than the instances have is found out', async (t) => {
  t.intercept(globalThis, 'fetch', {
    value: async (url: string) => Response.json({ os: 'linux', architecture: url.slice('https://'.length) }),
  })
  const of = (architecture: string, type: string) =>
    checkImage(
      subjectOf({
        deployment: deploymentOf({
          variants: [
            {
              ...primary,
              image: { uri: `${HOST}/flowers:v1` },
              compute: { kind: 'instances', type, count: 1 },
            },
          ],
        }),
        aws: fakeAws({
          DescribeImages: () => ({
            imageDetails: [{ imageDigest: DIGEST, imageManifestMediaType: DOCKER }],
          }),
          BatchGetImage: () => ({
            images: [{ imageManifest: JSON.stringify({ config: { digest: 'sha256:c' } }) }],
          }),
          GetDownloadUrlForLayer: () => ({ downloadUrl: `https://${architecture}` }),
        }),
      }),
    )
  t.match(await of('amd64', 'ml.m7i.large'), { status: 'ok', detail: /, for linux\/amd64$/ })
  t.match(await of('arm64', 'ml.c7g.large'), { status: 'ok' })
  t.match(await of('arm64', 'ml.m7i.large'), {
    status: 'failed',
    detail: /was built for linux\/arm64, and the instances are linux\/amd64/,
    fix: /image\.platform/,
  })
})
