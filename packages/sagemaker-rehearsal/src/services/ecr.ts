/**
 * ECR's metadata. There is no registry behind it: every repository holds one image, which stands for this checkout. So that
 * nothing need be pushed before a deployment, that is so for a repository that was never made, too.
 */

import { AwsError } from '../aws-error.ts'
import type { Clock } from '../clock.ts'
import { type Actions, MODEL } from '../models/ecr.ts'
import { arn, type Caller, page, type Service, type Actions as Table } from '../service.ts'
import type { Repository, Store } from '../store.ts'

const TAG = 'rehearsal'
const MEDIA_TYPE = 'application/vnd.docker.distribution.manifest.v2+json'

const notFound = (name: string, { account }: Caller) =>
  new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${account}'`,
  )

const TOKEN_LIFE_MS = 12 * 3600 * 1000

export const createEcr = (store: Store, clock: Clock, digest: string): Service => {
  const find = (name: string, caller: Caller): Repository => {
    const repository = store.repositories.get(name)
    if (repository === undefined) throw notFound(name, caller)
    return repository
  }

  const make = (
    name: string,
    caller: Caller,
    mutability: Repository['mutability'],
    scanOnPush: boolean,
  ): Repository => ({
    name,
    arn: arn('ecr', caller, `repository/${name}`),
    createdAt: clock.now(),
    mutability,
    scanOnPush,
  })

  /** One that was never made is as good as made, for those who only look. */
  const findOrImagine = (name: string, caller: Caller): Repository =>
    store.repositories.get(name) ?? make(name, caller, 'IMMUTABLE', true)

  const host = ({ account, region, partition }: Caller) =>
    `${account}.dkr.ecr.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`

  const describe = (repository: Repository, caller: Caller) => ({
    repositoryArn: repository.arn,
    registryId: caller.account,
    repositoryName: repository.name,
    repositoryUri: `${host(caller)}/${repository.name}`,
    createdAt: new Date(repository.createdAt),
    imageTagMutability: repository.mutability,
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: { encryptionType: 'AES256' as const },
  })

  return {
    name: 'ecr',
    target: 'AmazonEC2ContainerRegistry_V20150921',
    model: MODEL,
    invalidCode: 'InvalidParameterException',
    actions: {
      CreateRepository: (input, caller) => {
        const name = input.repositoryName
        if (store.repositories.has(name))
          throw new AwsError(
            'RepositoryAlreadyExistsException',
            `The repository with name '${name}' already exists in the registry with id '${caller.account}'`,
          )
        const { imageTagMutability = 'MUTABLE', imageScanningConfiguration: scanning } = input
        const repository = make(name, caller, imageTagMutability, scanning?.scanOnPush ?? false)
        store.repositories.set(name, repository)
        return { repository: describe(repository, caller) }
      },
      DescribeRepositories: ({ repositoryNames, maxResults = 100, nextToken }, caller) => {
        const all = repositoryNames?.map((name) => findOrImagine(name, caller)) ?? [
          ...store.repositories.values(),
        ]
        const { items, next } = page(all, maxResults, nextToken)
        return { repositories: items.map((repository) => describe(repository, caller)), nextToken: next }
      },
      DeleteRepository: ({ repositoryName, force = false }, caller) => {
        const repository = find(repositoryName, caller)
        if (!force)
          throw new AwsError(
            'RepositoryNotEmptyException',
            `The repository with name '${repositoryName}' in registry with id '${caller.account}' cannot be deleted ` +
              'because it still contains images',
          )
        store.repositories.delete(repositoryName)
        return { repository: describe(repository, caller) }
      },
      DescribeImages: ({ repositoryName, imageIds }, caller) => {
        const repository = findOrImagine(repositoryName, caller)
        // Whichever image a file names by its digest stands for this checkout.
        const named = store.repositories.has(repositoryName) ? undefined : imageIds?.[0]?.imageDigest
        for (const { imageDigest, imageTag } of imageIds ?? []) {
          if (imageTag === undefined && imageDigest === named) continue
          if ((imageTag === undefined || imageTag === TAG) && (imageDigest ?? digest) === digest) continue
          throw new AwsError(
            'ImageNotFoundException',
            `The image with imageId {imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'} does not ` +
              `exist within the repository with name '${repositoryName}' in the registry with id '${caller.account}'`,
          )
        }
        return {
          imageDetails: [
            {
              registryId: caller.account,
              repositoryName,
              imageDigest: named ?? digest,
              imageTags: [TAG],
              imageSizeInBytes: 0,
              imagePushedAt: new Date(repository.createdAt),
              imageManifestMediaType: MEDIA_TYPE,
              artifactMediaType: 'application/vnd.docker.container.image.v1+json',
              imageStatus: 'ACTIVE',
            },
          ],
        }
      },
      GetAuthorizationToken: (_, caller) => ({
        authorizationData: [
          {
            authorizationToken: Buffer.from('AWS:rehearsal').toString('base64'),
            expiresAt: new Date(clock.now() + TOKEN_LIFE_MS),
            proxyEndpoint: `https://${host(caller)}`,
          },
        ],
      }),
      PutLifecyclePolicy: ({ repositoryName, lifecyclePolicyText }, caller) => {
        find(repositoryName, caller).lifecyclePolicy = lifecyclePolicyText
        return { registryId: caller.account, repositoryName, lifecyclePolicyText }
      },
      GetLifecyclePolicy: ({ repositoryName }, caller) => {
        const { lifecyclePolicy } = find(repositoryName, caller)
        if (lifecyclePolicy === undefined)
          throw new AwsError('LifecyclePolicyNotFoundException', 'Lifecycle policy does not exist')
        return { registryId: caller.account, repositoryName, lifecyclePolicyText: lifecyclePolicy }
      },
      // Immutability, tags and scanning of what exists: accepted, and shown again where there is a place for it.
      PutImageTagMutability: ({ repositoryName, imageTagMutability }, caller) => {
        find(repositoryName, caller).mutability = imageTagMutability
        return { registryId: caller.account, repositoryName, imageTagMutability }
      },
    } satisfies Table<Actions>,
  }
}
