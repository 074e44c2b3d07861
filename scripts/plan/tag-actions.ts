/** Tags of the endpoint: the file's, and those that tell the next run what this one did. */

import type { Live } from '../aws/live.ts'
import type { Action, Step } from './action.ts'
import { type Desired, HISTORY_TAG, VERIFIED_TAG } from './desired.ts'
import { diff, pick } from './diff.ts'

export const toTags = (tags: Record<string, string>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** The step by which what is live gets the tags that it lacks; none if it has them all. */
export const tagStep = <Request>(
  live: { tags: Record<string, string> },
  wanted: Record<string, string>,
  note: string,
  requestOf: (tags: Record<string, string>) => Request,
): Step<'tags', 'update', Request>[] => {
  const changed = Object.entries(wanted).filter(([key, value]) => live.tags[key] !== value)
  if (changed.length === 0) return []
  const tags = Object.fromEntries(changed)
  return [
    {
      what: 'tags',
      kind: 'update',
      name: Object.keys(tags).join(', '),
      request: requestOf(tags),
      changes: diff(pick(live.tags, Object.keys(tags)), tags),
      note,
    },
  ]
}

export const tagAction = (live: Live, wanted: Record<string, string>, note: string): Action[] =>
  tagStep(live, wanted, note, (tags) => ({ Tags: toTags(tags) }))

/** Tags that the file asks for; ours have values which change with each deployment. */
export const fileTags = ({ create }: Desired): Record<string, string> =>
  Object.fromEntries(
    (create.Tags ?? []).flatMap(({ Key = '', Value = '' }) =>
      Key === HISTORY_TAG || Key === VERIFIED_TAG ? [] : [[Key, Value]],
    ),
  )
