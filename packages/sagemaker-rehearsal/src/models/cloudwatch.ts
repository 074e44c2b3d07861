/** cloudwatch 2010-08-01, written by scripts/generate-models.ts from botocore 1.44.8. */

import type { Model } from '../model.ts'

export type ActionConfiguration = {
  AlarmTagsPropagation?: AlarmTagsPropagation | undefined
}

export type AlarmPromQLCriteria = {
  Query: string
  PendingPeriod?: number | undefined
  RecoveryPeriod?: number | undefined
}

export type AlarmTagsPropagation = {
  Enabled: boolean
  IncludedTagKeys?: Array<string> | undefined
  ExcludedTagKeys?: Array<string> | undefined
}

export type CompositeAlarm = {
  ActionsEnabled?: boolean | undefined
  AlarmActions?: Array<string> | undefined
  AlarmArn?: string | undefined
  AlarmConfigurationUpdatedTimestamp?: Date | undefined
  AlarmDescription?: string | undefined
  AlarmName?: string | undefined
  AlarmRule?: string | undefined
  InsufficientDataActions?: Array<string> | undefined
  OKActions?: Array<string> | undefined
  StateReason?: string | undefined
  StateReasonData?: string | undefined
  StateUpdatedTimestamp?: Date | undefined
  StateValue?: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | undefined
  StateTransitionedTimestamp?: Date | undefined
  ActionsSuppressedBy?: 'WaitPeriod' | 'ExtensionPeriod' | 'Alarm' | undefined
  ActionsSuppressedReason?: string | undefined
  ActionsSuppressor?: string | undefined
  ActionsSuppressorWaitPeriod?: number | undefined
  ActionsSuppressorExtensionPeriod?: number | undefined
  ActionConfiguration?: ActionConfiguration | undefined
}

export type Datapoint = {
  Timestamp?: Date | undefined
  SampleCount?: number | undefined
  Average?: number | undefined
  Sum?: number | undefined
  Minimum?: number | undefined
  Maximum?: number | undefined
  Unit?: string | undefined
  ExtendedStatistics?: Record<string, number> | undefined
}

export type DeleteAlarmsInput = {
  AlarmNames: Array<string>
}

export type DescribeAlarmsInput = {
  AlarmNames?: Array<string> | undefined
  AlarmNamePrefix?: string | undefined
  AlarmTypes?: Array<'CompositeAlarm' | 'MetricAlarm' | 'LogAlarm'> | undefined
  ChildrenOfAlarmName?: string | undefined
  ParentsOfAlarmName?: string | undefined
  StateValue?: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | undefined
  ActionPrefix?: string | undefined
  MaxRecords?: number | undefined
  NextToken?: string | undefined
}

export type DescribeAlarmsOutput = {
  CompositeAlarms?: Array<CompositeAlarm> | undefined
  MetricAlarms?: Array<MetricAlarm> | undefined
  LogAlarms?: Array<LogAlarm> | undefined
  NextToken?: string | undefined
}

export type Dimension = {
  Name: string
  Value: string
}

export type DimensionFilter = {
  Name: string
  Value?: string | undefined
}

export type Entity = {
  KeyAttributes?: Record<string, string> | undefined
  Attributes?: Record<string, string> | undefined
}

export type EntityMetricData = {
  Entity?: Entity | undefined
  MetricData?: Array<MetricDatum> | undefined
}

export type EvaluationCriteria = {
  PromQLCriteria?: AlarmPromQLCriteria | undefined
}

export type EvaluationWindow = {
  WallClockWindow?: WallClockWindow | undefined
  SlidingWindow?: SlidingWindow | undefined
}

export type GetMetricDataInput = {
  MetricDataQueries: Array<MetricDataQuery>
  StartTime: Date
  EndTime: Date
  NextToken?: string | undefined
  ScanBy?: 'TimestampDescending' | 'TimestampAscending' | undefined
  MaxDatapoints?: number | undefined
  LabelOptions?: LabelOptions | undefined
}

export type GetMetricDataOutput = {
  MetricDataResults?: Array<MetricDataResult> | undefined
  NextToken?: string | undefined
  Messages?: Array<MessageData> | undefined
}

export type GetMetricStatisticsInput = {
  Namespace: string
  MetricName: string
  Dimensions?: Array<Dimension> | undefined
  StartTime: Date
  EndTime: Date
  Period: number
  Statistics?: Array<'SampleCount' | 'Average' | 'Sum' | 'Minimum' | 'Maximum'> | undefined
  ExtendedStatistics?: Array<string> | undefined
  Unit?: string | undefined
}

export type GetMetricStatisticsOutput = {
  Label?: string | undefined
  Datapoints?: Array<Datapoint> | undefined
}

export type LabelOptions = {
  Timezone?: string | undefined
}

export type ListMetricsInput = {
  Namespace?: string | undefined
  MetricName?: string | undefined
  Dimensions?: Array<DimensionFilter> | undefined
  NextToken?: string | undefined
  RecentlyActive?: 'PT3H' | undefined
  IncludeLinkedAccounts?: boolean | undefined
  OwningAccount?: string | undefined
}

export type ListMetricsOutput = {
  Metrics?: Array<Metric> | undefined
  NextToken?: string | undefined
  OwningAccounts?: Array<string> | undefined
}

export type ListTagsForResourceInput = {
  ResourceARN: string
}

export type ListTagsForResourceOutput = {
  Tags?: Array<Tag> | undefined
}

export type LogAlarm = {
  AlarmName?: string | undefined
  AlarmArn?: string | undefined
  AlarmDescription?: string | undefined
  AlarmConfigurationUpdatedTimestamp?: Date | undefined
  ActionsEnabled?: boolean | undefined
  OKActions?: Array<string> | undefined
  AlarmActions?: Array<string> | undefined
  InsufficientDataActions?: Array<string> | undefined
  StateValue?: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | undefined
  StateReason?: string | undefined
  StateReasonData?: string | undefined
  StateUpdatedTimestamp?: Date | undefined
  ScheduledQueryConfiguration?: ScheduledQueryConfiguration | undefined
  QueryResultsToEvaluate?: number | undefined
  QueryResultsToAlarm?: number | undefined
  Threshold?: number | undefined
  ComparisonOperator?: 'GreaterThanOrEqualToThreshold' | 'GreaterThanThreshold' | 'LessThanThreshold' | 'LessThanOrEqualToThreshold' | 'LessThanLowerOrGreaterThanUpperThreshold' | 'LessThanLowerThreshold' | 'GreaterThanUpperThreshold' | undefined
  TreatMissingData?: string | undefined
  StateTransitionedTimestamp?: Date | undefined
  EvaluationState?: 'PARTIAL_DATA' | 'EVALUATION_FAILURE' | 'EVALUATION_ERROR' | undefined
  ActionLogLineCount?: number | undefined
  ActionLogLineRoleArn?: string | undefined
  WarmUpConfiguration?: WarmUpConfiguration | undefined
  ActionConfiguration?: ActionConfiguration | undefined
}

export type MessageData = {
  Code?: string | undefined
  Value?: string | undefined
}

export type Metric = {
  Namespace?: string | undefined
  MetricName?: string | undefined
  Dimensions?: Array<Dimension> | undefined
}

export type MetricAlarm = {
  AlarmName?: string | undefined
  AlarmArn?: string | undefined
  AlarmDescription?: string | undefined
  AlarmConfigurationUpdatedTimestamp?: Date | undefined
  ActionsEnabled?: boolean | undefined
  OKActions?: Array<string> | undefined
  AlarmActions?: Array<string> | undefined
  InsufficientDataActions?: Array<string> | undefined
  StateValue?: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | undefined
  StateReason?: string | undefined
  StateReasonData?: string | undefined
  StateUpdatedTimestamp?: Date | undefined
  MetricName?: string | undefined
  Namespace?: string | undefined
  Statistic?: 'SampleCount' | 'Average' | 'Sum' | 'Minimum' | 'Maximum' | undefined
  ExtendedStatistic?: string | undefined
  Dimensions?: Array<Dimension> | undefined
  Period?: number | undefined
  Unit?: string | undefined
  EvaluationPeriods?: number | undefined
  DatapointsToAlarm?: number | undefined
  Threshold?: number | undefined
  ComparisonOperator?: 'GreaterThanOrEqualToThreshold' | 'GreaterThanThreshold' | 'LessThanThreshold' | 'LessThanOrEqualToThreshold' | 'LessThanLowerOrGreaterThanUpperThreshold' | 'LessThanLowerThreshold' | 'GreaterThanUpperThreshold' | undefined
  TreatMissingData?: string | undefined
  EvaluateLowSampleCountPercentile?: string | undefined
  Metrics?: Array<MetricDataQuery> | undefined
  ThresholdMetricId?: string | undefined
  EvaluationState?: 'PARTIAL_DATA' | 'EVALUATION_FAILURE' | 'EVALUATION_ERROR' | undefined
  StateTransitionedTimestamp?: Date | undefined
  EvaluationWindow?: EvaluationWindow | undefined
  WarmUpConfiguration?: WarmUpConfiguration | undefined
  EvaluationCriteria?: EvaluationCriteria | undefined
  EvaluationInterval?: number | undefined
  ActionConfiguration?: ActionConfiguration | undefined
}

export type MetricDataQuery = {
  Id: string
  MetricStat?: MetricStat | undefined
  Expression?: string | undefined
  Label?: string | undefined
  ReturnData?: boolean | undefined
  Period?: number | undefined
  AccountId?: string | undefined
}

export type MetricDataResult = {
  Id?: string | undefined
  Label?: string | undefined
  Timestamps?: Array<Date> | undefined
  Values?: Array<number> | undefined
  StatusCode?: 'Complete' | 'InternalError' | 'PartialData' | 'Forbidden' | undefined
  Messages?: Array<MessageData> | undefined
}

export type MetricDatum = {
  MetricName: string
  Dimensions?: Array<Dimension> | undefined
  Timestamp?: Date | undefined
  Value?: number | undefined
  StatisticValues?: StatisticSet | undefined
  Values?: Array<number> | undefined
  Counts?: Array<number> | undefined
  Unit?: string | undefined
  StorageResolution?: number | undefined
}

export type MetricStat = {
  Metric: Metric
  Period: number
  Stat: string
  Unit?: string | undefined
}

export type PutMetricAlarmInput = {
  AlarmName: string
  AlarmDescription?: string | undefined
  ActionsEnabled?: boolean | undefined
  OKActions?: Array<string> | undefined
  AlarmActions?: Array<string> | undefined
  InsufficientDataActions?: Array<string> | undefined
  MetricName?: string | undefined
  Namespace?: string | undefined
  Statistic?: 'SampleCount' | 'Average' | 'Sum' | 'Minimum' | 'Maximum' | undefined
  ExtendedStatistic?: string | undefined
  Dimensions?: Array<Dimension> | undefined
  Period?: number | undefined
  Unit?: string | undefined
  EvaluationPeriods?: number | undefined
  DatapointsToAlarm?: number | undefined
  Threshold?: number | undefined
  ComparisonOperator?: 'GreaterThanOrEqualToThreshold' | 'GreaterThanThreshold' | 'LessThanThreshold' | 'LessThanOrEqualToThreshold' | 'LessThanLowerOrGreaterThanUpperThreshold' | 'LessThanLowerThreshold' | 'GreaterThanUpperThreshold' | undefined
  TreatMissingData?: string | undefined
  EvaluateLowSampleCountPercentile?: string | undefined
  Metrics?: Array<MetricDataQuery> | undefined
  Tags?: Array<Tag> | undefined
  ThresholdMetricId?: string | undefined
  EvaluationWindow?: EvaluationWindow | undefined
  WarmUpConfiguration?: WarmUpConfiguration | undefined
  EvaluationCriteria?: EvaluationCriteria | undefined
  EvaluationInterval?: number | undefined
  ActionConfiguration?: ActionConfiguration | undefined
}

export type PutMetricDataInput = {
  Namespace: string
  MetricData?: Array<MetricDatum> | undefined
  EntityMetricData?: Array<EntityMetricData> | undefined
  StrictEntityValidation?: boolean | undefined
}

export type ScheduleConfiguration = {
  ScheduleExpression: string
  StartTimeOffset: number
  EndTimeOffset?: number | undefined
}

export type ScheduledQueryConfiguration = {
  QueryString: string
  LogGroupIdentifiers?: Array<string> | undefined
  QueryARN?: string | undefined
  ScheduledQueryRoleARN: string
  ScheduleConfiguration: ScheduleConfiguration
  AggregationExpression: string
  Tags?: Array<Tag> | undefined
}

export type SetAlarmStateInput = {
  AlarmName: string
  StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
  StateReason: string
  StateReasonData?: string | undefined
}

export type SlidingWindow = {}

export type StatisticSet = {
  SampleCount: number
  Sum: number
  Minimum: number
  Maximum: number
}

export type Tag = {
  Key: string
  Value: string
}

export type WallClockWindow = {
  Timezone?: string | undefined
}

export type WarmUpConfiguration = {
  WarmUpPeriodDurationInMinutes: number
  OnlyStartEvaluatingAfterWarmUpPeriodEnds?: boolean | undefined
}

export type Actions = {
  PutMetricAlarm: { input: PutMetricAlarmInput; output: unknown }
  DescribeAlarms: { input: DescribeAlarmsInput; output: DescribeAlarmsOutput }
  DeleteAlarms: { input: DeleteAlarmsInput; output: unknown }
  SetAlarmState: { input: SetAlarmStateInput; output: unknown }
  ListTagsForResource: { input: ListTagsForResourceInput; output: ListTagsForResourceOutput }
  PutMetricData: { input: PutMetricDataInput; output: unknown }
  GetMetricData: { input: GetMetricDataInput; output: GetMetricDataOutput }
  GetMetricStatistics: { input: GetMetricStatisticsInput; output: GetMetricStatisticsOutput }
  ListMetrics: { input: ListMetricsInput; output: ListMetricsOutput }
}

export const MODEL: Model = {
  actions: {
    PutMetricAlarm: {"input":"PutMetricAlarmInput"},
    DescribeAlarms: {"input":"DescribeAlarmsInput","output":"DescribeAlarmsOutput"},
    DeleteAlarms: {"input":"DeleteAlarmsInput"},
    SetAlarmState: {"input":"SetAlarmStateInput"},
    ListTagsForResource: {"input":"ListTagsForResourceInput","output":"ListTagsForResourceOutput"},
    PutMetricData: {"input":"PutMetricDataInput"},
    GetMetricData: {"input":"GetMetricDataInput","output":"GetMetricDataOutput"},
    GetMetricStatistics: {"input":"GetMetricStatisticsInput","output":"GetMetricStatisticsOutput"},
    ListMetrics: {"input":"ListMetricsInput","output":"ListMetricsOutput"},
  },
  shapes: {
    AccountId: {"type":"string","min":1,"max":255},
    ActionConfiguration: {"type":"structure","members":{"AlarmTagsPropagation":"AlarmTagsPropagation"}},
    ActionLogLineCount: {"type":"integer"},
    ActionLogLineRoleArn: {"type":"string"},
    ActionPrefix: {"type":"string","min":1,"max":1024},
    ActionsEnabled: {"type":"boolean"},
    ActionsSuppressedBy: {"type":"string","enum":["WaitPeriod","ExtensionPeriod","Alarm"]},
    ActionsSuppressedReason: {"type":"string","min":0,"max":1024},
    AggregationExpression: {"type":"string","min":1,"max":2048},
    AlarmArn: {"type":"string","min":1,"max":1600},
    AlarmDescription: {"type":"string","min":0,"max":1024},
    AlarmName: {"type":"string","min":1,"max":255},
    AlarmNamePrefix: {"type":"string","min":1,"max":255},
    AlarmNames: {"type":"list","member":"AlarmName","max":100},
    AlarmPromQLCriteria: {"type":"structure","members":{"Query":"Query","PendingPeriod":"PendingPeriod","RecoveryPeriod":"RecoveryPeriod"},"required":["Query"]},
    AlarmRule: {"type":"string","min":1,"max":10240},
    AlarmTagsPropagation: {"type":"structure","members":{"Enabled":"AlarmTagsPropagationEnabled","IncludedTagKeys":"AlarmTagsPropagationTagKeys","ExcludedTagKeys":"AlarmTagsPropagationTagKeys"},"required":["Enabled"]},
    AlarmTagsPropagationEnabled: {"type":"boolean"},
    AlarmTagsPropagationTagKey: {"type":"string","min":1,"max":128},
    AlarmTagsPropagationTagKeys: {"type":"list","member":"AlarmTagsPropagationTagKey","min":1,"max":50},
    AlarmType: {"type":"string","enum":["CompositeAlarm","MetricAlarm","LogAlarm"]},
    AlarmTypes: {"type":"list","member":"AlarmType"},
    AmazonResourceName: {"type":"string","min":1,"max":1024},
    ComparisonOperator: {"type":"string","enum":["GreaterThanOrEqualToThreshold","GreaterThanThreshold","LessThanThreshold","LessThanOrEqualToThreshold","LessThanLowerOrGreaterThanUpperThreshold","LessThanLowerThreshold","GreaterThanUpperThreshold"]},
    CompositeAlarm: {"type":"structure","members":{"ActionsEnabled":"ActionsEnabled","AlarmActions":"ResourceList","AlarmArn":"AlarmArn","AlarmConfigurationUpdatedTimestamp":"Timestamp","AlarmDescription":"AlarmDescription","AlarmName":"AlarmName","AlarmRule":"AlarmRule","InsufficientDataActions":"ResourceList","OKActions":"ResourceList","StateReason":"StateReason","StateReasonData":"StateReasonData","StateUpdatedTimestamp":"Timestamp","StateValue":"StateValue","StateTransitionedTimestamp":"Timestamp","ActionsSuppressedBy":"ActionsSuppressedBy","ActionsSuppressedReason":"ActionsSuppressedReason","ActionsSuppressor":"AlarmArn","ActionsSuppressorWaitPeriod":"SuppressorPeriod","ActionsSuppressorExtensionPeriod":"SuppressorPeriod","ActionConfiguration":"ActionConfiguration"}},
    CompositeAlarms: {"type":"list","member":"CompositeAlarm"},
    Counts: {"type":"list","member":"DatapointValue"},
    Datapoint: {"type":"structure","members":{"Timestamp":"Timestamp","SampleCount":"DatapointValue","Average":"DatapointValue","Sum":"DatapointValue","Minimum":"DatapointValue","Maximum":"DatapointValue","Unit":"StandardUnit","ExtendedStatistics":"DatapointValueMap"}},
    DatapointValue: {"type":"double"},
    DatapointValueMap: {"type":"map","key":"ExtendedStatistic","value":"DatapointValue"},
    DatapointValues: {"type":"list","member":"DatapointValue"},
    Datapoints: {"type":"list","member":"Datapoint"},
    DatapointsToAlarm: {"type":"integer","min":1},
    DeleteAlarmsInput: {"type":"structure","members":{"AlarmNames":"AlarmNames"},"required":["AlarmNames"]},
    DescribeAlarmsInput: {"type":"structure","members":{"AlarmNames":"AlarmNames","AlarmNamePrefix":"AlarmNamePrefix","AlarmTypes":"AlarmTypes","ChildrenOfAlarmName":"AlarmName","ParentsOfAlarmName":"AlarmName","StateValue":"StateValue","ActionPrefix":"ActionPrefix","MaxRecords":"MaxRecords","NextToken":"NextToken"}},
    DescribeAlarmsOutput: {"type":"structure","members":{"CompositeAlarms":"CompositeAlarms","MetricAlarms":"MetricAlarms","LogAlarms":"LogAlarms","NextToken":"NextToken"}},
    Dimension: {"type":"structure","members":{"Name":"DimensionName","Value":"DimensionValue"},"required":["Name","Value"]},
    DimensionFilter: {"type":"structure","members":{"Name":"DimensionName","Value":"DimensionValue"},"required":["Name"]},
    DimensionFilters: {"type":"list","member":"DimensionFilter","max":10},
    DimensionName: {"type":"string","min":1,"max":255},
    DimensionValue: {"type":"string","min":1,"max":1024},
    Dimensions: {"type":"list","member":"Dimension","max":30},
    EndTimeOffset: {"type":"long","min":0,"max":2592000},
    Entity: {"type":"structure","members":{"KeyAttributes":"EntityKeyAttributesMap","Attributes":"EntityAttributesMap"}},
    EntityAttributesMap: {"type":"map","key":"EntityAttributesMapKeyString","value":"EntityAttributesMapValueString","min":0,"max":10},
    EntityAttributesMapKeyString: {"type":"string","min":1,"max":256},
    EntityAttributesMapValueString: {"type":"string","min":1,"max":2048},
    EntityKeyAttributesMap: {"type":"map","key":"EntityKeyAttributesMapKeyString","value":"EntityKeyAttributesMapValueString","min":2,"max":4},
    EntityKeyAttributesMapKeyString: {"type":"string","min":1,"max":32},
    EntityKeyAttributesMapValueString: {"type":"string","min":1,"max":2048},
    EntityMetricData: {"type":"structure","members":{"Entity":"Entity","MetricData":"MetricData"}},
    EntityMetricDataList: {"type":"list","member":"EntityMetricData"},
    EvaluateLowSampleCountPercentile: {"type":"string","min":1,"max":255},
    EvaluationCriteria: {"type":"structure","members":{"PromQLCriteria":"AlarmPromQLCriteria"}},
    EvaluationInterval: {"type":"integer","min":10,"max":3600},
    EvaluationPeriods: {"type":"integer","min":1},
    EvaluationState: {"type":"string","enum":["PARTIAL_DATA","EVALUATION_FAILURE","EVALUATION_ERROR"]},
    EvaluationWindow: {"type":"structure","members":{"WallClockWindow":"WallClockWindow","SlidingWindow":"SlidingWindow"}},
    ExtendedStatistic: {"type":"string"},
    ExtendedStatistics: {"type":"list","member":"ExtendedStatistic","min":1,"max":10},
    GetMetricDataInput: {"type":"structure","members":{"MetricDataQueries":"MetricDataQueries","StartTime":"Timestamp","EndTime":"Timestamp","NextToken":"NextToken","ScanBy":"ScanBy","MaxDatapoints":"GetMetricDataMaxDatapoints","LabelOptions":"LabelOptions"},"required":["MetricDataQueries","StartTime","EndTime"]},
    GetMetricDataLabelTimezone: {"type":"string"},
    GetMetricDataMaxDatapoints: {"type":"integer"},
    GetMetricDataOutput: {"type":"structure","members":{"MetricDataResults":"MetricDataResults","NextToken":"NextToken","Messages":"MetricDataResultMessages"}},
    GetMetricStatisticsInput: {"type":"structure","members":{"Namespace":"Namespace","MetricName":"MetricName","Dimensions":"Dimensions","StartTime":"Timestamp","EndTime":"Timestamp","Period":"Period","Statistics":"Statistics","ExtendedStatistics":"ExtendedStatistics","Unit":"StandardUnit"},"required":["Namespace","MetricName","StartTime","EndTime","Period"]},
    GetMetricStatisticsOutput: {"type":"structure","members":{"Label":"MetricLabel","Datapoints":"Datapoints"}},
    IncludeLinkedAccounts: {"type":"boolean"},
    LabelOptions: {"type":"structure","members":{"Timezone":"GetMetricDataLabelTimezone"}},
    ListMetricsInput: {"type":"structure","members":{"Namespace":"Namespace","MetricName":"MetricName","Dimensions":"DimensionFilters","NextToken":"NextToken","RecentlyActive":"RecentlyActive","IncludeLinkedAccounts":"IncludeLinkedAccounts","OwningAccount":"AccountId"}},
    ListMetricsOutput: {"type":"structure","members":{"Metrics":"Metrics","NextToken":"NextToken","OwningAccounts":"OwningAccounts"}},
    ListTagsForResourceInput: {"type":"structure","members":{"ResourceARN":"AmazonResourceName"},"required":["ResourceARN"]},
    ListTagsForResourceOutput: {"type":"structure","members":{"Tags":"TagList"}},
    LogAlarm: {"type":"structure","members":{"AlarmName":"AlarmName","AlarmArn":"AlarmArn","AlarmDescription":"AlarmDescription","AlarmConfigurationUpdatedTimestamp":"Timestamp","ActionsEnabled":"ActionsEnabled","OKActions":"ResourceList","AlarmActions":"ResourceList","InsufficientDataActions":"ResourceList","StateValue":"StateValue","StateReason":"StateReason","StateReasonData":"StateReasonData","StateUpdatedTimestamp":"Timestamp","ScheduledQueryConfiguration":"ScheduledQueryConfiguration","QueryResultsToEvaluate":"QueryResultsToEvaluate","QueryResultsToAlarm":"QueryResultsToAlarm","Threshold":"Threshold","ComparisonOperator":"ComparisonOperator","TreatMissingData":"TreatMissingData","StateTransitionedTimestamp":"Timestamp","EvaluationState":"EvaluationState","ActionLogLineCount":"ActionLogLineCount","ActionLogLineRoleArn":"ActionLogLineRoleArn","WarmUpConfiguration":"WarmUpConfiguration","ActionConfiguration":"ActionConfiguration"}},
    LogAlarms: {"type":"list","member":"LogAlarm"},
    LogGroupIdentifiers: {"type":"list","member":"AmazonResourceName","min":1,"max":50},
    MaxRecords: {"type":"integer","min":1,"max":100},
    MessageData: {"type":"structure","members":{"Code":"MessageDataCode","Value":"MessageDataValue"}},
    MessageDataCode: {"type":"string"},
    MessageDataValue: {"type":"string"},
    Metric: {"type":"structure","members":{"Namespace":"Namespace","MetricName":"MetricName","Dimensions":"Dimensions"}},
    MetricAlarm: {"type":"structure","members":{"AlarmName":"AlarmName","AlarmArn":"AlarmArn","AlarmDescription":"AlarmDescription","AlarmConfigurationUpdatedTimestamp":"Timestamp","ActionsEnabled":"ActionsEnabled","OKActions":"ResourceList","AlarmActions":"ResourceList","InsufficientDataActions":"ResourceList","StateValue":"StateValue","StateReason":"StateReason","StateReasonData":"StateReasonData","StateUpdatedTimestamp":"Timestamp","MetricName":"MetricName","Namespace":"Namespace","Statistic":"Statistic","ExtendedStatistic":"ExtendedStatistic","Dimensions":"Dimensions","Period":"Period","Unit":"StandardUnit","EvaluationPeriods":"EvaluationPeriods","DatapointsToAlarm":"DatapointsToAlarm","Threshold":"Threshold","ComparisonOperator":"ComparisonOperator","TreatMissingData":"TreatMissingData","EvaluateLowSampleCountPercentile":"EvaluateLowSampleCountPercentile","Metrics":"MetricDataQueries","ThresholdMetricId":"MetricId","EvaluationState":"EvaluationState","StateTransitionedTimestamp":"Timestamp","EvaluationWindow":"EvaluationWindow","WarmUpConfiguration":"WarmUpConfiguration","EvaluationCriteria":"EvaluationCriteria","EvaluationInterval":"EvaluationInterval","ActionConfiguration":"ActionConfiguration"}},
    MetricAlarms: {"type":"list","member":"MetricAlarm"},
    MetricData: {"type":"list","member":"MetricDatum"},
    MetricDataQueries: {"type":"list","member":"MetricDataQuery"},
    MetricDataQuery: {"type":"structure","members":{"Id":"MetricId","MetricStat":"MetricStat","Expression":"MetricExpression","Label":"MetricLabel","ReturnData":"ReturnData","Period":"Period","AccountId":"AccountId"},"required":["Id"]},
    MetricDataResult: {"type":"structure","members":{"Id":"MetricId","Label":"MetricLabel","Timestamps":"Timestamps","Values":"DatapointValues","StatusCode":"StatusCode","Messages":"MetricDataResultMessages"}},
    MetricDataResultMessages: {"type":"list","member":"MessageData"},
    MetricDataResults: {"type":"list","member":"MetricDataResult"},
    MetricDatum: {"type":"structure","members":{"MetricName":"MetricName","Dimensions":"Dimensions","Timestamp":"Timestamp","Value":"DatapointValue","StatisticValues":"StatisticSet","Values":"Values","Counts":"Counts","Unit":"StandardUnit","StorageResolution":"StorageResolution"},"required":["MetricName"]},
    MetricExpression: {"type":"string","min":1,"max":2048},
    MetricId: {"type":"string","min":1,"max":255},
    MetricLabel: {"type":"string"},
    MetricName: {"type":"string","min":1,"max":255},
    MetricStat: {"type":"structure","members":{"Metric":"Metric","Period":"Period","Stat":"Stat","Unit":"StandardUnit"},"required":["Metric","Period","Stat"]},
    Metrics: {"type":"list","member":"Metric"},
    Namespace: {"type":"string","min":1,"max":255,"pattern":"[^:].*"},
    NextToken: {"type":"string"},
    OnlyStartEvaluatingAfterWarmUpPeriodEnds: {"type":"boolean"},
    OwningAccounts: {"type":"list","member":"AccountId"},
    PendingPeriod: {"type":"integer","min":0,"max":86400},
    Period: {"type":"integer","min":1},
    PutMetricAlarmInput: {"type":"structure","members":{"AlarmName":"AlarmName","AlarmDescription":"AlarmDescription","ActionsEnabled":"ActionsEnabled","OKActions":"ResourceList","AlarmActions":"ResourceList","InsufficientDataActions":"ResourceList","MetricName":"MetricName","Namespace":"Namespace","Statistic":"Statistic","ExtendedStatistic":"ExtendedStatistic","Dimensions":"Dimensions","Period":"Period","Unit":"StandardUnit","EvaluationPeriods":"EvaluationPeriods","DatapointsToAlarm":"DatapointsToAlarm","Threshold":"Threshold","ComparisonOperator":"ComparisonOperator","TreatMissingData":"TreatMissingData","EvaluateLowSampleCountPercentile":"EvaluateLowSampleCountPercentile","Metrics":"MetricDataQueries","Tags":"TagList","ThresholdMetricId":"MetricId","EvaluationWindow":"EvaluationWindow","WarmUpConfiguration":"WarmUpConfiguration","EvaluationCriteria":"EvaluationCriteria","EvaluationInterval":"EvaluationInterval","ActionConfiguration":"ActionConfiguration"},"required":["AlarmName"]},
    PutMetricDataInput: {"type":"structure","members":{"Namespace":"Namespace","MetricData":"MetricData","EntityMetricData":"EntityMetricDataList","StrictEntityValidation":"StrictEntityValidation"},"required":["Namespace"]},
    Query: {"type":"string","min":1,"max":10000},
    QueryResultsToAlarm: {"type":"integer","min":1},
    QueryResultsToEvaluate: {"type":"integer","min":1},
    QueryString: {"type":"string","min":0,"max":10000},
    RecentlyActive: {"type":"string","enum":["PT3H"]},
    RecoveryPeriod: {"type":"integer","min":0,"max":86400},
    ResourceList: {"type":"list","member":"ResourceName","max":5},
    ResourceName: {"type":"string","min":1,"max":1024},
    ReturnData: {"type":"boolean"},
    ScanBy: {"type":"string","enum":["TimestampDescending","TimestampAscending"]},
    ScheduleConfiguration: {"type":"structure","members":{"ScheduleExpression":"ScheduleExpression","StartTimeOffset":"StartTimeOffset","EndTimeOffset":"EndTimeOffset"},"required":["ScheduleExpression","StartTimeOffset"]},
    ScheduleExpression: {"type":"string","min":1,"max":256},
    ScheduledQueryConfiguration: {"type":"structure","members":{"QueryString":"QueryString","LogGroupIdentifiers":"LogGroupIdentifiers","QueryARN":"AmazonResourceName","ScheduledQueryRoleARN":"AmazonResourceName","ScheduleConfiguration":"ScheduleConfiguration","AggregationExpression":"AggregationExpression","Tags":"TagList"},"required":["QueryString","ScheduledQueryRoleARN","ScheduleConfiguration","AggregationExpression"]},
    SetAlarmStateInput: {"type":"structure","members":{"AlarmName":"AlarmName","StateValue":"StateValue","StateReason":"StateReason","StateReasonData":"StateReasonData"},"required":["AlarmName","StateValue","StateReason"]},
    SlidingWindow: {"type":"structure","members":{}},
    StandardUnit: {"type":"string","enum":["Seconds","Microseconds","Milliseconds","Bytes","Kilobytes","Megabytes","Gigabytes","Terabytes","Bits","Kilobits","Megabits","Gigabits","Terabits","Percent","Count","Bytes/Second","Kilobytes/Second","Megabytes/Second","Gigabytes/Second","Terabytes/Second","Bits/Second","Kilobits/Second","Megabits/Second","Gigabits/Second","Terabits/Second","Count/Second","None"]},
    StartTimeOffset: {"type":"long","min":1,"max":2592000},
    Stat: {"type":"string"},
    StateReason: {"type":"string","min":0,"max":1023},
    StateReasonData: {"type":"string","min":0,"max":4000},
    StateValue: {"type":"string","enum":["OK","ALARM","INSUFFICIENT_DATA"]},
    Statistic: {"type":"string","enum":["SampleCount","Average","Sum","Minimum","Maximum"]},
    StatisticSet: {"type":"structure","members":{"SampleCount":"DatapointValue","Sum":"DatapointValue","Minimum":"DatapointValue","Maximum":"DatapointValue"},"required":["SampleCount","Sum","Minimum","Maximum"]},
    Statistics: {"type":"list","member":"Statistic","min":1,"max":5},
    StatusCode: {"type":"string","enum":["Complete","InternalError","PartialData","Forbidden"]},
    StorageResolution: {"type":"integer","min":1},
    StrictEntityValidation: {"type":"boolean"},
    SuppressorPeriod: {"type":"integer"},
    Tag: {"type":"structure","members":{"Key":"TagKey","Value":"TagValue"},"required":["Key","Value"]},
    TagKey: {"type":"string","min":1,"max":128},
    TagList: {"type":"list","member":"Tag"},
    TagValue: {"type":"string","min":0,"max":256},
    Threshold: {"type":"double"},
    Timestamp: {"type":"timestamp"},
    Timestamps: {"type":"list","member":"Timestamp"},
    Timezone: {"type":"string","min":1,"max":50},
    TreatMissingData: {"type":"string","min":1,"max":255},
    Values: {"type":"list","member":"DatapointValue"},
    WallClockWindow: {"type":"structure","members":{"Timezone":"Timezone"}},
    WarmUpConfiguration: {"type":"structure","members":{"WarmUpPeriodDurationInMinutes":"WarmUpPeriodDurationInMinutes","OnlyStartEvaluatingAfterWarmUpPeriodEnds":"OnlyStartEvaluatingAfterWarmUpPeriodEnds"},"required":["WarmUpPeriodDurationInMinutes"]},
    WarmUpPeriodDurationInMinutes: {"type":"integer","min":1,"max":2880},
  },
}
