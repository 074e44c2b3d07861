/** service-quotas 2019-06-24, written by scripts/generate-models.ts from botocore 1.44.8. */

import type { Model } from '../model.ts'

export type ErrorReason = {
  ErrorCode?: 'DEPENDENCY_ACCESS_DENIED_ERROR' | 'DEPENDENCY_THROTTLING_ERROR' | 'DEPENDENCY_SERVICE_ERROR' | 'SERVICE_QUOTA_NOT_AVAILABLE_ERROR' | undefined
  ErrorMessage?: string | undefined
}

export type GetServiceQuotaRequest = {
  ServiceCode: string
  QuotaCode: string
  ContextId?: string | undefined
}

export type GetServiceQuotaResponse = {
  Quota?: ServiceQuota | undefined
}

export type ListServiceQuotasRequest = {
  ServiceCode: string
  NextToken?: string | undefined
  MaxResults?: number | undefined
  QuotaCode?: string | undefined
  QuotaAppliedAtLevel?: 'ACCOUNT' | 'RESOURCE' | 'ALL' | undefined
}

export type ListServiceQuotasResponse = {
  NextToken?: string | undefined
  Quotas?: Array<ServiceQuota> | undefined
}

export type MetricInfo = {
  MetricNamespace?: string | undefined
  MetricName?: string | undefined
  MetricDimensions?: Record<string, string> | undefined
  MetricStatisticRecommendation?: string | undefined
}

export type QuotaContextInfo = {
  ContextScope?: 'RESOURCE' | 'ACCOUNT' | undefined
  ContextScopeType?: string | undefined
  ContextId?: string | undefined
  AdjustableAtLevel?: 'ACCOUNT' | 'PER_RESOURCE' | 'ALL' | undefined
}

export type QuotaPeriod = {
  PeriodValue?: number | undefined
  PeriodUnit?: 'MICROSECOND' | 'MILLISECOND' | 'SECOND' | 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK' | undefined
}

export type ServiceQuota = {
  ServiceCode?: string | undefined
  ServiceName?: string | undefined
  QuotaArn?: string | undefined
  QuotaCode?: string | undefined
  QuotaName?: string | undefined
  Value?: number | undefined
  Unit?: string | undefined
  Adjustable?: boolean | undefined
  GlobalQuota?: boolean | undefined
  UsageMetric?: MetricInfo | undefined
  Period?: QuotaPeriod | undefined
  ErrorReason?: ErrorReason | undefined
  QuotaAppliedAtLevel?: 'ACCOUNT' | 'RESOURCE' | 'ALL' | undefined
  QuotaContext?: QuotaContextInfo | undefined
  Description?: string | undefined
}

export type Actions = {
  GetServiceQuota: { input: GetServiceQuotaRequest; output: GetServiceQuotaResponse }
  ListServiceQuotas: { input: ListServiceQuotasRequest; output: ListServiceQuotasResponse }
}

export const MODEL: Model = {
  actions: {
    GetServiceQuota: {"input":"GetServiceQuotaRequest","output":"GetServiceQuotaResponse"},
    ListServiceQuotas: {"input":"ListServiceQuotasRequest","output":"ListServiceQuotasResponse"},
  },
  shapes: {
    AdjustableAtLevelEnum: {"type":"string","enum":["ACCOUNT","PER_RESOURCE","ALL"]},
    AppliedLevelEnum: {"type":"string","enum":["ACCOUNT","RESOURCE","ALL"]},
    ErrorCode: {"type":"string","enum":["DEPENDENCY_ACCESS_DENIED_ERROR","DEPENDENCY_THROTTLING_ERROR","DEPENDENCY_SERVICE_ERROR","SERVICE_QUOTA_NOT_AVAILABLE_ERROR"]},
    ErrorMessage: {"type":"string"},
    ErrorReason: {"type":"structure","members":{"ErrorCode":"ErrorCode","ErrorMessage":"ErrorMessage"}},
    GetServiceQuotaRequest: {"type":"structure","members":{"ServiceCode":"ServiceCode","QuotaCode":"QuotaCode","ContextId":"QuotaContextId"},"required":["ServiceCode","QuotaCode"]},
    GetServiceQuotaResponse: {"type":"structure","members":{"Quota":"ServiceQuota"}},
    GlobalQuota: {"type":"boolean"},
    ListServiceQuotasRequest: {"type":"structure","members":{"ServiceCode":"ServiceCode","NextToken":"NextToken","MaxResults":"MaxResults","QuotaCode":"QuotaCode","QuotaAppliedAtLevel":"AppliedLevelEnum"},"required":["ServiceCode"]},
    ListServiceQuotasResponse: {"type":"structure","members":{"NextToken":"NextToken","Quotas":"ServiceQuotaListDefinition"}},
    MaxResults: {"type":"integer","min":1,"max":100},
    MetricDimensionName: {"type":"string"},
    MetricDimensionValue: {"type":"string"},
    MetricDimensionsMapDefinition: {"type":"map","key":"MetricDimensionName","value":"MetricDimensionValue","max":10},
    MetricInfo: {"type":"structure","members":{"MetricNamespace":"QuotaMetricNamespace","MetricName":"QuotaMetricName","MetricDimensions":"MetricDimensionsMapDefinition","MetricStatisticRecommendation":"Statistic"}},
    NextToken: {"type":"string","max":2048,"pattern":"^[a-zA-Z0-9/+]*={0,2}$"},
    PeriodUnit: {"type":"string","enum":["MICROSECOND","MILLISECOND","SECOND","MINUTE","HOUR","DAY","WEEK"]},
    PeriodValue: {"type":"integer"},
    QuotaAdjustable: {"type":"boolean"},
    QuotaArn: {"type":"string"},
    QuotaCode: {"type":"string","min":1,"max":128,"pattern":"[a-zA-Z][a-zA-Z0-9-]{1,128}"},
    QuotaContextId: {"type":"string"},
    QuotaContextInfo: {"type":"structure","members":{"ContextScope":"QuotaContextScope","ContextScopeType":"QuotaContextScopeType","ContextId":"QuotaContextId","AdjustableAtLevel":"AdjustableAtLevelEnum"}},
    QuotaContextScope: {"type":"string","enum":["RESOURCE","ACCOUNT"]},
    QuotaContextScopeType: {"type":"string"},
    QuotaDescription: {"type":"string","min":0,"max":350,"pattern":"^.{0,350}$"},
    QuotaMetricName: {"type":"string"},
    QuotaMetricNamespace: {"type":"string"},
    QuotaName: {"type":"string"},
    QuotaPeriod: {"type":"structure","members":{"PeriodValue":"PeriodValue","PeriodUnit":"PeriodUnit"}},
    QuotaUnit: {"type":"string"},
    QuotaValue: {"type":"double","min":0,"max":10000000000},
    ServiceCode: {"type":"string","min":1,"max":63,"pattern":"[a-zA-Z][a-zA-Z0-9-]{1,63}"},
    ServiceName: {"type":"string"},
    ServiceQuota: {"type":"structure","members":{"ServiceCode":"ServiceCode","ServiceName":"ServiceName","QuotaArn":"QuotaArn","QuotaCode":"QuotaCode","QuotaName":"QuotaName","Value":"QuotaValue","Unit":"QuotaUnit","Adjustable":"QuotaAdjustable","GlobalQuota":"GlobalQuota","UsageMetric":"MetricInfo","Period":"QuotaPeriod","ErrorReason":"ErrorReason","QuotaAppliedAtLevel":"AppliedLevelEnum","QuotaContext":"QuotaContextInfo","Description":"QuotaDescription"}},
    ServiceQuotaListDefinition: {"type":"list","member":"ServiceQuota"},
    Statistic: {"type":"string","min":1,"max":256,"pattern":"(Sum|Maximum)"},
  },
}
