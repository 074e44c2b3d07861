/** Is the image where it belongs, and in a form that SageMaker takes? */

import { DescribeRepositoriesCommand, type ImageDetail } from '@aws-sdk/client-ecr'
import { isMissing, orMissing } from '../aws/errors.ts'
import { parseAddress } from '../aws/image-address.ts'
import { platformOfImage } from '../aws/image-platform.ts'
import { describeImage, newestImage } from '../aws/images.ts'
import type { Deployment, ImageSource } from '../config/deployment.ts'
import { fleetsOf, imagesOf } from '../config/fleets.ts'
import { platformOf } from '../config/instance-types.ts'
import { imageKey } from '../plan/desired.ts'
import { combine, type Finding, failed, notChecked, ok, warning } from './finding.ts'
import { type Aws, withBoth } from './subject.ts'

const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

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

const ofImages = async (
  deployment: Deployment,
  judge: (image: ImageSource) => Promise<Finding>,
): Promise<Finding> => {
  const images = imagesOf(deployment)
  return images.length === 0
    ? notChecked('a model package has an image of its own')
    : combine(await Promise.all(images.map(judge)))
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
  ofImages(deployment, (image) => judgeRegistry(image, aws)),
)

/** The image that would be deployed: the one named, or the one that was pushed last. */
const lookUp = (image: ImageSource, { clients }: Aws): Promise<ImageDetail | undefined> => {
  if ('uri' in image) return describeImage(clients, parseAddress(image.uri))
  const { repository, tag } = image
  return tag === undefined
    ? orMissing(newestImage(clients, repository))
    : describeImage(clients, { repository, tag })
}

/** @param platforms of the instances that are to run it */
const judgeImage = async (image: ImageSource, platforms: readonly string[], aws: Aws): Promise<Finding> => {
  const name =
    'uri' in image
      ? image.uri
      : image.tag === undefined
        ? image.repository
        : `${image.repository}:${image.tag}`
  const found = await lookUp(image, aws)
  if (found === undefined)
    return 'uri' in image
      ? failed(`there is no image ${name}`, 'push it, or correct image in the file')
      : warning(`nothing is pushed to ${name} yet`, 'run push')
  const { imageDigest = '', imageManifestMediaType = 'unknown' } = found
  if (imageManifestMediaType !== DOCKER_MANIFEST)
    return failed(
      `${name} has a manifest of the type ${imageManifestMediaType}, which SageMaker refuses`,
      'push it again with build_and_push.sh, which sees to it',
    )
  const address = 'uri' in image ? parseAddress(image.uri) : { repository: image.repository }
  const platform = await platformOfImage(aws.clients, address, imageDigest)
  const other = platform && platforms.find((wanted) => wanted !== platform)
  return other
    ? failed(
        `${name} was built for ${platform}, and the instances are ${other}`,
        `build and push it for ${other} (image.platform), or choose another compute.type`,
      )
    : ok(
        `${name.replace(/@.*/, '')}@${imageDigest}, with a manifest of Docker's${platform === undefined ? '' : `, for ${platform}`}`,
      )
}

/** What the fleets run on that have this image. */
const platformsOf = (deployment: Deployment, image: ImageSource): string[] =>
  fleetsOf(deployment)
    .filter((fleet) => fleet.image !== undefined && imageKey(fleet.image) === imageKey(image))
    .map(({ compute }) => (compute.kind === 'serverless' ? 'linux/amd64' : platformOf(compute.type)))

export const checkImage = withBoth(async (deployment, aws) =>
  ofImages(deployment, (image) => judgeImage(image, platformsOf(deployment, image), aws)),
)
