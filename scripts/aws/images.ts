/** Images by digest, so that an instance that starts a month from now runs what was tested today. */

import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ImageDetail,
  paginateDescribeImages,
} from '@aws-sdk/client-ecr'
import { CommandError } from '../cli/command.ts'
import type { ImageSource } from '../config/deployment.ts'
import type { Clients } from './clients.ts'
import { orMissing } from './errors.ts'
import { type ImageAddress, parseAddress } from './image-address.ts'

export type FoundImage = { uri: string; warnings: string[] }

/** SageMaker takes neither an index of platforms nor an OCI manifest (aws/amazon-sagemaker-feedback #180). */
const manifestWarnings = (name: string, { imageManifestMediaType: type }: ImageDetail): string[] =>
  type?.includes('.oci.') || type?.includes('list')
    ? [
        `the image ${name} has a manifest of type ${type}, which SageMaker refuses: push it with the command push`,
      ]
    : []

/** The image that was pushed last. */
export const newestImage = async (
  clients: Pick<Clients, 'ecr'>,
  repository: string,
): Promise<ImageDetail | undefined> => {
  let found: ImageDetail | undefined
  const request = { repositoryName: repository, filter: { tagStatus: 'TAGGED' as const } }
  for await (const { imageDetails = [] } of paginateDescribeImages({ client: clients.ecr }, request)) {
    for (const image of imageDetails) {
      if (found === undefined || (image.imagePushedAt ?? 0) > (found.imagePushedAt ?? 0)) found = image
    }
  }
  return found
}

/** What ECR knows of an image; undefined if there is none. */
export const describeImage = async (
  { ecr }: Pick<Clients, 'ecr'>,
  { account, repository, tag, digest }: Pick<ImageAddress, 'repository'> & Partial<ImageAddress>,
): Promise<ImageDetail | undefined> => {
  // Docker's default for an address without a tag.
  const id = digest === undefined ? { imageTag: tag ?? 'latest' } : { imageDigest: digest }
  const answer = await orMissing(
    ecr.send(
      new DescribeImagesCommand({
        repositoryName: repository,
        imageIds: [id],
        ...(account !== undefined && { registryId: account }),
      }),
    ),
  )
  return answer?.imageDetails?.[0]
}

const byRepository = async (clients: Clients, repository: string, tag?: string): Promise<FoundImage> => {
  const fix = 'run the command push first'
  const answer = await orMissing(
    clients.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] })),
  )
  const uri = answer?.repositories?.[0]?.repositoryUri
  if (uri === undefined) throw new CommandError(`Amazon ECR has no repository ${repository}`, { fix })
  const image =
    tag === undefined
      ? await newestImage(clients, repository)
      : await describeImage(clients, { repository, tag })
  if (image?.imageDigest === undefined) {
    throw new CommandError(
      tag === undefined
        ? `the repository ${repository} has no image`
        : `the repository ${repository} has no image ${tag}`,
      { fix },
    )
  }
  return {
    uri: `${uri}@${image.imageDigest}`,
    warnings: manifestWarnings(`${repository}:${tag ?? image.imageTags?.[0]}`, image),
  }
}

const byAddress = async (clients: Clients, uri: string): Promise<FoundImage> => {
  const address = parseAddress(uri)
  if (address.digest !== undefined) return { uri, warnings: [] }
  const here = await clients.ecr.config.region()
  if (address.region !== here) {
    throw new CommandError(`the image ${uri} is in ${address.region}, the endpoint in ${here}`, {
      fix: 'SageMaker pulls from its own Region: push the image there',
    })
  }
  const image = await describeImage(clients, address)
  if (image?.imageDigest === undefined) {
    throw new CommandError(`there is no image ${uri}`, { fix: 'correct image in the file, or push it' })
  }
  return {
    uri: `${address.host}/${address.repository}@${image.imageDigest}`,
    warnings: manifestWarnings(uri, image),
  }
}

/** Looks an image up in Amazon ECR: its digest, and what may be wrong with it. Throws CommandError if there is none. */
export const findImage = (clients: Clients, image: ImageSource): Promise<FoundImage> =>
  'uri' in image ? byAddress(clients, image.uri) : byRepository(clients, image.repository, image.tag)
