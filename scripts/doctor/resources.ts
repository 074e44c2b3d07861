/** What a deployment's things are called in policies. */

import { parseAddress } from '../aws/image-address.ts'
import type { Deployment, ImageSource, ModelSource } from '../config/deployment.ts'
import { fleetsOf, type WithFleets } from '../config/fleets.ts'
import { defaultBucket } from '../package/archive.ts'
import type { Resolved } from '../plan/desired.ts'

export type Place = Pick<Resolved, 'account' | 'partition' | 'region'>

export const unique = (texts: readonly string[]): string[] => [...new Set(texts)]

export const repositoryArn = (image: ImageSource, { account, partition, region }: Place): string => {
  const { account: owner, repository } = 'uri' in image ? parseAddress(image.uri) : { ...image, account }
  return `arn:${partition}:ecr:${region}:${owner}:repository/${repository}`
}

/** `s3://…` as an ARN. */
const s3Arn = (address: string, { partition }: Place): string =>
  `arn:${partition}:s3:::${address.slice('s3://'.length)}`

export const isFolder = (model: ModelSource) => typeof model === 'object' && 'path' in model

/** The objects of the models that `keep` picks, as patterns. */
export const objectsOf = (
  deployment: WithFleets & Pick<Deployment, 'endpoint'>,
  place: Place,
  keep: (model: ModelSource) => boolean,
): string[] =>
  unique(
    fleetsOf(deployment)
      .filter(({ model }) => keep(model))
      .flatMap(({ model }) => {
        if (model === 'baked-in' || 'package' in model) return []
        if ('uri' in model) return s3Arn(model.uri, place)
        if ('prefix' in model) return s3Arn(`${model.prefix}*`, place)
        return s3Arn(`s3://${model.bucket ?? defaultBucket(place)}/${deployment.endpoint}/*`, place)
      }),
  )

export const bucketsOf = (objects: readonly string[]): string[] =>
  unique(objects.map((arn) => arn.replace(/\/.*$/, '')))

/** The objects under these `s3://…` addresses, as patterns. */
export const outputsOf = (addresses: readonly (string | undefined)[], place: Place): string[] =>
  unique(
    addresses.flatMap((address) =>
      address === undefined ? [] : s3Arn(address.replace(/\/?$/, '/*'), place),
    ),
  )

/** An alias may be of any key. */
export const keyArn = (key: string, { account, partition, region }: Place): string =>
  key.startsWith('arn:') && !key.includes(':alias/')
    ? key
    : `arn:${partition}:kms:${region}:${account}:key/${key.includes('alias/') ? '*' : key}`

/** All that the members under `aws` name in S3 for models. */
export const furtherModels = ({ aws }: Deployment, place: Place): string[] =>
  [...JSON.stringify(aws?.model ?? {}).matchAll(/"(s3:\/\/[^"]+)"/g)].map(([, address = '']) =>
    s3Arn(address.endsWith('/') ? `${address}*` : address, place),
  )

export const coreDumpsOf = (deployment: Deployment) =>
  fleetsOf(deployment).flatMap(({ compute }) =>
    compute.kind === 'instances' && compute.coreDumps !== undefined ? [compute.coreDumps] : [],
  )

export const hasShell = (deployment: Deployment): boolean =>
  fleetsOf(deployment).some(({ compute }) => compute.kind === 'instances' && compute.ssmAccess === true)

export const isInVpc = ({ network, aws }: Deployment): boolean =>
  network.subnets.length > 0 ||
  [aws?.model, aws?.config].some((members) => members !== undefined && 'VpcConfig' in members)

export const logGroup = ({ endpoint }: Deployment, { account, partition, region }: Place): string =>
  `arn:${partition}:logs:${region}:${account}:log-group:/aws/sagemaker/Endpoints/${endpoint}:*`
