/** For which processor an image was built: its configuration, a blob of the registry, says so. */

import { BatchGetImageCommand, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr'
import type { Clients } from './clients.ts'
import type { ImageAddress } from './image-address.ts'

const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'

/** How long the registry may take to answer. */
const REACH_MS = 5_000

/** `linux/amd64`; undefined where the registry does not say, or may not be asked. */
export const platformOfImage = async (
  { ecr }: Pick<Clients, 'ecr'>,
  { account, repository }: Pick<ImageAddress, 'repository'> & Partial<ImageAddress>,
  imageDigest: string,
): Promise<string | undefined> => {
  const where = { repositoryName: repository, ...(account !== undefined && { registryId: account }) }
  try {
    const { images = [] } = await ecr.send(
      new BatchGetImageCommand({
        ...where,
        imageIds: [{ imageDigest }],
        acceptedMediaTypes: [DOCKER_MANIFEST],
      }),
    )
    const { config } = JSON.parse(images[0]?.imageManifest ?? '{}') as { config?: { digest?: string } }
    const { downloadUrl = '' } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ ...where, layerDigest: config?.digest }),
    )
    const blob = await fetch(downloadUrl, { signal: AbortSignal.timeout(REACH_MS) })
    const { os, architecture } = (await blob.json()) as { os?: string; architecture?: string }
    return os === undefined || architecture === undefined ? undefined : `${os}/${architecture}`
  } catch {
    return undefined
  }
}
