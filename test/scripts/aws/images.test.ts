import {
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  ECRClient,
  type ImageDetail,
} from '@aws-sdk/client-ecr'
import t from 'tap'
import type { Clients } from '../../../scripts/aws/clients.ts'
import { findImage } from '../../../scripts/aws/images.ts'
import type { ImageSource } from '../../../scripts/config/deployment.ts'

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json'
const OCI = 'application/vnd.oci.image.index.v1+json'
const digest = (letter: string) => `sha256:${letter.repeat(64)}`

const image = (letter: string, tag: string, minute: number, type = DOCKER): ImageDetail => ({
  imageDigest: digest(letter),
  imageTags: [tag],
  imagePushedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
  imageManifestMediaType: type,
})

/** ECR with one repository, one image a page. */
const ecrWith = (
  images: readonly ImageDetail[],
): { clients: Clients; asked: DescribeImagesCommandInput[] } => {
  const ecr = new ECRClient({ region: 'eu-west-1' })
  const asked: DescribeImagesCommandInput[] = []
  const missing = (name: string) => Object.assign(new Error(name), { name })
  ecr.send = (async (command: { input: DescribeImagesCommandInput & { repositoryNames?: string[] } }) => {
    const { input } = command
    if (!(command instanceof DescribeImagesCommand)) {
      if (input.repositoryNames?.[0] !== 'flowers') throw missing('RepositoryNotFoundException')
      return { repositories: [{ repositoryUri: `${HOST}/flowers` }] }
    }
    asked.push(input)
    const [id] = input.imageIds ?? []
    if (id === undefined) {
      const at = Number(input.nextToken ?? 0)
      return {
        imageDetails: images.slice(at, at + 1),
        ...(at + 1 < images.length && { nextToken: String(at + 1) }),
      }
    }
    const found = images.find(({ imageTags }) => imageTags?.includes(id.imageTag ?? ''))
    if (found === undefined) throw missing('ImageNotFoundException')
    return { imageDetails: [found] }
  }) as never
  return { clients: { ecr } as Clients, asked }
}

const IMAGES = [image('a', 'v1', 1), image('c', 'v3', 3, OCI), image('b', 'v2', 2)]

const inRepository = (repository: string, tag?: string): ImageSource => ({
  repository,
  ...(tag !== undefined && { tag }),
  dockerfile: '/Dockerfile',
  context: '/',
  platform: 'linux/amd64',
  buildArgs: {},
})

t.test('of a repository the tag that is named, else what was pushed last, over all pages', async (t) => {
  const { clients } = ecrWith(IMAGES)
  t.match(await findImage(clients, inRepository('flowers', 'v2')), {
    uri: `${HOST}/flowers@${digest('b')}`,
    warnings: [],
  })
  t.match(await findImage(clients, inRepository('flowers')), { uri: `${HOST}/flowers@${digest('c')}` })
})

t.test('a manifest that SageMaker refuses is told before it does', async (t) => {
  const { clients } = ecrWith(IMAGES)
  t.match(await findImage(clients, inRepository('flowers', 'v3')), {
    warnings: [/flowers:v3 has a manifest of type .*oci/],
  })
})

t.test('an address is taken by its digest, looked up by its tag, or by "latest"', async (t) => {
  const { clients, asked } = ecrWith([...IMAGES, image('d', 'latest', 0)])
  const exact = `${HOST}/flowers@${digest('e')}`
  t.strictSame(await findImage(clients, { uri: exact }), { uri: exact, warnings: [] })
  t.equal(asked.length, 0)
  t.match(await findImage(clients, { uri: `${HOST}/flowers:v1` }), { uri: `${HOST}/flowers@${digest('a')}` })
  t.match(await findImage(clients, { uri: `${HOST}/flowers` }), { uri: `${HOST}/flowers@${digest('d')}` })
  t.match(asked, [
    { registryId: '123456789012', repositoryName: 'flowers', imageIds: [{ imageTag: 'v1' }] },
    {},
  ])
})

t.test('what is not there, or in another Region, is an error with its fix', async (t) => {
  const { clients } = ecrWith(IMAGES)
  await t.rejects(findImage(clients, inRepository('trees')), { message: /no repository trees/, fix: /push/ })
  await t.rejects(findImage(clients, inRepository('flowers', 'v9')), { message: /no image v9/, fix: /push/ })
  await t.rejects(findImage(ecrWith([]).clients, inRepository('flowers')), {
    message: /flowers has no image/,
    fix: /push/,
  })
  await t.rejects(findImage(clients, { uri: `${HOST}/flowers:v9` }), {
    message: /there is no image/,
    fix: /image/,
  })
  const far = `${HOST.replace('eu-west-1', 'us-east-1')}/flowers:v1`
  await t.rejects(findImage(clients, { uri: far }), {
    message: /in us-east-1, the endpoint in eu-west-1/,
    fix: /push/,
  })
})
