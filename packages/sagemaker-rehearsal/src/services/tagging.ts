/** The Resource Groups Tagging API, for what SageMaker has tagged. */

import { z } from 'zod'
import { action, page, type Service } from '../service.ts'
import type { Store } from '../store.ts'

/** `sagemaker:endpoint-config` of `arn:aws:sagemaker:…:endpoint-config/name`, and what the filter `sagemaker` finds too. */
const isOfType = (arn: string, type: string): boolean => {
  const [, , service = '', , , resource = ''] = arn.split(':')
  return type === service || type === `${service}:${resource.split('/')[0]}`
}

export const createTagging = (store: Store): Service => ({
  name: 'tag',
  target: 'ResourceGroupsTaggingAPI_20170126',
  actions: {
    GetResources: action(
      z.looseObject({
        TagFilters: z
          .array(
            z.looseObject({
              Key: z.string().min(1).max(128),
              Values: z.array(z.string().max(256)).max(20).default([]),
            }),
          )
          .max(50)
          .default([]),
        ResourceTypeFilters: z.array(z.string().max(256)).max(100).default([]),
        ResourcesPerPage: z.int().min(1).max(100).default(50),
        PaginationToken: z.string().max(2048).optional(),
      }),
      ({ TagFilters, ResourceTypeFilters: types, ResourcesPerPage, PaginationToken }) => {
        const found = [...store.tags].filter(
          ([arn, tags]) =>
            tags.size > 0 &&
            (types.length === 0 || types.some((type) => isOfType(arn, type))) &&
            TagFilters.every(({ Key, Values }) => {
              const value = tags.get(Key)
              return value !== undefined && (Values.length === 0 || Values.includes(value))
            }),
        )
        const { items, next } = page(found, ResourcesPerPage, PaginationToken || undefined)
        return {
          PaginationToken: next ?? '',
          ResourceTagMappingList: items.map(([ResourceARN, tags]) => ({
            ResourceARN,
            Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
          })),
        }
      },
    ),
  },
})
