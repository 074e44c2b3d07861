/** resourcegroupstaggingapi 2017-01-26, written by scripts/generate-models.ts from botocore 1.44.8. */

import type { Model } from '../model.ts'

export type ComplianceDetails = {
  NoncompliantKeys?: Array<string> | undefined
  KeysWithNoncompliantValues?: Array<string> | undefined
  MissingTagKeys?: Array<string> | undefined
  ComplianceStatus?: boolean | undefined
}

export type GetResourcesInput = {
  PaginationToken?: string | undefined
  TagFilters?: Array<TagFilter> | undefined
  ResourcesPerPage?: number | undefined
  TagsPerPage?: number | undefined
  ResourceTypeFilters?: Array<string> | undefined
  IncludeComplianceDetails?: boolean | undefined
  ExcludeCompliantResources?: boolean | undefined
  ResourceARNList?: Array<string> | undefined
}

export type GetResourcesOutput = {
  PaginationToken?: string | undefined
  ResourceTagMappingList?: Array<ResourceTagMapping> | undefined
}

export type ResourceTagMapping = {
  ResourceARN?: string | undefined
  Tags?: Array<Tag> | undefined
  ComplianceDetails?: ComplianceDetails | undefined
}

export type Tag = {
  Key: string
  Value: string
}

export type TagFilter = {
  Key?: string | undefined
  Values?: Array<string> | undefined
}

export type Actions = {
  GetResources: { input: GetResourcesInput; output: GetResourcesOutput }
}

export const MODEL: Model = {
  actions: {
    GetResources: {"input":"GetResourcesInput","output":"GetResourcesOutput"},
  },
  shapes: {
    AmazonResourceType: {"type":"string","min":0,"max":256,"pattern":"[\\s\\S]*"},
    ComplianceDetails: {"type":"structure","members":{"NoncompliantKeys":"TagKeyList","KeysWithNoncompliantValues":"TagKeyList","MissingTagKeys":"TagKeyList","ComplianceStatus":"ComplianceStatus"}},
    ComplianceStatus: {"type":"boolean"},
    ExcludeCompliantResources: {"type":"boolean"},
    GetResourcesInput: {"type":"structure","members":{"PaginationToken":"PaginationToken","TagFilters":"TagFilterList","ResourcesPerPage":"ResourcesPerPage","TagsPerPage":"TagsPerPage","ResourceTypeFilters":"ResourceTypeFilterList","IncludeComplianceDetails":"IncludeComplianceDetails","ExcludeCompliantResources":"ExcludeCompliantResources","ResourceARNList":"ResourceARNListForGet"}},
    GetResourcesOutput: {"type":"structure","members":{"PaginationToken":"PaginationToken","ResourceTagMappingList":"ResourceTagMappingList"}},
    IncludeComplianceDetails: {"type":"boolean"},
    PaginationToken: {"type":"string","min":0,"max":2048,"pattern":"[\\s\\S]*"},
    ResourceARN: {"type":"string","min":1,"max":1011,"pattern":"[\\s\\S]*"},
    ResourceARNListForGet: {"type":"list","member":"ResourceARN","min":1,"max":100},
    ResourceTagMapping: {"type":"structure","members":{"ResourceARN":"ResourceARN","Tags":"TagList","ComplianceDetails":"ComplianceDetails"}},
    ResourceTagMappingList: {"type":"list","member":"ResourceTagMapping"},
    ResourceTypeFilterList: {"type":"list","member":"AmazonResourceType"},
    ResourcesPerPage: {"type":"integer"},
    Tag: {"type":"structure","members":{"Key":"TagKey","Value":"TagValue"},"required":["Key","Value"]},
    TagFilter: {"type":"structure","members":{"Key":"TagKey","Values":"TagValueList"}},
    TagFilterList: {"type":"list","member":"TagFilter","min":0,"max":50},
    TagKey: {"type":"string","min":1,"max":128,"pattern":"[\\s\\S]*"},
    TagKeyList: {"type":"list","member":"TagKey"},
    TagList: {"type":"list","member":"Tag"},
    TagValue: {"type":"string","min":0,"max":256,"pattern":"[\\s\\S]*"},
    TagValueList: {"type":"list","member":"TagValue","min":0,"max":20},
    TagsPerPage: {"type":"integer"},
  },
}
