import { readIdentity } from '../aws/identity.ts'
import { fleetsOf, type WithFleets } from '../config/fleets.ts'
import type { Session } from '../deploy/session.ts'
import { defaultBucket } from '../package/archive.ts'

/** Buckets where archives of the endpoint may lie though no model names them any more. */
export const bucketsOf = async ({
  session,
  deployment,
}: {
  session: Session
  deployment?: WithFleets & { account?: string }
}): Promise<string[]> => {
  const identity = await readIdentity(session.clients, deployment?.account)
  const named = (deployment === undefined ? [] : fleetsOf(deployment)).flatMap(({ model }) =>
    typeof model === 'object' && 'bucket' in model ? (model.bucket ?? []) : [],
  )
  return [...new Set([defaultBucket(identity), ...named])]
}
