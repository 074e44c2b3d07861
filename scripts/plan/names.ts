/** Names that say what they name, so that making a thing twice is making it once. */

import { createHash } from 'node:crypto'

/** JSON with keys in order and without what is undefined: equal values give equal text. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  )

const HASH_LENGTH = 10

/** The first digits of the SHA-256 of what a request says. */
export const hashOf = (request: unknown): string =>
  createHash('sha256').update(canonicalJson(request)).digest('hex').slice(0, HASH_LENGTH)

/** `ENDPOINT-HASH`. */
export const hashName = (endpoint: string, request: unknown): string => `${endpoint}-${hashOf(request)}`

/** Application Auto Scaling's name for a variant. */
export const scalableResource = (endpoint: string, variant: string): string =>
  `endpoint/${endpoint}/variant/${variant}`

/** What an endpoint's name may have at most, so that hash names keep to SageMaker's 63. */
export const MAX_ENDPOINT_NAME = 63 - HASH_LENGTH - 1
