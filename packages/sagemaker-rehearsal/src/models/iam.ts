/** iam 2010-05-08, written by scripts/generate-models.ts from botocore 1.44.8. */

import type { Model } from '../model.ts'

export type AttachedPermissionsBoundary = {
  PermissionsBoundaryType?: 'PermissionsBoundaryPolicy' | undefined
  PermissionsBoundaryArn?: string | undefined
}

export type ContextEntry = {
  ContextKeyName?: string | undefined
  ContextKeyValues?: Array<string> | undefined
  ContextKeyType?: 'string' | 'stringList' | 'numeric' | 'numericList' | 'boolean' | 'booleanList' | 'ip' | 'ipList' | 'binary' | 'binaryList' | 'date' | 'dateList' | undefined
}

export type EvaluationResult = {
  EvalActionName: string
  EvalResourceName?: string | undefined
  EvalDecision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  MatchedStatements?: Array<Statement> | undefined
  MissingContextValues?: Array<string> | undefined
  OrganizationsDecisionDetail?: OrganizationsDecisionDetail | undefined
  PermissionsBoundaryDecisionDetail?: PermissionsBoundaryDecisionDetail | undefined
  EvalDecisionDetails?: Record<string, 'allowed' | 'explicitDeny' | 'implicitDeny'> | undefined
  ResourceSpecificResults?: Array<ResourceSpecificResult> | undefined
}

export type GetRoleRequest = {
  RoleName: string
}

export type GetRoleResponse = {
  Role: Role
}

export type InlinePolicyIdentifierType = {
  PolicyName: string
  AttachmentType: 'user' | 'group' | 'role'
  AttachmentName: string
}

export type OrganizationsDecisionDetail = {
  AllowedByOrganizations?: boolean | undefined
}

export type PermissionsBoundaryDecisionDetail = {
  AllowedByPermissionsBoundary?: boolean | undefined
}

export type PolicyIdentifier = {
  PolicyType?: 'inline' | 'aws-managed' | 'user-managed' | 'permission-boundary' | 'scp' | 'rcp' | undefined
  PolicyArn?: string | undefined
  InlinePolicyIdentifier?: InlinePolicyIdentifierType | undefined
}

export type Position = {
  Line?: number | undefined
  Column?: number | undefined
}

export type ResourceSpecificResult = {
  EvalResourceName: string
  EvalResourceDecision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  MatchedStatements?: Array<Statement> | undefined
  MissingContextValues?: Array<string> | undefined
  EvalDecisionDetails?: Record<string, 'allowed' | 'explicitDeny' | 'implicitDeny'> | undefined
  PermissionsBoundaryDecisionDetail?: PermissionsBoundaryDecisionDetail | undefined
}

export type Role = {
  Path: string
  RoleName: string
  RoleId: string
  Arn: string
  CreateDate: Date
  AssumeRolePolicyDocument?: string | undefined
  Description?: string | undefined
  MaxSessionDuration?: number | undefined
  MaxSigninSessionDuration?: number | undefined
  PermissionsBoundary?: AttachedPermissionsBoundary | undefined
  Tags?: Array<Tag> | undefined
  RoleLastUsed?: RoleLastUsed | undefined
  SourceRoleTemplate?: SourceRoleTemplate | undefined
}

export type RoleLastUsed = {
  LastUsedDate?: Date | undefined
  Region?: string | undefined
}

export type SimulatePolicyResponse = {
  EvaluationResults?: Array<EvaluationResult> | undefined
  IsTruncated?: boolean | undefined
  Marker?: string | undefined
}

export type SimulatePrincipalPolicyRequest = {
  PolicySourceArn: string
  PolicyInputList?: Array<string> | undefined
  PermissionsBoundaryPolicyInputList?: Array<string> | undefined
  PolicyExclusionList?: Array<PolicyIdentifier> | undefined
  ActionNames: Array<string>
  ResourceArns?: Array<string> | undefined
  ResourcePolicy?: string | undefined
  ResourceOwner?: string | undefined
  CallerArn?: string | undefined
  ContextEntries?: Array<ContextEntry> | undefined
  ResourceHandlingOption?: string | undefined
  MaxItems?: number | undefined
  Marker?: string | undefined
}

export type SourceRoleTemplate = {
  TemplateArn: string
  TemplateMinorVersion: number
}

export type Statement = {
  SourcePolicyId?: string | undefined
  SourcePolicyType?: 'user' | 'group' | 'role' | 'aws-managed' | 'user-managed' | 'resource' | 'none' | undefined
  StartPosition?: Position | undefined
  EndPosition?: Position | undefined
}

export type Tag = {
  Key: string
  Value: string
}

export type Actions = {
  GetRole: { input: GetRoleRequest; output: GetRoleResponse }
  SimulatePrincipalPolicy: { input: SimulatePrincipalPolicyRequest; output: SimulatePolicyResponse }
}

export const MODEL: Model = {
  actions: {
    GetRole: {"input":"GetRoleRequest","output":"GetRoleResponse"},
    SimulatePrincipalPolicy: {"input":"SimulatePrincipalPolicyRequest","output":"SimulatePolicyResponse"},
  },
  shapes: {
    ActionNameListType: {"type":"list","member":"ActionNameType"},
    ActionNameType: {"type":"string","min":3,"max":128},
    AttachedPermissionsBoundary: {"type":"structure","members":{"PermissionsBoundaryType":"PermissionsBoundaryAttachmentType","PermissionsBoundaryArn":"arnType"}},
    AttachmentName: {"type":"string","min":1,"max":128,"pattern":"[\\w+=,.@-]+"},
    AttachmentType: {"type":"string","enum":["user","group","role"]},
    ColumnNumber: {"type":"integer"},
    ContextEntry: {"type":"structure","members":{"ContextKeyName":"ContextKeyNameType","ContextKeyValues":"ContextKeyValueListType","ContextKeyType":"ContextKeyTypeEnum"}},
    ContextEntryListType: {"type":"list","member":"ContextEntry"},
    ContextKeyNameType: {"type":"string","min":5,"max":256},
    ContextKeyNamesResultListType: {"type":"list","member":"ContextKeyNameType"},
    ContextKeyTypeEnum: {"type":"string","enum":["string","stringList","numeric","numericList","boolean","booleanList","ip","ipList","binary","binaryList","date","dateList"]},
    ContextKeyValueListType: {"type":"list","member":"ContextKeyValueType"},
    ContextKeyValueType: {"type":"string"},
    EvalDecisionDetailsType: {"type":"map","key":"EvalDecisionSourceType","value":"PolicyEvaluationDecisionType"},
    EvalDecisionSourceType: {"type":"string","min":3,"max":256},
    EvaluationResult: {"type":"structure","members":{"EvalActionName":"ActionNameType","EvalResourceName":"ResourceNameType","EvalDecision":"PolicyEvaluationDecisionType","MatchedStatements":"StatementListType","MissingContextValues":"ContextKeyNamesResultListType","OrganizationsDecisionDetail":"OrganizationsDecisionDetail","PermissionsBoundaryDecisionDetail":"PermissionsBoundaryDecisionDetail","EvalDecisionDetails":"EvalDecisionDetailsType","ResourceSpecificResults":"ResourceSpecificResultListType"},"required":["EvalActionName","EvalDecision"]},
    EvaluationResultsListType: {"type":"list","member":"EvaluationResult"},
    GetRoleRequest: {"type":"structure","members":{"RoleName":"roleNameType"},"required":["RoleName"]},
    GetRoleResponse: {"type":"structure","members":{"Role":"Role"},"required":["Role"]},
    InlinePolicyIdentifierType: {"type":"structure","members":{"PolicyName":"policyNameType","AttachmentType":"AttachmentType","AttachmentName":"AttachmentName"},"required":["PolicyName","AttachmentType","AttachmentName"]},
    LineNumber: {"type":"integer"},
    OrganizationsDecisionDetail: {"type":"structure","members":{"AllowedByOrganizations":"booleanType"}},
    PermissionsBoundaryAttachmentType: {"type":"string","enum":["PermissionsBoundaryPolicy"]},
    PermissionsBoundaryDecisionDetail: {"type":"structure","members":{"AllowedByPermissionsBoundary":"booleanType"}},
    PolicyEvaluationDecisionType: {"type":"string","enum":["allowed","explicitDeny","implicitDeny"]},
    PolicyExclusionsListType: {"type":"list","member":"PolicyIdentifier","max":256},
    PolicyIdentifier: {"type":"structure","members":{"PolicyType":"PolicyIdentifierPolicyType","PolicyArn":"arnType","InlinePolicyIdentifier":"InlinePolicyIdentifierType"}},
    PolicyIdentifierPolicyType: {"type":"string","enum":["inline","aws-managed","user-managed","permission-boundary","scp","rcp"]},
    PolicyIdentifierType: {"type":"string"},
    PolicySourceType: {"type":"string","enum":["user","group","role","aws-managed","user-managed","resource","none"]},
    Position: {"type":"structure","members":{"Line":"LineNumber","Column":"ColumnNumber"}},
    ResourceHandlingOptionType: {"type":"string","min":1,"max":64},
    ResourceNameListType: {"type":"list","member":"ResourceNameType"},
    ResourceNameType: {"type":"string","min":1,"max":2048},
    ResourceSpecificResult: {"type":"structure","members":{"EvalResourceName":"ResourceNameType","EvalResourceDecision":"PolicyEvaluationDecisionType","MatchedStatements":"StatementListType","MissingContextValues":"ContextKeyNamesResultListType","EvalDecisionDetails":"EvalDecisionDetailsType","PermissionsBoundaryDecisionDetail":"PermissionsBoundaryDecisionDetail"},"required":["EvalResourceName","EvalResourceDecision"]},
    ResourceSpecificResultListType: {"type":"list","member":"ResourceSpecificResult"},
    Role: {"type":"structure","members":{"Path":"pathType","RoleName":"roleNameType","RoleId":"idType","Arn":"arnType","CreateDate":"dateType","AssumeRolePolicyDocument":"policyDocumentType","Description":"roleDescriptionType","MaxSessionDuration":"roleMaxSessionDurationType","MaxSigninSessionDuration":"maxSigninSessionDurationType","PermissionsBoundary":"AttachedPermissionsBoundary","Tags":"tagListType","RoleLastUsed":"RoleLastUsed","SourceRoleTemplate":"SourceRoleTemplate"},"required":["Path","RoleName","RoleId","Arn","CreateDate"]},
    RoleLastUsed: {"type":"structure","members":{"LastUsedDate":"dateType","Region":"stringType"}},
    SimulatePolicyResponse: {"type":"structure","members":{"EvaluationResults":"EvaluationResultsListType","IsTruncated":"booleanType","Marker":"responseMarkerType"}},
    SimulatePrincipalPolicyRequest: {"type":"structure","members":{"PolicySourceArn":"arnType","PolicyInputList":"SimulationPolicyListType","PermissionsBoundaryPolicyInputList":"SimulationPolicyListType","PolicyExclusionList":"PolicyExclusionsListType","ActionNames":"ActionNameListType","ResourceArns":"ResourceNameListType","ResourcePolicy":"policyDocumentType","ResourceOwner":"ResourceNameType","CallerArn":"ResourceNameType","ContextEntries":"ContextEntryListType","ResourceHandlingOption":"ResourceHandlingOptionType","MaxItems":"maxItemsType","Marker":"markerType"},"required":["PolicySourceArn","ActionNames"]},
    SimulationPolicyListType: {"type":"list","member":"policyDocumentType"},
    SourceRoleTemplate: {"type":"structure","members":{"TemplateArn":"arnType","TemplateMinorVersion":"integerType"},"required":["TemplateArn","TemplateMinorVersion"]},
    Statement: {"type":"structure","members":{"SourcePolicyId":"PolicyIdentifierType","SourcePolicyType":"PolicySourceType","StartPosition":"Position","EndPosition":"Position"}},
    StatementListType: {"type":"list","member":"Statement"},
    Tag: {"type":"structure","members":{"Key":"tagKeyType","Value":"tagValueType"},"required":["Key","Value"]},
    arnType: {"type":"string","min":20,"max":2048},
    booleanType: {"type":"boolean"},
    dateType: {"type":"timestamp"},
    idType: {"type":"string","min":16,"max":128,"pattern":"[\\w]+"},
    integerType: {"type":"integer"},
    markerType: {"type":"string","min":1,"max":320,"pattern":"[\\u0020-\\u00FF]+"},
    maxItemsType: {"type":"integer","min":1,"max":1000},
    maxSigninSessionDurationType: {"type":"integer","min":3600,"max":7776000},
    pathType: {"type":"string","min":1,"max":512,"pattern":"(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)"},
    policyDocumentType: {"type":"string","min":1,"max":131072,"pattern":"[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"},
    policyNameType: {"type":"string","min":1,"max":128,"pattern":"[\\w+=,.@-]+"},
    responseMarkerType: {"type":"string"},
    roleDescriptionType: {"type":"string","max":1000,"pattern":"[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*"},
    roleMaxSessionDurationType: {"type":"integer","min":3600,"max":43200},
    roleNameType: {"type":"string","min":1,"max":64,"pattern":"[\\w+=,.@-]+"},
    stringType: {"type":"string"},
    tagKeyType: {"type":"string","min":1,"max":128,"pattern":"[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"},
    tagListType: {"type":"list","member":"Tag","max":50},
    tagValueType: {"type":"string","min":0,"max":256,"pattern":"[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*"},
  },
}
