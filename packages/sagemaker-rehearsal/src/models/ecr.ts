/** ecr 2015-09-21, written by scripts/generate-models.ts from botocore 1.44.8. */

import type { Model } from '../model.ts'

export type AuthorizationData = {
  authorizationToken?: string | undefined
  expiresAt?: Date | undefined
  proxyEndpoint?: string | undefined
}

export type CreateRepositoryRequest = {
  registryId?: string | undefined
  repositoryName: string
  tags?: Array<Tag> | undefined
  imageTagMutability?: 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION' | undefined
  imageTagMutabilityExclusionFilters?: Array<ImageTagMutabilityExclusionFilter> | undefined
  imageScanningConfiguration?: ImageScanningConfiguration | undefined
  encryptionConfiguration?: EncryptionConfiguration | undefined
}

export type CreateRepositoryResponse = {
  repository?: Repository | undefined
}

export type DeleteRepositoryRequest = {
  registryId?: string | undefined
  repositoryName: string
  force?: boolean | undefined
}

export type DeleteRepositoryResponse = {
  repository?: Repository | undefined
}

export type DescribeImagesFilter = {
  tagStatus?: 'TAGGED' | 'UNTAGGED' | 'ANY' | undefined
  imageStatus?: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING' | 'ANY' | undefined
}

export type DescribeImagesRequest = {
  registryId?: string | undefined
  repositoryName: string
  imageIds?: Array<ImageIdentifier> | undefined
  nextToken?: string | undefined
  maxResults?: number | undefined
  filter?: DescribeImagesFilter | undefined
}

export type DescribeImagesResponse = {
  imageDetails?: Array<ImageDetail> | undefined
  nextToken?: string | undefined
}

export type DescribeRepositoriesRequest = {
  registryId?: string | undefined
  repositoryNames?: Array<string> | undefined
  nextToken?: string | undefined
  maxResults?: number | undefined
}

export type DescribeRepositoriesResponse = {
  repositories?: Array<Repository> | undefined
  nextToken?: string | undefined
}

export type EncryptionConfiguration = {
  encryptionType: 'AES256' | 'KMS' | 'KMS_DSSE'
  kmsKey?: string | undefined
}

export type GetAuthorizationTokenRequest = {
  registryIds?: Array<string> | undefined
}

export type GetAuthorizationTokenResponse = {
  authorizationData?: Array<AuthorizationData> | undefined
}

export type GetLifecyclePolicyRequest = {
  registryId?: string | undefined
  repositoryName: string
}

export type GetLifecyclePolicyResponse = {
  registryId?: string | undefined
  repositoryName?: string | undefined
  lifecyclePolicyText?: string | undefined
  lastEvaluatedAt?: Date | undefined
}

export type ImageDetail = {
  registryId?: string | undefined
  repositoryName?: string | undefined
  imageDigest?: string | undefined
  imageTags?: Array<string> | undefined
  imageSizeInBytes?: number | undefined
  imagePushedAt?: Date | undefined
  imageScanStatus?: ImageScanStatus | undefined
  imageScanFindingsSummary?: ImageScanFindingsSummary | undefined
  imageManifestMediaType?: string | undefined
  artifactMediaType?: string | undefined
  lastRecordedPullTime?: Date | undefined
  subjectManifestDigest?: string | undefined
  imageStatus?: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING' | undefined
  lastArchivedAt?: Date | undefined
  lastActivatedAt?: Date | undefined
}

export type ImageIdentifier = {
  imageDigest?: string | undefined
  imageTag?: string | undefined
}

export type ImageScanFindingsSummary = {
  imageScanCompletedAt?: Date | undefined
  vulnerabilitySourceUpdatedAt?: Date | undefined
  findingSeverityCounts?: Record<string, number> | undefined
}

export type ImageScanStatus = {
  status?: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED' | 'UNSUPPORTED_IMAGE' | 'ACTIVE' | 'PENDING' | 'SCAN_ELIGIBILITY_EXPIRED' | 'FINDINGS_UNAVAILABLE' | 'LIMIT_EXCEEDED' | 'IMAGE_ARCHIVED' | 'IMAGE_SIZE_EXCEEDED' | undefined
  description?: string | undefined
}

export type ImageScanningConfiguration = {
  scanOnPush?: boolean | undefined
}

export type ImageTagMutabilityExclusionFilter = {
  filterType: 'WILDCARD'
  filter: string
}

export type PutImageTagMutabilityRequest = {
  registryId?: string | undefined
  repositoryName: string
  imageTagMutability: 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION'
  imageTagMutabilityExclusionFilters?: Array<ImageTagMutabilityExclusionFilter> | undefined
}

export type PutImageTagMutabilityResponse = {
  registryId?: string | undefined
  repositoryName?: string | undefined
  imageTagMutability?: 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION' | undefined
  imageTagMutabilityExclusionFilters?: Array<ImageTagMutabilityExclusionFilter> | undefined
}

export type PutLifecyclePolicyRequest = {
  registryId?: string | undefined
  repositoryName: string
  lifecyclePolicyText: string
}

export type PutLifecyclePolicyResponse = {
  registryId?: string | undefined
  repositoryName?: string | undefined
  lifecyclePolicyText?: string | undefined
}

export type Repository = {
  repositoryArn?: string | undefined
  registryId?: string | undefined
  repositoryName?: string | undefined
  repositoryUri?: string | undefined
  createdAt?: Date | undefined
  imageTagMutability?: 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION' | undefined
  imageTagMutabilityExclusionFilters?: Array<ImageTagMutabilityExclusionFilter> | undefined
  imageScanningConfiguration?: ImageScanningConfiguration | undefined
  encryptionConfiguration?: EncryptionConfiguration | undefined
}

export type Tag = {
  Key: string
  Value: string
}

export type Actions = {
  CreateRepository: { input: CreateRepositoryRequest; output: CreateRepositoryResponse }
  DescribeRepositories: { input: DescribeRepositoriesRequest; output: DescribeRepositoriesResponse }
  DeleteRepository: { input: DeleteRepositoryRequest; output: DeleteRepositoryResponse }
  DescribeImages: { input: DescribeImagesRequest; output: DescribeImagesResponse }
  GetAuthorizationToken: { input: GetAuthorizationTokenRequest; output: GetAuthorizationTokenResponse }
  PutLifecyclePolicy: { input: PutLifecyclePolicyRequest; output: PutLifecyclePolicyResponse }
  GetLifecyclePolicy: { input: GetLifecyclePolicyRequest; output: GetLifecyclePolicyResponse }
  PutImageTagMutability: { input: PutImageTagMutabilityRequest; output: PutImageTagMutabilityResponse }
}

export const MODEL: Model = {
  actions: {
    CreateRepository: {"input":"CreateRepositoryRequest","output":"CreateRepositoryResponse"},
    DescribeRepositories: {"input":"DescribeRepositoriesRequest","output":"DescribeRepositoriesResponse"},
    DeleteRepository: {"input":"DeleteRepositoryRequest","output":"DeleteRepositoryResponse"},
    DescribeImages: {"input":"DescribeImagesRequest","output":"DescribeImagesResponse"},
    GetAuthorizationToken: {"input":"GetAuthorizationTokenRequest","output":"GetAuthorizationTokenResponse"},
    PutLifecyclePolicy: {"input":"PutLifecyclePolicyRequest","output":"PutLifecyclePolicyResponse"},
    GetLifecyclePolicy: {"input":"GetLifecyclePolicyRequest","output":"GetLifecyclePolicyResponse"},
    PutImageTagMutability: {"input":"PutImageTagMutabilityRequest","output":"PutImageTagMutabilityResponse"},
  },
  shapes: {
    Arn: {"type":"string"},
    AuthorizationData: {"type":"structure","members":{"authorizationToken":"Base64","expiresAt":"ExpirationTimestamp","proxyEndpoint":"ProxyEndpoint"}},
    AuthorizationDataList: {"type":"list","member":"AuthorizationData"},
    Base64: {"type":"string","pattern":"^\\S+$"},
    CreateRepositoryRequest: {"type":"structure","members":{"registryId":"RegistryId","repositoryName":"RepositoryName","tags":"TagList","imageTagMutability":"ImageTagMutability","imageTagMutabilityExclusionFilters":"ImageTagMutabilityExclusionFilters","imageScanningConfiguration":"ImageScanningConfiguration","encryptionConfiguration":"EncryptionConfiguration"},"required":["repositoryName"]},
    CreateRepositoryResponse: {"type":"structure","members":{"repository":"Repository"}},
    CreationTimestamp: {"type":"timestamp"},
    DeleteRepositoryRequest: {"type":"structure","members":{"registryId":"RegistryId","repositoryName":"RepositoryName","force":"ForceFlag"},"required":["repositoryName"]},
    DeleteRepositoryResponse: {"type":"structure","members":{"repository":"Repository"}},
    DescribeImagesFilter: {"type":"structure","members":{"tagStatus":"TagStatus","imageStatus":"ImageStatusFilter"}},
    DescribeImagesRequest: {"type":"structure","members":{"registryId":"RegistryId","repositoryName":"RepositoryName","imageIds":"ImageIdentifierList","nextToken":"NextToken","maxResults":"MaxResults","filter":"DescribeImagesFilter"},"required":["repositoryName"]},
    DescribeImagesResponse: {"type":"structure","members":{"imageDetails":"ImageDetailList","nextToken":"NextToken"}},
    DescribeRepositoriesRequest: {"type":"structure","members":{"registryId":"RegistryId","repositoryNames":"RepositoryNameList","nextToken":"NextToken","maxResults":"MaxResults"}},
    DescribeRepositoriesResponse: {"type":"structure","members":{"repositories":"RepositoryList","nextToken":"NextToken"}},
    EncryptionConfiguration: {"type":"structure","members":{"encryptionType":"EncryptionType","kmsKey":"KmsKey"},"required":["encryptionType"]},
    EncryptionType: {"type":"string","enum":["AES256","KMS","KMS_DSSE"]},
    EvaluationTimestamp: {"type":"timestamp"},
    ExpirationTimestamp: {"type":"timestamp"},
    FindingSeverity: {"type":"string","enum":["INFORMATIONAL","LOW","MEDIUM","HIGH","CRITICAL","UNDEFINED"]},
    FindingSeverityCounts: {"type":"map","key":"FindingSeverity","value":"SeverityCount"},
    ForceFlag: {"type":"boolean"},
    GetAuthorizationTokenRegistryIdList: {"type":"list","member":"RegistryId","min":1,"max":10},
    GetAuthorizationTokenRequest: {"type":"structure","members":{"registryIds":"GetAuthorizationTokenRegistryIdList"}},
    GetAuthorizationTokenResponse: {"type":"structure","members":{"authorizationData":"AuthorizationDataList"}},
    GetLifecyclePolicyRequest: {"type":"structure","members":{"registryId":"RegistryId","repositoryName":"RepositoryName"},"required":["repositoryName"]},
    GetLifecyclePolicyResponse: {"type":"structure","members":{"registryId":"RegistryId","repositoryName":"RepositoryName","lifecyclePolicyText":"LifecyclePolicyText","lastEvaluatedAt":"EvaluationTimestamp"}},
    ImageDetail: {"type":"structure","members":{"registryId":"RegistryId","repositoryName":"RepositoryName","imageDigest":"ImageDigest","imageTags":"ImageTagList","imageSizeInBytes":"ImageSizeInBytes","imagePushedAt":"PushTimestamp","imageScanStatus":"ImageScanStatus","imageScanFindingsSummary":"ImageScanFindingsSummary","imageManifestMediaType":"MediaType","artifactMediaType":"MediaType","lastRecordedPullTime":"RecordedPullTimestamp","subjectManifestDigest":"ImageDigest","imageStatus":"ImageStatus","lastArchivedAt":"LastArchivedAtTimestamp","lastActivatedAt":"LastActivatedAtTimestamp"}},
    ImageDetailList: {"type":"list","member":"ImageDetail"},
    ImageDigest: {"type":"string"},
    ImageIdentifier: {"type":"structure","members":{"imageDigest":"ImageDigest","imageTag":"ImageTag"}},
    ImageIdentifierList: {"type":"list","member":"ImageIdentifier","min":1,"max":100},
    ImageScanFindingsSummary: {"type":"structure","members":{"imageScanCompletedAt":"ScanTimestamp","vulnerabilitySourceUpdatedAt":"VulnerabilitySourceUpdateTimestamp","findingSeverityCounts":"FindingSeverityCounts"}},
    ImageScanStatus: {"type":"structure","members":{"status":"ScanStatus","description":"ScanStatusDescription"}},
    ImageScanningConfiguration: {"type":"structure","members":{"scanOnPush":"ScanOnPushFlag"}},
    ImageSizeInBytes: {"type":"long"},
    ImageStatus: {"type":"string","enum":["ACTIVE","ARCHIVED","ACTIVATING"]},
    ImageStatusFilter: {"type":"string","enum":["ACTIVE","ARCHIVED","ACTIVATING","ANY"]},
    ImageTag: {"type":"string","min":1,"max":300},
    ImageTagList: {"type":"list","member":"ImageTag"},
    ImageTagMutability: {"type":"string","enum":["MUTABLE","IMMUTABLE","IMMUTABLE_WITH_EXCLUSION","MUTABLE_WITH_EXCLUSION"]},
    ImageTagMutabilityExclusionFilter: {"type":"structure","members":{"filterType":"ImageTagMutabilityExclusionFilterType","filter":"ImageTagMutabilityExclusionFilterValue"},"required":["filterType","filter"]},
    ImageTagMutabilityExclusionFilterType: {"type":"string","enum":["WILDCARD"]},
    ImageTagMutabilityExclusionFilterValue: {"type":"string","min":1,"max":128,"pattern":"^[0-9a-zA-Z._*-]{1,128}$"},
    ImageTagMutabilityExclusionFilters: {"type":"list","member":"ImageTagMutabilityExclusionFilter","min":1,"max":5},
    KmsKey: {"type":"string","min":1,"max":2048},
    LastActivatedAtTimestamp: {"type":"timestamp"},
    LastArchivedAtTimestamp: {"type":"timestamp"},
    LifecyclePolicyText: {"type":"string","min":100,"max":30720},
    MaxResults: {"type":"integer","min":1,"max":1000},
    MediaType: {"type":"string"},
    NextToken: {"type":"string"},
    ProxyEndpoint: {"type":"string"},
    PushTimestamp: {"type":"timestamp"},
    PutImageTagMutabilityRequest: {"type":"structure","members":{"registryId":"RegistryId","repositoryName":"RepositoryName","imageTagMutability":"ImageTagMutability","imageTagMutabilityExclusionFilters":"ImageTagMutabilityExclusionFilters"},"required":["repositoryName","imageTagMutability"]},
    PutImageTagMutabilityResponse: {"type":"structure","members":{"registryId":"RegistryId","repositoryName":"RepositoryName","imageTagMutability":"ImageTagMutability","imageTagMutabilityExclusionFilters":"ImageTagMutabilityExclusionFilters"}},
    PutLifecyclePolicyRequest: {"type":"structure","members":{"registryId":"RegistryId","repositoryName":"RepositoryName","lifecyclePolicyText":"LifecyclePolicyText"},"required":["repositoryName","lifecyclePolicyText"]},
    PutLifecyclePolicyResponse: {"type":"structure","members":{"registryId":"RegistryId","repositoryName":"RepositoryName","lifecyclePolicyText":"LifecyclePolicyText"}},
    RecordedPullTimestamp: {"type":"timestamp"},
    RegistryId: {"type":"string","pattern":"[0-9]{12}"},
    Repository: {"type":"structure","members":{"repositoryArn":"Arn","registryId":"RegistryId","repositoryName":"RepositoryName","repositoryUri":"Url","createdAt":"CreationTimestamp","imageTagMutability":"ImageTagMutability","imageTagMutabilityExclusionFilters":"ImageTagMutabilityExclusionFilters","imageScanningConfiguration":"ImageScanningConfiguration","encryptionConfiguration":"EncryptionConfiguration"}},
    RepositoryList: {"type":"list","member":"Repository"},
    RepositoryName: {"type":"string","min":2,"max":256,"pattern":"[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*"},
    RepositoryNameList: {"type":"list","member":"RepositoryName","min":1,"max":100},
    ScanOnPushFlag: {"type":"boolean"},
    ScanStatus: {"type":"string","enum":["IN_PROGRESS","COMPLETE","FAILED","UNSUPPORTED_IMAGE","ACTIVE","PENDING","SCAN_ELIGIBILITY_EXPIRED","FINDINGS_UNAVAILABLE","LIMIT_EXCEEDED","IMAGE_ARCHIVED","IMAGE_SIZE_EXCEEDED"]},
    ScanStatusDescription: {"type":"string"},
    ScanTimestamp: {"type":"timestamp"},
    SeverityCount: {"type":"integer","min":0},
    Tag: {"type":"structure","members":{"Key":"TagKey","Value":"TagValue"},"required":["Key","Value"]},
    TagKey: {"type":"string"},
    TagList: {"type":"list","member":"Tag"},
    TagStatus: {"type":"string","enum":["TAGGED","UNTAGGED","ANY"]},
    TagValue: {"type":"string"},
    Url: {"type":"string"},
    VulnerabilitySourceUpdateTimestamp: {"type":"timestamp"},
  },
}
