/** What must be looked up before requests can be written: whose account, which images, which archives. Changes nothing. */

import { type Deployment, ownerOf } from '../config/deployment.ts'
import { fleetsOf, imagesOf, type WithFleets } from '../config/fleets.ts'
import { archiveOf, defaultBucket, pack } from '../package/archive.ts'
import { type Archive, imageKey, type Resolved } from '../plan/desired.ts'
import type { Clients } from './clients.ts'
import { readIdentity } from './identity.ts'
import { findImage } from './images.ts'

export const resolve = async (
  clients: Clients,
  deployment: Pick<Deployment, 'account' | 'endpoint'> & WithFleets & { target?: 'lambda' },
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (text: string) => void } = {},
): Promise<{ resolved: Resolved; warnings: string[] }> => {
  const identity = await readIdentity(clients, deployment.account)
  const warnings: string[] = []
  const images = new Map<string, string>()
  for (const image of imagesOf(deployment)) {
    const found = await findImage(clients, image)
    images.set(imageKey(image), found.uri)
    warnings.push(...found.warnings)
  }
  const archives = new Map<string, Archive>()
  for (const { model } of fleetsOf(deployment)) {
    if (typeof model !== 'object' || !('path' in model) || archives.has(model.path)) continue
    onProgress?.(`reading ${model.path}`)
    const packed = await pack(model.path, signal === undefined ? {} : { signal })
    if (packed.leftOut.length > 0) warnings.push(`${model.path}: left out ${packed.leftOut.join(', ')}`)
    const bucket = model.bucket ?? defaultBucket(identity)
    archives.set(model.path, archiveOf(packed, { owner: ownerOf(deployment), bucket }))
  }
  return { resolved: { ...identity, images, archives }, warnings }
}
