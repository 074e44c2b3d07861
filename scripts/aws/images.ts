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

export type FoundImage = { uri: string; warnings: string[] }

/** SageMaker takes neither an index of platforms nor an OCI manifest (aws/amazon-sagemaker-feedback #180). */
const manifestWarnings = (name: string, { imageManifestMediaType: type }: ImageDetail): string[] =>
  type?.includes('.oci.') || type?.includes('list')
    ? [
        `the image ${name} has a manifest of type ${type}, which SageMaker refuses: push it with endpoint push`,
      ]
    : []

const newest = async (clients: Clients, repository: string): Promise<ImageDetail | undefined> => {
  let found: ImageDetail | undefined
  const request = { repositoryName: repository, filter: { tagStatus: 'TAGGED' as const } }
  for await (const { imageDetails = [] } of paginateDescribeImages({ client: clients.ecr }, request)) {
    for (const image of imageDetails) {
      if (found === undefined || (image.imagePushedAt ?? 0) > (found.imagePushedAt ?? 0)) found = image
    }
  }
  return found
}

const tagged = async (
  { ecr }: Clients,
  repository: string,
  tag: string,
  registryId?: string,
): Promise<ImageDetail | undefined> => {
  const answer = await orMissing(
    ecr.send(
      new DescribeImagesCommand({
        repositoryName: repository,
        imageIds: [{ imageTag: tag }],
        ...(registryId !== undefined && { registryId }),
      }),
    ),
  )
  return answer?.imageDetails?.[0]
}

const byRepository = async (clients: Clients, repository: string, tag?: string): Promise<FoundImage> => {
  const fix = 'run endpoint push first'
  const answer = await orMissing(
    clients.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] })),
  )
  const uri = answer?.repositories?.[0]?.repositoryUri
  if (uri === undefined) throw new CommandError(`Amazon ECR has no repository ${repository}`, { fix })
  const image = tag === undefined ? await newest(clients, repository) : await tagged(clients, repository, tag)
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

/** `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME[:TAG]`, as the schema has checked. */
const byAddress = async (clients: Clients, address: string): Promise<FoundImage> => {
  if (address.includes('@sha256:')) return { uri: address, warnings: [] }
  const [host = '', ...rest] = address.split('/')
  const [registryId, , , region] = host.split('.')
  const [repository = '', tag = 'latest'] = rest.join('/').split(':')
  const here = await clients.ecr.config.region()
  if (region !== here) {
    throw new CommandError(`the image ${address} is in ${region}, the endpoint in ${here}`, {
      fix: 'SageMaker pulls from its own Region: push the image there',
    })
  }
  const image = await tagged(clients, repository, tag, registryId)
  if (image?.imageDigest === undefined) {
    throw new CommandError(`there is no image ${address}`, { fix: 'correct image in the file, or push it' })
  }
  return {
    uri: `${host}/${repository}@${image.imageDigest}`,
    warnings: manifestWarnings(address, image),
  }
}

/** Looks an image up in Amazon ECR: its digest, and what may be wrong with it. Throws CommandError if there is none. */
export const findImage = (clients: Clients, image: ImageSource): Promise<FoundImage> =>
  'uri' in image ? byAddress(clients, image.uri) : byRepository(clients, image.repository, image.tag)
