/** Who saw what: what an experiment's health is judged by. */

import type { Weights } from './assign-variant.ts'
import { type SampleRatio, sampleRatio } from './sample-ratio.ts'

/** Users that are kept in mind; those that come later are served, and not counted. */
const MAX_USERS = 100_000

export type ExposureReport = {
  weights: Weights
  /** Distinct users by variant since the weights last changed. */
  users: Record<string, number>
  /** How often a user saw another variant than before. After the weights change it is natural, at other times a fault. */
  switches: number
  sampleRatio: SampleRatio | null
}

export const createExposures = (maxUsers = MAX_USERS) => {
  const seen = new Map<string, { variant: string; weights: string }>()
  let weights: Weights = {}
  let users: Record<string, number> = {}
  let switches = 0
  return {
    /** @returns true if this user saw another variant before */
    record(user: string, variant: string, current: Weights): boolean {
      const key = JSON.stringify(current)
      if (key !== JSON.stringify(weights)) {
        weights = current
        users = {}
      }
      const before = seen.get(user)
      if (before === undefined && seen.size >= maxUsers) return false
      if (before?.weights !== key) users[variant] = (users[variant] ?? 0) + 1
      const switched = before !== undefined && before.variant !== variant
      if (switched) switches++
      seen.set(user, { variant, weights: key })
      return switched
    },
    report: (): ExposureReport => ({
      weights,
      users: { ...users },
      switches,
      sampleRatio: sampleRatio(users, weights) ?? null,
    }),
  }
}
