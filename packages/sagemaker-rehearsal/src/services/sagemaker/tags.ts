/** Tags of models, configurations and endpoints, by ARN. */

import { z } from 'zod'
import { invalid } from '../../aws-error.ts'
import { type Actions, action, page } from '../../service.ts'
import type { Store } from '../../store.ts'
import { TAGS } from './schemas.ts'

/** SageMaker API reference, Tag. */
const MOST_TAGS = 50

type Tag = z.output<typeof TAGS>[number]

const ARN = z.string().max(500)

/** The tags of something new. */
export const setTags = (store: Store, arn: string, tags: readonly Tag[] = []): void => {
  store.tags.set(arn, new Map(tags.map(({ Key, Value }) => [Key, Value])))
}

export const createTagActions = (store: Store): Actions => {
  const find = (arn: string): Map<string, string> => {
    const tags = store.tags.get(arn)
    if (tags === undefined) throw invalid(`Could not find resource "${arn}".`)
    return tags
  }
  return {
    AddTags: action(z.looseObject({ ResourceArn: ARN, Tags: TAGS }), ({ ResourceArn, Tags }) => {
      const tags = find(ResourceArn)
      const names = new Set([...tags.keys(), ...Tags.map(({ Key }) => Key)])
      if (names.size > MOST_TAGS)
        throw invalid(`The resource "${ResourceArn}" would have more than ${MOST_TAGS} tags.`)
      for (const { Key, Value } of Tags) tags.set(Key, Value)
      return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }
    }),
    DeleteTags: action(
      z.looseObject({ ResourceArn: ARN, TagKeys: z.array(z.string()).min(1).max(50) }),
      ({ ResourceArn, TagKeys }) => {
        const tags = find(ResourceArn)
        for (const key of TagKeys) tags.delete(key)
      },
    ),
    ListTags: action(
      z.looseObject({
        ResourceArn: ARN,
        MaxResults: z.int().min(50).default(50),
        NextToken: z.string().optional(),
      }),
      ({ ResourceArn, MaxResults, NextToken }) => {
        const all = [...find(ResourceArn)].map(([Key, Value]) => ({ Key, Value }))
        const { items, next } = page(all, MaxResults, NextToken)
        return { Tags: items, NextToken: next }
      },
    ),
  }
}
