/** Tags of models, configurations and endpoints, by ARN. */

import { invalid } from '../../aws-error.ts'
import type { Actions as SageMaker, Tag } from '../../models/sagemaker.ts'
import { type Actions, page } from '../../service.ts'
import type { Store } from '../../store.ts'

/** SageMaker API reference, Tag. */
const MOST_TAGS = 50

/** The tags of something new. */
export const setTags = (store: Store, arn: string, tags: readonly Tag[] = []): void => {
  store.tags.set(arn, new Map(tags.map(({ Key, Value }) => [Key, Value])))
}

export const createTagActions = (store: Store): Actions<SageMaker> => {
  const find = (arn: string): Map<string, string> => {
    const tags = store.tags.get(arn)
    if (tags === undefined) throw invalid(`Could not find resource "${arn}".`)
    return tags
  }
  return {
    AddTags({ ResourceArn, Tags }) {
      const tags = find(ResourceArn)
      const names = new Set([...tags.keys(), ...Tags.map(({ Key }) => Key)])
      if (names.size > MOST_TAGS)
        throw invalid(`The resource "${ResourceArn}" would have more than ${MOST_TAGS} tags.`)
      for (const { Key, Value } of Tags) tags.set(Key, Value)
      return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }
    },
    DeleteTags({ ResourceArn, TagKeys }) {
      const tags = find(ResourceArn)
      for (const key of TagKeys) tags.delete(key)
      return {}
    },
    ListTags({ ResourceArn, MaxResults = 50, NextToken }) {
      const all = [...find(ResourceArn)].map(([Key, Value]) => ({ Key, Value }))
      const { items, next } = page(all, MaxResults, NextToken)
      return { Tags: items, NextToken: next }
    },
  }
}
