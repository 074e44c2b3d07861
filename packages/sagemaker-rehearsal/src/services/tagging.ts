/** The Resource Groups Tagging API, for what SageMaker has tagged. */

import { type Actions, MODEL } from '../models/resourcegroupstaggingapi.ts'
import { page, type Service, type Actions as Table } from '../service.ts'
import type { Store } from '../store.ts'

/** `sagemaker:endpoint-config` of `arn:aws:sagemaker:…:endpoint-config/name`, and what the filter `sagemaker` finds too. */
const isOfType = (arn: string, type: string): boolean => {
  const [, , service = '', , , resource = ''] = arn.split(':')
  return type === service || type === `${service}:${resource.split('/')[0]}`
}

export const createTagging = (store: Store): Service => ({
  name: 'tag',
  target: 'ResourceGroupsTaggingAPI_20170126',
  model: MODEL,
  invalidCode: 'InvalidParameterException',
  actions: {
    GetResources({
      TagFilters = [],
      ResourceTypeFilters: types = [],
      ResourcesPerPage = 50,
      PaginationToken,
    }) {
      const found = [...store.tags].filter(
        ([arn, tags]) =>
          tags.size > 0 &&
          (types.length === 0 || types.some((type) => isOfType(arn, type))) &&
          TagFilters.every(({ Key = '', Values = [] }) => {
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
  } satisfies Table<Actions>,
})
