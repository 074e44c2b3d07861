/** What must be looked up before requests can be written. Changes nothing. */

import { parseAddress } from '../aws/image-address.ts'
import { platformOfImage } from '../aws/image-platform.ts'
import { resolve } from '../aws/resolve.ts'
import type { Context } from '../cli/command.ts'
import type { LambdaDeployment } from '../config/deployment.ts'
import { type LoadedTest, loadSmokeTests } from '../deploy/smoke-files.ts'
import { imageKey } from '../plan/desired.ts'
import { type DesiredFunction, desireFunction, type Platform } from './desire.ts'
import { openTarget, type Target } from './session.ts'

export type Wanted = Target & { desired: DesiredFunction; smoke: LoadedTest[] }

/** An image that is built says what it is for; of one that is named, the registry is asked. */
const platformOf = async (target: Target, uri: string): Promise<Platform> => {
  const [{ image }] = target.deployment.variants
  if ('platform' in image) return image.platform
  const { digest, ...address } = parseAddress(uri)
  const found = digest && (await platformOfImage(target.session.clients, address, digest))
  return found === 'linux/arm64' ? found : 'linux/amd64'
}

/** What the file asks for, as requests. */
export const openWanted = async (
  context: Context,
  change?: (deployment: LambdaDeployment) => LambdaDeployment,
): Promise<Wanted> => {
  const { warnings: said, ...target } = await openTarget(context, change)
  const { session, deployment } = target
  const smoke = await loadSmokeTests(deployment.smoke)
  const { resolved, warnings } = await resolve(session.clients, deployment, {
    signal: session.signal,
    onProgress: session.output.progress,
  })
  for (const warning of [...said, ...warnings]) session.output.warn(warning)
  const uri = resolved.images.get(imageKey(deployment.variants[0].image)) as string
  const desired = desireFunction(deployment, resolved, await platformOf(target, uri))
  return { ...target, desired, smoke }
}
