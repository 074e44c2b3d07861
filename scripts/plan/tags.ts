import type { Deployment } from '../config/deployment.ts'
import { OWNER_TAG } from './desired.ts'

export type Tag = { Key: string; Value: string }

/** The owner's tag and the user's. */
export const tagsOf = ({ endpoint, tags }: Deployment): Tag[] => [
  { Key: OWNER_TAG, Value: endpoint },
  ...Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
]
