/** Rules that concern several keys at once. */

import type { Deployment } from './deployment.ts'
import type { Settings } from './schema.ts'

/** `path` as in the file, without the environment. */
export type Finding = { path: readonly PropertyKey[]; text: string }

export const checkRules = (
  _deployment: Deployment,
  _settings: Settings,
): { mistakes: Finding[]; warnings: Finding[] } => ({ mistakes: [], warnings: [] })
