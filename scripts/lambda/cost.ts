/** What a function costs: by use, but for what is kept warm. */

import type { DesiredFunction } from './desire.ts'

export const formatFunctionCost = ({ provisioned, configuration }: DesiredFunction): string => {
  const memory = `${configuration.MemorySize} MB`
  const used = `cost: by use: each request, and its time at ${memory}`
  return provisioned === undefined
    ? `${used}; nothing while nobody calls`
    : `${used}, and by the hour for ${provisioned} × ${memory} kept warm`
}
