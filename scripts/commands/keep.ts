/** What stays when old versions go, whatever the target. */

import { CommandError, EXIT } from '../cli/command.ts'

/** What a deployment may take beyond its rollout: packing, uploading, waiting for others. */
export const PACKING_MS = 3_600_000

export const parseKeep = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text)
  throw new CommandError(`--keep is a number of versions from 1, not "${text}"`, { exitCode: EXIT.usage })
}
