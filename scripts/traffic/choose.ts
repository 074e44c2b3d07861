/** Which variant a request is for: a user's own, its country's, or the one that the weights give the user. */

import type { Sticky } from '../config/sticky.ts'
import { assignVariant, hash, type Weights } from './assign-variant.ts'

export type Choice = {
  /** The user as a hash of salt and id; null without a user. */
  user: string | null
  /** Undefined: SageMaker chooses. */
  variant: string | undefined
  /** Whether the user, or their country, has a variant whatever the weights, and so no part in the experiment. */
  forced: boolean
}

/** Half of SHA-256's first half: with a million users two of them share it once in 37 million times. */
export const userHash = (salt: string, userId: string): string => hash(salt, userId).slice(0, 16)

const own = (of: Readonly<Record<string, string>>, key: string | undefined): string | undefined =>
  key !== undefined && Object.hasOwn(of, key) ? of[key] : undefined

const byCountry = (of: Sticky['country'], code: string | undefined): string | undefined => {
  if (of === undefined) return undefined
  const takesPart = of.only === undefined || (code !== undefined && of.only.countries.includes(code))
  return own(of.force, code) ?? (takesPart ? undefined : of.only?.others)
}

export const choose = (
  { salt, force, country }: Sticky,
  userId: string | undefined,
  code: string | undefined,
  weights: Weights,
): Choice => {
  const forced = own(force, userId) ?? byCountry(country, code)
  return {
    user: userId === undefined ? null : userHash(salt, userId),
    variant: forced ?? (userId === undefined ? undefined : assignVariant(userId, weights, salt)),
    forced: forced !== undefined,
  }
}
