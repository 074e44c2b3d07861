import { readIdentity } from '../aws/identity.ts'
import { fleetsOf } from '../config/fleets.ts'
import { defaultBucket } from '../package/archive.ts'
import type { Target } from './open.ts'

/** Buckets where archives of the endpoint may lie though no model names them any more. */
export const bucketsOf = async ({ session, deployment }: Target): Promise<string[]> => {
  const identity = await readIdentity(session.clients, deployment?.account)
  const named = (deployment === undefined ? [] : fleetsOf(deployment)).flatMap(({ model }) =>
    typeof model === 'object' && 'bucket' in model ? (model.bucket ?? []) : [],
  )
  return [...new Set([defaultBucket(identity), ...named])]
}
