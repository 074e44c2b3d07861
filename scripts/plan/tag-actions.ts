/** Tags of the endpoint: the file's, and those that tell the next run what this one did. */

import type { Live } from '../aws/live.ts'
import type { Action } from './action.ts'
import { type Desired, HISTORY_TAG, VERIFIED_TAG } from './desired.ts'
import { diff, pick } from './diff.ts'

export const toTags = (tags: Record<string, string>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

export const tagAction = (live: Live, wanted: Record<string, string>, note: string): Action[] => {
  const changed = Object.entries(wanted).filter(([key, value]) => live.tags[key] !== value)
  if (changed.length === 0) return []
  const tags = Object.fromEntries(changed)
  return [
    {
      what: 'tags',
      kind: 'update',
      name: Object.keys(tags).join(', '),
      request: { Tags: toTags(tags) },
      changes: diff(pick(live.tags, Object.keys(tags)), tags),
      note,
    },
  ]
}

/** Tags that the file asks for; ours have values which change with each deployment. */
export const fileTags = ({ create }: Desired): Record<string, string> =>
  Object.fromEntries(
    (create.Tags ?? []).flatMap(({ Key = '', Value = '' }) =>
      Key === HISTORY_TAG || Key === VERIFIED_TAG ? [] : [[Key, Value]],
    ),
  )
