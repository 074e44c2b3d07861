/** Is the image where it belongs, and in a form that SageMaker takes? */

import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ImageDetail,
  paginateDescribeImages,
} from '@aws-sdk/client-ecr'
import type { ImageSource } from '../config/deployment.ts'
import { imagesOf } from '../config/fleets.ts'
import { parseAddress } from './address.ts'
import { combine, type Finding, failed, ok, warning } from './finding.ts'
import { type Aws, withBoth } from './subject.ts'

const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

const isMissing = (error: unknown): boolean =>
  ['RepositoryNotFoundException', 'ImageNotFoundException'].includes((error as Error).name)

/** How long the registry may take to answer. */
const REACH_MS = 5_000

/** Undefined if it is reached, whatever it says; else why not. */
const reach = async (host: string): Promise<string | undefined> => {
  try {
    await fetch(`https://${host}/v2/`, { signal: AbortSignal.timeout(REACH_MS) })
    return undefined
  } catch (error) {
    const { message, cause } = error as Error
    return (cause as Error | undefined)?.message || message
  }
}

const judgeRegistry = async (image: ImageSource, { clients, region }: Aws): Promise<Finding> => {
  if ('uri' in image) {
    const { region: own } = parseAddress(image.uri)
    return own === region
      ? ok(`${image.uri} is in ${region}`)
      : failed(
          `${image.uri} is in ${own}, and the endpoint in ${region}`,
          'push it to a repository of the same region',
        )
  }
  try {
    const { repositories: [found] = [] } = await clients.ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: [image.repository] }),
    )
    const { repositoryUri = '', imageTagMutability = '' } = found ?? {}
    const host = repositoryUri.split('/')[0] ?? ''
    const trouble = await reach(host)
    if (trouble !== undefined)
      return warning(
        `${host} is not reached from here: ${trouble}`,
        'push from a network that reaches it, or set HTTPS_PROXY',
      )
    return imageTagMutability.startsWith('IMMUTABLE')
      ? ok(repositoryUri)
      : warning(
          `${repositoryUri} lets tags be moved`,
          `aws ecr put-image-tag-mutability --repository-name ${image.repository} --image-tag-mutability IMMUTABLE`,
        )
  } catch (error) {
    if (!isMissing(error)) throw error
    return ok(`there is no repository ${image.repository} yet; push makes it`)
  }
}

export const checkRegistry = withBoth(async (deployment, aws) =>
  combine(await Promise.all(imagesOf(deployment).map((image) => judgeRegistry(image, aws)))),
)

/** The image that would be deployed: the one named, or the one that was pushed last. */
const findImage = async (
  image: ImageSource,
  { clients: { ecr: client } }: Aws,
): Promise<ImageDetail | undefined> => {
  const { account, repository, tag, digest } =
    'uri' in image
      ? parseAddress(image.uri)
      : { repository: image.repository, tag: image.tag, account: undefined, digest: undefined }
  const input = { repositoryName: repository, ...(account !== undefined && { registryId: account }) }
  if (digest !== undefined || tag !== undefined || 'uri' in image) {
    // Docker's default for an address without a tag.
    const id = digest !== undefined ? { imageDigest: digest } : { imageTag: tag ?? 'latest' }
    const { imageDetails = [] } = await client.send(new DescribeImagesCommand({ ...input, imageIds: [id] }))
    return imageDetails[0]
  }
  let newest: ImageDetail | undefined
  const pages = paginateDescribeImages({ client }, { ...input, filter: { tagStatus: 'TAGGED' } })
  for await (const { imageDetails = [] } of pages)
    for (const detail of imageDetails)
      if ((detail.imagePushedAt ?? 0) > (newest?.imagePushedAt ?? 0)) newest = detail
  return newest
}

const judgeImage = async (image: ImageSource, aws: Aws): Promise<Finding> => {
  const name =
    'uri' in image
      ? image.uri
      : image.tag === undefined
        ? image.repository
        : `${image.repository}:${image.tag}`
  const found = await findImage(image, aws).catch((error) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (found === undefined)
    return 'uri' in image
      ? failed(`there is no image ${name}`, 'push it, or correct image in the file')
      : warning(`nothing is pushed to ${name} yet`, 'run push')
  const { imageDigest, imageManifestMediaType = 'unknown' } = found
  return imageManifestMediaType === DOCKER_MANIFEST
    ? ok(`${name.replace(/@.*/, '')}@${imageDigest}, with a manifest of Docker's`)
    : failed(
        `${name} has a manifest of the type ${imageManifestMediaType}, which SageMaker refuses`,
        'push it again with build_and_push.sh, which sees to it',
      )
}

export const checkImage = withBoth(async (deployment, aws) =>
  combine(await Promise.all(imagesOf(deployment).map((image) => judgeImage(image, aws)))),
)
